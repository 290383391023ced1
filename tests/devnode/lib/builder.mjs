// Builds one block on top of another: initialise, inherent, extrinsics, events.
import { u8aToHex } from '@polkadot/util';
import { setCommitment } from './commitments.mjs';
import { stepEpoch } from './epochs.mjs';
import { RpcError } from './errors.mjs';
import { inherentSuccess, outcome } from './events.mjs';
import { buildHeader } from './header.mjs';
import { bytes, compact, concat, fromHex, u32, u64, u8, vec } from './scale.mjs';
import { Overlay } from './state.mjs';
import { charge, validate } from './validity.mjs';
import { PALLET } from '../metadata.mjs';

const BLOCK_HASH_COUNT = 2400;

/**
 * Returns the block and the overlay with its writes; nothing is stored yet.
 * @param extrinsics decoded, in order; those that fail a check here are left out.
 * @param edits functions (overlay, number) that a test wants carried out inside this block.
 */
export function buildBlock({ runtime, state, parent, number, slot, now, networks, extrinsics, edits, genesisHash }) {
  const overlay = new Overlay(state);
  initialise(runtime, overlay, parent, number, now);
  for (const netuid of networks) stepEpoch(runtime, overlay, netuid, number);
  for (const edit of edits) edit(overlay, number);
  const included = [inherent(now)];
  const events = [inherentSuccess(0)];
  const receipts = [];
  for (const xt of extrinsics) {
    if (!stillValid(runtime, overlay, xt, { number: number - 1, hash: parent.hash }, genesisHash)) continue;
    charge(runtime, overlay, xt);
    const result = dispatch(runtime, overlay, xt, number);
    events.push(...outcome(included.length, xt, result));
    receipts.push({ xt, error: result.error?.name ?? null });
    included.push(xt.bytes);
  }
  overlay.set(runtime.key('system', 'events'), vec(events));
  overlay.set(runtime.key('system', 'eventCount'), u32(events.length));
  const writes = [];
  overlay.commit((key, value) => writes.push([key, value && u8aToHex(value)]));
  const { hash, json } = buildHeader({ parentHash: parent.hash, number, writes, extrinsics: included, slot });
  return { block: { number, hash, parentHash: parent.hash, header: json, receipts,
    extrinsics: included.map((b) => u8aToHex(b)), runtime }, overlay };
}

function initialise(runtime, overlay, parent, number, now) {
  const set = (item, value, ...args) => overlay.set(runtime.key('system', item, ...args), value);
  set('number', u32(number));
  set('parentHash', fromHex(parent.hash));
  set('blockHash', fromHex(parent.hash), parent.number);
  const old = number - BLOCK_HASH_COUNT - 1;
  if (old > 0) overlay.delete(runtime.key('system', 'blockHash', old)); // the genesis hash stays for ever
  overlay.set(runtime.key('timestamp', 'now'), u64(now));
}

/** timestamp.set as a bare extrinsic, the first of every block. */
const inherent = (now) => bytes(concat(u8(4), u8(PALLET.Timestamp), u8(0), compact(now)));

function stillValid(runtime, overlay, xt, parent, genesisHash) {
  try {
    return !validate(runtime, overlay, xt, parent, genesisHash).future;
  } catch (error) {
    if (error instanceof RpcError) return false;
    throw error;
  }
}

/** A failed dispatch leaves no write behind but the nonce. */
function dispatch(runtime, block, xt, number) {
  if (xt.name === 'system.remark') return {};
  if (xt.name !== 'commitments.setCommitment') return { error: { name: 'BadOrigin' } }; // set_max_space is for root
  const overlay = new Overlay(block);
  const result = setCommitment(runtime, overlay, xt, number);
  if (!result.error) overlay.commit((key, value) => block.set(key, value));
  return result;
}
