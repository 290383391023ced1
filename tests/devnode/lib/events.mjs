// System.Events entries, encoded by hand; tests decode them with polkadot-js.
import { compact, concat, u16, u32, u64, u8, vec } from './scale.mjs';
import { PALLET } from '../metadata.mjs';

const DISPATCH_ERRORS = { Other: 0, CannotLookup: 1, BadOrigin: 2 };

const weight = (refTime) => concat(compact(refTime), compact(0));
/** Normal, Pays::No: what set_commitment has. An inherent is Mandatory, Pays::Yes. */
const signedInfo = concat(weight(30_000_000), u8(0), u8(1));
const inherentInfo = concat(weight(160_000_000), u8(2), u8(0));

/** @param position index of the extrinsic in its block */
const record = (position, event) => concat(u8(0), u32(position), event, vec([]));

export const inherentSuccess = (position) => record(position, concat(u8(PALLET.System), u8(0), inherentInfo));

/** The events of one signed extrinsic, in the order a node emits them. */
export function outcome(position, { signer, netuid, tip }, { event, error }) {
  const fee = record(position, concat(u8(PALLET.TransactionPayment), u8(0), signer, u64(0), u64(tip)));
  if (error) {
    return [fee, record(position, concat(u8(PALLET.System), u8(1), dispatchError(error), signedInfo))];
  }
  const success = record(position, concat(u8(PALLET.System), u8(0), signedInfo));
  return event ? [record(position, committed(event, netuid, signer)), fee, success] : [fee, success];
}

const committed = ({ index, revealRound }, netuid, who) =>
  concat(u8(PALLET.Commitments), u8(index), u16(netuid), who,
    revealRound === undefined ? new Uint8Array() : u64(revealRound));

function dispatchError({ module, name }) {
  if (!module) return u8(DISPATCH_ERRORS[name]);
  return concat(u8(3), u8(module[0]), u8(module[1]), new Uint8Array(3)); // error is [u8; 4], the index first
}
