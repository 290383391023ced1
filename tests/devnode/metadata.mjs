// Synthetic V14 metadata: the few pallets a commitment writer needs, laid out as on a Subtensor chain.
import { bool, bytes, compact, concat, str, u8, u16, u32, u64, vec } from './lib/scale.mjs';
import { palletEntry, TypeTable } from './lib/typetable.mjs';
import { systemTypes } from './lib/types_system.mjs';
import { commitmentTypes } from './lib/types_commitments.mjs';
import { extensionList } from './lib/extensions.mjs';

/** Pallet numbers of the Subtensor runtime. */
export const PALLET = { System: 0, Timestamp: 2, Aura: 3, TransactionPayment: 6, SubtensorModule: 7, Commitments: 18 };

export const METADATA_DEFAULTS = {
  specVersion: 425,
  transactionVersion: 1,
  netuid: 'u16',            // 'u16' | 'composite': how a subnet number is typed; its bytes are the same
  epochIndex: true,         // the SubnetEpochIndex counter (2026) or only the older block arithmetic
  extensionSet: 'current',  // 'current' (thirteen) | '293' (ten, 2025)
  unknownExtension: 'none', // 'none' | 'zero' | 'nonzero'
  futureData: false,        // Data variant 137
  slotMs: 12000,
  maxFields: 3,
};

const APIS = [['df6acb689907609b', 5], ['37e397fc7c91f5e4', 2], ['40fe3ad401f8959a', 6], ['d2bc9897eed08f15', 3]];

/** The runtime version as the RPC reports it. */
export const runtimeVersion = ({ specVersion, transactionVersion }) => ({
  specName: 'node-subtensor', implName: 'node-subtensor', authoringVersion: 1, specVersion, implVersion: 1,
  apis: APIS.map(([id, version]) => [`0x${id}`, version]), transactionVersion, systemVersion: 1, stateVersion: 1,
});

function versionBytes({ specVersion, transactionVersion }) {
  const apis = APIS.map(([id, version]) => concat(Uint8Array.from(Buffer.from(id, 'hex')), u32(version)));
  return concat(str('node-subtensor'), str('node-subtensor'), u32(1), u32(specVersion), u32(1), vec(apis),
    u32(transactionVersion), u8(1));
}

/** Metadata bytes (with the `meta` magic) and the extension list they hold. */
export function buildMetadata(options = {}) {
  const o = { ...METADATA_DEFAULTS, ...options };
  const t = new TypeTable();
  const sys = systemTypes(t);
  const netuid = o.netuid === 'composite'
    ? t.composite('subtensor_runtime_common::NetUid', [sys.u16]) : sys.u16;
  const com = commitmentTypes(t, sys, netuid, o);
  const events = eventTypes(t, sys, com);
  const pallets = [
    systemPallet(t, sys, events, o), timestampPallet(t, sys, o), auraPallet(sys, o),
    { name: 'TransactionPayment', index: PALLET.TransactionPayment, storage: [], events: events.payment },
    subtensorPallet(t, sys, netuid, o), commitmentsPallet(t, sys, com, netuid, o),
  ];
  const call = t.variant('node_subtensor_runtime::RuntimeCall',
    pallets.filter((p) => p.calls !== undefined).map((p) => [p.index, p.name, [p.calls]]));
  const extensions = extensionList(t, sys, o);
  const extra = t.tuple(...extensions.map((e) => e.explicit));
  const extrinsic = t.composite('sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic', [sys.bytes],
    [['Address', sys.address], ['Call', call], ['Signature', sys.signature], ['Extra', extra]]);
  const runtime = t.composite('node_subtensor_runtime::Runtime', []);
  return {
    extensions: extensions.map((e) => e.name),
    bytes: concat(u32(0x6174656d), u8(14), t.encode(), vec(pallets.map(palletEntry)), compact(extrinsic), u8(4),
      vec(extensions.map((e) => concat(str(e.name), compact(e.explicit), compact(e.implicit)))), compact(runtime)),
  };
}

function eventTypes(t, sys, com) {
  const { account, dispatchInfo, dispatchError } = sys;
  const system = t.variant('frame_system::pallet::Event', [
    [0, 'ExtrinsicSuccess', { dispatch_info: dispatchInfo }],
    [1, 'ExtrinsicFailed', { dispatch_error: dispatchError, dispatch_info: dispatchInfo }],
    [2, 'CodeUpdated'], [3, 'NewAccount', { account }], [4, 'KilledAccount', { account }],
  ], [['T', null]]);
  const payment = t.variant('pallet_transaction_payment::pallet::Event',
    [[0, 'TransactionFeePaid', { who: account, actual_fee: sys.u64, tip: sys.u64 }]], [['T', null]]);
  const all = t.variant('node_subtensor_runtime::RuntimeEvent', [
    [PALLET.System, 'System', [system]], [PALLET.TransactionPayment, 'TransactionPayment', [payment]],
    [PALLET.Commitments, 'Commitments', [com.event]]]);
  const topics = t.sequence(sys.hash);
  const record = t.composite('frame_system::EventRecord', { phase: sys.phase, event: all, topics },
    [['E', all], ['T', sys.hash]]);
  return { system, payment, records: t.sequence(record) };
}

function systemPallet(t, sys, events, o) {
  return {
    name: 'System', index: PALLET.System, events: events.system,
    storage: [
      { name: 'Account', hashers: ['Blake2_128Concat'], key: sys.account, value: sys.accountInfo,
        fallback: new Uint8Array(56) },
      { name: 'BlockHash', hashers: ['Twox64Concat'], key: sys.u32, value: sys.hash, fallback: new Uint8Array(32) },
      { name: 'Number', value: sys.u32, fallback: u32(0) },
      { name: 'ParentHash', value: sys.hash, fallback: new Uint8Array(32) },
      { name: 'Events', value: events.records, fallback: u8(0) },
      { name: 'EventCount', value: sys.u32, fallback: u32(0) },
    ],
    calls: t.variant('frame_system::pallet::Call', [[0, 'remark', { remark: sys.bytes }]], [['T', null]]),
    constants: [['BlockHashCount', sys.u32, u32(2400)], ['Version', sys.version, versionBytes(o)],
      ['SS58Prefix', sys.u16, u16(42)]],
    errors: t.variant('frame_system::pallet::Error', [[5, 'CallFiltered']], [['T', null]]),
  };
}

const timestampPallet = (t, sys, o) => ({
  name: 'Timestamp', index: PALLET.Timestamp,
  storage: [{ name: 'Now', value: sys.u64, fallback: u64(0) }],
  calls: t.variant('pallet_timestamp::pallet::Call', [[0, 'set', { now: t.compact(sys.u64) }]], [['T', null]]),
  constants: [['MinimumPeriod', sys.u64, u64(Math.floor(o.slotMs / 2))]],
});

const auraPallet = (sys, o) => ({
  name: 'Aura', index: PALLET.Aura, storage: [{ name: 'CurrentSlot', value: sys.u64, fallback: u64(0) }],
  constants: [['SlotDuration', sys.u64, u64(o.slotMs)]],
});

function subtensorPallet(t, sys, netuid, o) {
  const map = (name, value, fallback) => ({ name, hashers: ['Identity'], key: netuid, value, fallback });
  return {
    name: 'SubtensorModule', index: PALLET.SubtensorModule,
    storage: [
      { name: 'Uids', hashers: ['Identity', 'Blake2_128Concat'], key: t.tuple(netuid, sys.account), value: sys.u16 },
      { name: 'Keys', hashers: ['Identity', 'Identity'], key: t.tuple(netuid, sys.u16), value: sys.account,
        fallback: new Uint8Array(32) },
      map('Tempo', sys.u16, u16(360)), map('NetworksAdded', sys.bool, bool(false)),
      map('SubnetworkN', sys.u16, u16(0)), map('BlocksSinceLastStep', sys.u64, u64(0)),
      ...(o.epochIndex ? ['LastEpochBlock', 'PendingEpochAt', 'SubnetEpochIndex'] : ['LastMechansimStepBlock'])
        .map((name) => map(name, sys.u64, u64(0))),
    ],
    constants: [['InitialTempo', sys.u16, u16(360)]],
  };
}

function commitmentsPallet(t, sys, com, netuid, o) {
  const pair = t.tuple(netuid, sys.account);
  const map = (name, value) => ({ name, hashers: ['Identity', 'Twox64Concat'], key: pair, value });
  return {
    name: 'Commitments', index: PALLET.Commitments, calls: com.call, events: com.event, errors: com.error,
    storage: [
      map('CommitmentOf', com.registration), map('LastCommitment', sys.u32), map('LastBondsReset', sys.u32),
      map('RevealedCommitments', com.revealed), map('UsedSpaceOf', com.usage),
      { name: 'TimelockedIndex', fallback: u8(0),
        value: t.composite('BTreeSet', [t.sequence(pair)], [['T', pair]]) },
      { name: 'MaxSpace', value: sys.u32, fallback: u32(3100) },
    ],
    constants: [['MaxFields', sys.u32, u32(o.maxFields)], ['InitialDeposit', sys.u64, u64(0)],
      ['FieldDeposit', sys.u64, u64(0)]],
  };
}
