// set_commitment as the pallet carries it out: who may, what it costs, what it leaves in storage.
import { concat, readUint, u32, u64 } from './scale.mjs';
import { epochIndex } from './epochs.mjs';

/** Dispatch errors: [pallet, error] of a Module error, or a bare name of DispatchError. */
const ACCOUNT_NOT_ALLOWED = { module: [18, 1], name: 'AccountNotAllowedCommit' };
const SPACE_LIMIT = { module: [18, 2], name: 'SpaceLimitExceeded' };

const COST_BYTES_MIN = 100;       // pallets/commitments/src/lib.rs: max(100, sum of the fields' bytes)
const MAX_SPACE_DEFAULT = 3100;   // same file: default of the MaxSpace storage value

/** What one commit is charged against the epoch's budget, in bytes. */
export const cost = (fields) => Math.max(COST_BYTES_MIN, fields.reduce((sum, f) => sum + f.size, 0));

/** CommitmentOf value: deposit u64, block u32, CommitmentInfo. */
export const registration = (info, block, deposit = 0) => concat(u64(deposit), u32(block), info);

export const maxSpace = (runtime, state) => {
  const value = state.get(runtime.key('commitments', 'maxSpace'));
  return value ? Number(readUint(value, 4)) : MAX_SPACE_DEFAULT;
};

/** Runs the call against `overlay`. Returns {error}, and the caller drops the overlay, or {event}. */
export function setCommitment(runtime, overlay, { signer, netuid, info, fields }, block) {
  const key = (item) => runtime.key('commitments', item, netuid, signer);
  if (overlay.get(runtime.key('subtensorModule', 'uids', netuid, signer)) === null) {
    return { error: ACCOUNT_NOT_ALLOWED };
  }
  if (fields.some((f) => f.kind === 'ResetBondsFlag')) overlay.set(key('lastBondsReset'), u32(block));
  const epoch = epochIndex(runtime, overlay, netuid, block);
  const usage = overlay.get(key('usedSpaceOf'));
  const used = usage && readUint(usage, 8) === epoch ? readUint(usage, 8, 8) : 0n;
  const total = used + BigInt(cost(fields));
  if (total > BigInt(maxSpace(runtime, overlay))) return { error: SPACE_LIMIT };
  overlay.set(key('usedSpaceOf'), concat(u64(epoch), u64(total)));
  overlay.set(key('commitmentOf'), registration(info, block));
  overlay.set(key('lastCommitment'), u32(block));
  const sealed = fields.find((f) => f.kind === 'TimelockEncrypted');
  return { event: sealed ? { index: 1, revealRound: sealed.revealRound } : { index: 0 } };
}
