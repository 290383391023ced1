#!/usr/bin/env node
// Signatures and addresses by polkadot-js: one JSON object a line in, one a line out, in order.
//   {"op":"sign","suri":"//Alice","message":"0x.."}          -> {"signature","publicKey"}; also "seed", "scheme":"ed25519"
//   {"op":"verify","publicKey","message","signature"}        -> {"valid"}
//   {"op":"derive","suri":"phrase//hard/soft///password"}    -> {"publicKey","address","seed","secret","canonicalSecret"}
//   {"op":"address","publicKey"} / {"op":"decode","address"} -> {"address"} / {"publicKey"}
// An "id" comes back as it was; a line that cannot be done gives {"error"}. "engine": "schnorrkel" takes the Rust
// implementation instead of the TypeScript one, for sr25519.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { address, canonicalSecret, hex, pairFromSeed, pairFromUri, publicKey, ready, sign, verify } from './lib/keys.mjs';
import { fromHex } from './lib/scale.mjs';

const pairs = new Map(); // deriving costs 2048 rounds of PBKDF2; volume runs reuse few keys

function pairOf({ suri, seed, scheme = 'sr25519' }) {
  const name = `${scheme} ${suri ?? seed}`;
  if (!pairs.has(name)) {
    pairs.set(name, suri === undefined ? pairFromSeed(fromHex(seed, 'seed'), scheme) : pairFromUri(suri, scheme));
  }
  return pairs.get(name);
}

const OPERATIONS = {
  sign(request) {
    const pair = pairOf(request);
    return { signature: hex(sign(request.scheme, fromHex(request.message, 'message'), pair, request.engine)),
      publicKey: hex(pair.publicKey) };
  },
  verify: ({ scheme = 'sr25519', message, signature, publicKey: key, engine }) => ({ valid: verify(scheme,
    fromHex(message, 'message'), fromHex(signature, 'signature'), fromHex(key, 'publicKey'), engine) }),
  derive(request) {
    const pair = pairOf(request);
    const sr25519 = (request.scheme ?? 'sr25519') === 'sr25519';
    return { publicKey: hex(pair.publicKey), address: address(pair.publicKey), secret: hex(pair.secretKey),
      ...(sr25519 ? { canonicalSecret: hex(canonicalSecret(pair.secretKey)) } : {}),
      ...(pair.derived === false ? { seed: hex(pair.seed) } : {}) };
  },
  address: ({ publicKey: key }) => ({ address: address(fromHex(key, 'publicKey')) }),
  decode: ({ address: text }) => ({ publicKey: hex(publicKey(text)) }),
};

function answer(line) {
  let request = {};
  try {
    request = JSON.parse(line);
    const operation = Object.hasOwn(OPERATIONS, request.op) ? OPERATIONS[request.op] : null;
    if (!operation) throw new Error(`no operation ${request.op}`);
    return { id: request.id, ...operation(request) };
  } catch (error) {
    return { id: request?.id, error: error.message };
  }
}

await ready();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === '') continue;
  if (!process.stdout.write(`${JSON.stringify(answer(line))}\n`)) await once(process.stdout, 'drain');
}
