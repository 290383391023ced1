// Whether an extrinsic may enter the pool or a block, checked in the runtime's order.
import { checkSignature, eraBirth } from './extrinsic.mjs';
import { invalidTransaction } from './errors.mjs';
import { concat, fromHex, readUint, u32, u64 } from './scale.mjs';

export function account(runtime, state, who) {
  const value = state.get(runtime.key('system', 'account', who));
  return { nonce: Number(readUint(value, 4)), free: readUint(value, 8, 16), value };
}

/** Adds one to the nonce, and takes the tip; the account need not have existed. */
export function charge(runtime, overlay, { signer, tip }) {
  const { nonce, free, value } = account(runtime, overlay, signer);
  const rest = value ?? new Uint8Array(56);
  overlay.set(runtime.key('system', 'account', signer),
    concat(u32(nonce + 1), rest.subarray(4, 16), u64(free - tip), rest.subarray(24)));
}

/**
 * Throws the RpcError of the first check that fails for a block on top of `parent`.
 * A dead era is not named as such: its birth block moves on by a period, so the signature no longer fits.
 */
export function validate(runtime, state, xt, parent, genesisHash) {
  const birthHash = birthHashOf(runtime, state, xt, parent, genesisHash);
  checkSignature(runtime, xt, { genesisHash, birthHash });
  const { nonce, free } = account(runtime, state, xt.signer);
  if (xt.nonce < nonce) throw invalidTransaction('Stale');
  if (xt.tip > free) throw invalidTransaction('Payment'); // the call itself is free of charge
  return { future: xt.nonce > nonce };
}

function birthHashOf(runtime, state, xt, parent, genesisHash) {
  if (xt.era.isImmortalEra) return genesisHash;
  const birth = eraBirth(xt.era, parent.number + 1);
  if (birth === parent.number) return fromHex(parent.hash); // System.BlockHash names it only from the next block on
  const hash = state.get(runtime.key('system', 'blockHash', birth));
  if (hash === null) throw invalidTransaction('AncientBirthBlock');
  return hash;
}
