// Types of the Commitments pallet. `Data` is a hand-written codec on chain: one variant per Raw length, so the
// bytes of RawN follow the variant number with no length of their own.

const HASHES = [[130, 'BlakeTwo256'], [131, 'Sha256'], [132, 'Keccak256'], [133, 'ShaThree256']];

/** @param netuid type number of a subnet number (a bare u16, or the NetUid struct). */
export function commitmentTypes(t, sys, netuid, { futureData }) {
  const { u8, u32, u64, account, bytes } = sys;
  const bounded = (of) => t.composite('bounded_collections::bounded_vec::BoundedVec', [t.sequence(of)],
    [['T', of], ['S', null]]);
  const digest = t.array(32, u8);
  const data = t.variant('pallet_commitments::types::Data', [
    [0, 'None'],
    ...Array.from({ length: 129 }, (_, n) => [n + 1, `Raw${n}`, [t.array(n, u8)]]),
    ...HASHES.map(([index, name]) => [index, name, [digest]]),
    [134, 'TimelockEncrypted', { encrypted: bounded(u8), reveal_round: u64 }],
    [135, 'ResetBondsFlag'],
    [136, 'BigRaw', [bounded(u8)]],
    ...(futureData ? [[137, 'TimelockRevealFailed', { encrypted: bounded(u8), reveal_round: u64 }]] : []),
  ]);
  const info = t.composite('pallet_commitments::types::CommitmentInfo', { fields: bounded(data) },
    [['FieldLimit', null]]);
  return {
    data, info,
    registration: t.composite('pallet_commitments::types::Registration', { deposit: u64, block: u32, info },
      [['Balance', u64], ['MaxFields', null], ['BlockNumber', u32]]),
    usage: t.composite('pallet_commitments::types::UsageTracker', { last_epoch: u64, used_space: u64 }),
    revealed: t.sequence(t.tuple(bytes, u64)),
    call: t.variant('pallet_commitments::pallet::Call',
      [[0, 'set_commitment', { netuid, info }], [2, 'set_max_space', { new_limit: u32 }]], [['T', null]]),
    event: t.variant('pallet_commitments::pallet::Event', [
      [0, 'Commitment', { netuid, who: account }],
      [1, 'TimelockCommitment', { netuid, who: account, reveal_round: u64 }],
      [2, 'CommitmentRevealed', { netuid, who: account }],
    ], [['T', null]]),
    error: t.variant('pallet_commitments::pallet::Error', [
      [0, 'TooManyFieldsInCommitmentInfo', [], ['Account passed too many fields']],
      [1, 'AccountNotAllowedCommit', [], ['Account is not allowed to make commitments']],
      [2, 'SpaceLimitExceeded', [], ['Space limit exceeded for the current epoch']],
      [3, 'UnexpectedUnreserveLeftover', [], ['Unreserve returned a leftover']],
    ], [['T', null]]),
  };
}
