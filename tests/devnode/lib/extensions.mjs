// Transaction extensions: what each adds to an extrinsic (explicit) and to what is signed (implicit).
// The thirteen of a 2026 runtime, in order; they are empty except where a type is given.

// Runtimes of 2025 (spec 293) had ten: these came later.
const LATER = ['SudoTransactionExtension', 'CheckShieldedTxValidity', 'DrandPriority'];

/** @param extensionSet 'current' | '293'
 *  @param unknownExtension 'none' | 'zero' | 'nonzero': also list one no client has heard of, empty or not. */
export function extensionList(t, sys, { extensionSet, unknownExtension }) {
  const empty = (path) => t.composite(path, []);
  const mode = t.variant('frame_metadata_hash_extension::Mode', [[0, 'Disabled'], [1, 'Enabled']]);
  const someHash = t.variant('Option', [[0, 'None'], [1, 'Some', [t.array(32, sys.u8)]]],
    [['T', t.array(32, sys.u8)]]);
  const list = [
    ['CheckNonZeroSender', empty('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender')],
    ['CheckSpecVersion', empty('frame_system::extensions::check_spec_version::CheckSpecVersion'), sys.u32],
    ['CheckTxVersion', empty('frame_system::extensions::check_tx_version::CheckTxVersion'), sys.u32],
    ['CheckGenesis', empty('frame_system::extensions::check_genesis::CheckGenesis'), sys.hash],
    ['CheckMortality', t.composite('node_subtensor_runtime::check_mortality::CheckMortality', [sys.era]), sys.hash],
    ['CheckNonce', t.composite('node_subtensor_runtime::check_nonce::CheckNonce', [t.compact(sys.u32)])],
    ['CheckWeight', empty('frame_system::extensions::check_weight::CheckWeight')],
    ['ChargeTransactionPayment',
      t.composite('pallet_transaction_payment::ChargeTransactionPayment', [t.compact(sys.u64)])],
    ['SudoTransactionExtension', empty('node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension')],
    ['CheckShieldedTxValidity', empty('pallet_shield::extension::CheckShieldedTxValidity')],
    ['SubtensorTransactionExtension', empty('pallet_subtensor::extensions::SubtensorTransactionExtension')],
    ['DrandPriority', empty('pallet_drand::drand_priority::DrandPriority')],
    ['CheckMetadataHash', t.composite('frame_metadata_hash_extension::CheckMetadataHash', { mode }), someHash],
  ];
  if (unknownExtension === 'zero') list.push(['CheckSomethingNew', empty('pallet_new::CheckSomethingNew')]);
  if (unknownExtension === 'nonzero') {
    list.push(['CheckTokenBinding', t.composite('pallet_new::CheckTokenBinding', [sys.u8]), sys.u32]);
  }
  return list.filter(([name]) => extensionSet !== '293' || !LATER.includes(name))
    .map(([name, explicit, implicit = sys.unit]) => ({ name, explicit, implicit }));
}

/** The implicit u32 of CheckTokenBinding, which only this node knows. */
export const TOKEN_BINDING = 7;

/** What polkadot-js has to be told about extensions it does not know. */
export const USER_EXTENSIONS = {
  SudoTransactionExtension: { extrinsic: {}, payload: {} },
  CheckShieldedTxValidity: { extrinsic: {}, payload: {} },
  SubtensorTransactionExtension: { extrinsic: {}, payload: {} },
  DrandPriority: { extrinsic: {}, payload: {} },
  CheckSomethingNew: { extrinsic: {}, payload: {} },
  CheckTokenBinding: { extrinsic: { tokenBinding: 'u8' }, payload: { tokenGeneration: 'u32' } },
};
