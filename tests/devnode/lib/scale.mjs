// A SCALE writer: every function returns a Uint8Array, integers are little-endian.
import { bnToU8a, compactToU8a, hexToU8a, isHex, stringToU8a, u8aConcat } from '@polkadot/util';

export const concat = (...parts) => u8aConcat(...parts);
export const u8 = (n) => Uint8Array.of(Number(n));
export const u16 = (n) => bnToU8a(BigInt(n), { bitLength: 16 });
export const u32 = (n) => bnToU8a(BigInt(n), { bitLength: 32 });
export const u64 = (n) => bnToU8a(BigInt(n), { bitLength: 64 });
export const u128 = (n) => bnToU8a(BigInt(n), { bitLength: 128 });
export const bool = (b) => u8(b ? 1 : 0);
export const compact = (n) => compactToU8a(BigInt(n));

/** Length-prefixed bytes, as `Vec<u8>` and `BoundedVec<u8, _>`. */
export const bytes = (b) => concat(compact(b.length), b);
export const str = (s) => bytes(stringToU8a(s));

/** `items` are already encoded. */
export const vec = (items) => concat(compact(items.length), ...items);

/** `item` is already encoded, or null for None. */
export const option = (item) => (item === null || item === undefined ? u8(0) : concat(u8(1), item));

/** Strict hex with 0x to bytes; anything else is an Error naming `what`. */
export function fromHex(hex, what = 'value') {
  if (typeof hex !== 'string' || !isHex(hex, -1) || hex.length % 2 !== 0) {
    throw new Error(`${what}: not 0x-prefixed hex of whole bytes`);
  }
  return hexToU8a(hex);
}

/** Little-endian unsigned integer in the first `width` bytes; 0n for absent data. */
export function readUint(data, width, offset = 0) {
  let n = 0n;
  for (let i = Math.min(width, (data?.length ?? 0) - offset) - 1; i >= 0; i--) {
    n = (n << 8n) | BigInt(data[offset + i]);
  }
  return n;
}
