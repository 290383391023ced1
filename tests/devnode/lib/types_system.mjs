// Types every Substrate runtime has: accounts, events, dispatch errors, eras, signatures.
// Names and order follow frame_system and sp_runtime; polkadot-js recognises them by path.

/** @param t TypeTable; returns type numbers by name. */
export function systemTypes(t) {
  const u8 = t.primitive('U8'), u32 = t.primitive('U32'), u64 = t.primitive('U64');
  const bytes = t.sequence(u8);
  const unit = t.tuple();
  const hash = t.composite('primitive_types::H256', [t.array(32, u8)]);
  const account = t.composite('sp_core::crypto::AccountId32', [t.array(32, u8)]);
  const base = { u8, u32, u64, bytes, unit, hash, account,
    u16: t.primitive('U16'), bool: t.primitive('Bool'), str: t.primitive('Str') };
  return { ...base, ...accountInfo(t, base), ...dispatch(t, base), ...signing(t, base), version: version(t, base) };
}

function accountInfo(t, { u32, u64 }) {
  const flags = t.composite('pallet_balances::types::ExtraFlags', [t.primitive('U128')]);
  const data = t.composite('pallet_balances::types::AccountData',
    { free: u64, reserved: u64, frozen: u64, flags }, [['Balance', u64]]);
  return { accountInfo: t.composite('frame_system::AccountInfo',
    { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data },
    [['Nonce', u32], ['AccountData', data]]) };
}

const names = (list) => list.split(' ').map((name, index) => [index, name]);

function dispatch(t, { u8, u64 }) {
  const weight = t.composite('sp_weights::weight_v2::Weight',
    { ref_time: t.compact(u64), proof_size: t.compact(u64) });
  const dispatchInfo = t.composite('frame_system::DispatchEventInfo', {
    weight,
    class: t.variant('frame_support::dispatch::DispatchClass', names('Normal Operational Mandatory')),
    pays_fee: t.variant('frame_support::dispatch::Pays', names('Yes No')),
  });
  const module = t.composite('sp_runtime::ModuleError', { index: u8, error: t.array(4, u8) });
  const token = t.variant('sp_runtime::TokenError', names('FundsUnavailable OnlyProvider BelowMinimum ' +
    'CannotCreate UnknownAsset Frozen Unsupported CannotCreateHold NotExpendable Blocked'));
  const arithmetic = t.variant('sp_arithmetic::ArithmeticError', names('Underflow Overflow DivisionByZero'));
  const transactional = t.variant('sp_runtime::TransactionalError', names('LimitReached NoLayer'));
  const trie = t.variant('sp_runtime::proving_trie::TrieError', names('InvalidStateRoot IncompleteDatabase ' +
    'ValueAtIncompleteKey DecoderError InvalidHash DuplicateKey ExtraneousNode ExtraneousValue ' +
    'ExtraneousHashReference InvalidChildReference ValueMismatch IncompleteProof RootMismatch DecodeError'));
  const dispatchError = t.variant('sp_runtime::DispatchError', [
    [0, 'Other'], [1, 'CannotLookup'], [2, 'BadOrigin'], [3, 'Module', [module]], [4, 'ConsumerRemaining'],
    [5, 'NoProviders'], [6, 'TooManyConsumers'], [7, 'Token', [token]], [8, 'Arithmetic', [arithmetic]],
    [9, 'Transactional', [transactional]], [10, 'Exhausted'], [11, 'Corruption'], [12, 'Unavailable'],
    [13, 'RootNotAllowed'], [14, 'Trie', [trie]],
  ]);
  return { dispatchInfo, dispatchError };
}

function signing(t, { u8, u32, bytes, unit, account }) {
  const sig = t.array(64, u8);
  return {
    address: t.variant('sp_runtime::multiaddress::MultiAddress', [
      [0, 'Id', [account]], [1, 'Index', [t.compact(unit)]], [2, 'Raw', [bytes]],
      [3, 'Address32', [t.array(32, u8)]], [4, 'Address20', [t.array(20, u8)]],
    ], [['AccountId', account], ['AccountIndex', unit]]),
    signature: t.variant('sp_runtime::MultiSignature',
      [[0, 'Ed25519', [sig]], [1, 'Sr25519', [sig]], [2, 'Ecdsa', [t.array(65, u8)]]]),
    era: t.variant('sp_runtime::generic::era::Era', [[0, 'Immortal'],
      ...Array.from({ length: 255 }, (_, i) => [i + 1, `Mortal${i + 1}`, [u8]])]),
    phase: t.variant('frame_system::Phase',
      [[0, 'ApplyExtrinsic', [u32]], [1, 'Finalization'], [2, 'Initialization']]),
  };
}

function version(t, { u8, u32, str }) {
  const cow = (type) => t.composite('Cow', [type], [['T', type]]);
  const apis = cow(t.sequence(t.tuple(t.array(8, u8), u32)));
  return t.composite('sp_version::RuntimeVersion', {
    spec_name: cow(str), impl_name: cow(str), authoring_version: u32, spec_version: u32,
    impl_version: u32, apis, transaction_version: u32, system_version: u8 });
}
