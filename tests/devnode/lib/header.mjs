// Block headers: the JSON a node serves and the hash of their SCALE form.
import { u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';
import { bytes, compact, concat, fromHex, str, u64, u8, vec } from './scale.mjs';

const AURA = Uint8Array.from(Buffer.from('aura'));
const hashOf = (data) => u8aToHex(blake2AsU8a(data, 256));

/** The state root is a digest of what was written, not a trie root: nobody here checks proofs. */
export function buildHeader({ parentHash, number, writes, extrinsics, slot }) {
  const log = concat(u8(6), AURA, bytes(u64(slot))); // DigestItem::PreRuntime
  const stateRoot = hashOf(concat(fromHex(parentHash), str(JSON.stringify(writes))));
  const extrinsicsRoot = hashOf(vec(extrinsics.map(bytes)));
  const encoded = concat(fromHex(parentHash), compact(number), fromHex(stateRoot), fromHex(extrinsicsRoot), vec([log]));
  return {
    hash: hashOf(encoded),
    json: { parentHash, number: `0x${number.toString(16)}`, stateRoot, extrinsicsRoot,
      digest: { logs: [u8aToHex(log)] } },
  };
}
