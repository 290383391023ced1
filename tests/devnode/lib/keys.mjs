// Accounts from whatever a test has at hand, and signatures of both schemes, by polkadot-js and the Rust crate.
import { u8aToHex } from '@polkadot/util';
import {
  cryptoWaitReady, decodeAddress, ed25519PairFromSeed, ed25519Sign, ed25519Verify, encodeAddress, keyExtractSuri,
  keyFromPath, mnemonicToMiniSecret, sr25519PairFromSeed, sr25519Sign, sr25519Verify,
} from '@polkadot/util-crypto';
import * as wasm from '@polkadot/wasm-crypto';
import { fromHex } from './scale.mjs';

/** The well-known development phrase: //Alice and friends derive from it. No funds behind it, ever. */
export const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
export const SS58_PREFIX = 42;

export const ready = () => Promise.all([cryptoWaitReady(), wasm.waitReady()]);
export const address = (publicKey) => encodeAddress(publicKey, SS58_PREFIX);

/** Secret URI: a phrase or 0x seed of 32 bytes, then //hard and /soft parts, then ///password. */
export function pairFromUri(uri, scheme = 'sr25519') {
  const full = uri.startsWith('/') ? DEV_PHRASE + uri : uri;
  const { phrase, path, password } = keyExtractSuri(full);
  const seed = phrase.startsWith('0x') ? fromHex(phrase, 'seed') : mnemonicToMiniSecret(phrase, password);
  return { ...keyFromPath(pairFromSeed(seed, scheme), path, scheme), seed, derived: path.length > 0 };
}

export function pairFromSeed(seed, scheme = 'sr25519') {
  if (seed.length !== 32) throw new Error(`seed: ${seed.length} bytes, not 32`);
  if (scheme === 'sr25519') return sr25519PairFromSeed(seed);
  if (scheme === 'ed25519') return ed25519PairFromSeed(seed);
  throw new Error(`scheme ${scheme}: neither sr25519 nor ed25519`);
}

/** Public key from //Name, a phrase with a path, SS58 or 0x hex of 32 bytes. */
export function publicKey(account) {
  if (account instanceof Uint8Array) return account;
  if (/^0x[0-9a-f]{64}$/i.test(account)) return fromHex(account);
  if (account.includes('/') || account.includes(' ')) return pairFromUri(account).publicKey;
  return decodeAddress(account);
}

// Two implementations of sr25519: the TypeScript one polkadot-js uses, and the Rust crate that chains use,
// compiled to WebAssembly (about six times as fast).
const SR25519 = {
  polkadot: { sign: sr25519Sign, verify: sr25519Verify },
  schnorrkel: {
    sign: (message, pair) => wasm.sr25519Sign(pair.publicKey, pair.secretKey, message),
    verify: (message, signature, key) => wasm.sr25519Verify(signature, message, key),
  },
};

function sr25519(engine) {
  if (!Object.hasOwn(SR25519, engine)) throw new Error(`engine ${engine}: neither polkadot nor schnorrkel`);
  return SR25519[engine];
}

export function sign(scheme, message, pair, engine = 'polkadot') {
  return scheme === 'ed25519' ? ed25519Sign(message, pair) : sr25519(engine).sign(message, pair);
}

/** False for anything that is not a good signature, malformed input included. */
export function verify(scheme, message, signature, key, engine = 'polkadot') {
  const { verify: check } = scheme === 'ed25519' ? { verify: ed25519Verify } : sr25519(engine);
  if (signature.length !== 64 || key.length !== 32) return false;
  try {
    return check(message, signature, key);
  } catch {
    return false;
  }
}

/** sr25519 secret as schnorrkel writes it (scalar || nonce) from polkadot-js's form (scalar * 8 || nonce). */
export function canonicalSecret(secretKey) {
  const out = Uint8Array.from(secretKey);
  let carry = 0;
  for (let i = 31; i >= 0; i--) {
    out[i] = (secretKey[i] >> 3) | (carry << 5);
    carry = secretKey[i] & 7;
  }
  return out;
}

export const hex = u8aToHex;
