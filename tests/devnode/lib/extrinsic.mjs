// Reads an extrinsic with polkadot-js and checks its signature over a payload rebuilt here, byte by byte.
import { u8aEq, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';
import { invalidTransaction, poolError, trap } from './errors.mjs';
import { concat, u32, u8 } from './scale.mjs';
import { TOKEN_BINDING } from './extensions.mjs';
import { verify } from './keys.mjs';

const SCHEMES = { Ed25519: 'ed25519', Sr25519: 'sr25519' };
const BIG_RAW_BYTES_MAX = 512;
const TIMELOCKED_BYTES_MAX = 1024;

export const extrinsicHash = (bytes) => u8aToHex(blake2AsU8a(bytes, 256));

/** A signed extrinsic as a plain value. Throws the RpcError a node answers to bytes it cannot read. */
export function decodeExtrinsic(runtime, bytes, { trapCode = 1002 } = {}) {
  const body = checkLength(bytes);
  let xt;
  try {
    xt = runtime.registry.createType('Extrinsic', bytes);
    // Trailing or non-canonical bytes decode leniently here and would trap in a runtime.
    if (!u8aEq(xt.toU8a(), bytes)) throw new Error('not the canonical encoding');
  } catch {
    throw trap(trapCode);
  }
  if (!xt.isSigned) throw poolError('NoUnsignedValidator');
  if (body[0] !== 0x84) throw trap(trapCode);
  if (xt.signer.type !== 'Id') throw poolError('CannotLookup');
  const call = xt.method.toU8a();
  const signature = xt.inner.signature.multiSignature;
  const explicitStart = 1 + 33 + 1 + signature.inner.toU8a().length;
  return {
    bytes, hash: extrinsicHash(bytes), signer: xt.signer.inner.toU8a(), scheme: SCHEMES[signature.type],
    signature: signature.inner.toU8a(), call, explicit: body.subarray(explicitStart, body.length - call.length),
    era: xt.era, nonce: xt.nonce.toNumber(), tip: xt.tip.toBigInt(),
    mode: xt.inner.signature.mode.toNumber(), ...readCall(xt.method, runtime, trapCode),
  };
}

/** The bytes after the length prefix; 1001 when prefix and length disagree. */
function checkLength(bytes) {
  const mode = bytes[0] & 3;
  const width = [1, 2, 4][mode];
  if (bytes.length === 0 || width === undefined || bytes.length < width) throw poolError('BadFormat');
  let length = 0;
  for (let i = width - 1; i >= 0; i--) length = length * 256 + bytes[i];
  if (Math.floor(length / 4) !== bytes.length - width) throw poolError('BadFormat');
  return bytes.subarray(width);
}

function readCall(method, runtime, trapCode) {
  const name = `${method.section}.${method.method}`;
  if (name !== 'commitments.setCommitment') return { name, args: method.args.map((a) => a.toU8a()) };
  const [netuid, info] = method.args;
  const fields = [...info.fields].map(readField);
  const withinBounds = fields.length <= runtime.options.maxFields && fields.every((f) =>
    (f.kind !== 'BigRaw' || f.size <= BIG_RAW_BYTES_MAX) &&
    (f.kind !== 'TimelockEncrypted' || f.size <= TIMELOCKED_BYTES_MAX));
  // BoundedVec refuses to decode, inside the runtime: no dispatch error but a trap.
  if (!withinBounds) throw trap(trapCode);
  return { name, netuid: netuid.toNumber(), info: info.toU8a(), fields };
}

/** One Data field: its variant, bytes, the space the chain charges for it, and its text where it is ASCII. */
export function readField(field) {
  const kind = field.type;
  if (kind === 'None' || kind === 'ResetBondsFlag') return { kind, size: 0 };
  const data = kind.startsWith('Timelock') ? field.inner.get('encrypted') : field.inner;
  const bytes = data.toU8a(true);
  const ascii = bytes.every((b) => b >= 0x20 && b < 0x7f);
  return {
    kind, size: bytes.length, hex: u8aToHex(bytes),
    ...(ascii && kind.includes('Raw') ? { text: Buffer.from(bytes).toString('latin1') } : {}),
    ...(kind.startsWith('Timelock') ? { revealRound: field.inner.get('revealRound').toNumber() } : {}),
  };
}

/** Birth block of the era as the runtime computes it for block number `current`. */
export function eraBirth(era, current) {
  if (era.isImmortalEra) return 0;
  const period = era.asMortalEra.period.toNumber(), phase = era.asMortalEra.phase.toNumber();
  return Math.floor((Math.max(current, phase) - phase) / period) * period + phase;
}

/** First block number at which the extrinsic is dead, or Infinity. */
export const eraDeath = (era, current) =>
  era.isImmortalEra ? Infinity : eraBirth(era, current) + era.asMortalEra.period.toNumber();

/** What is signed: call, explicit bytes, then each extension's implicit bytes in the metadata's order. */
export function signingPayload(runtime, xt, { genesisHash, birthHash }) {
  const implicit = {
    CheckSpecVersion: () => u32(runtime.specVersion),
    CheckTxVersion: () => u32(runtime.transactionVersion),
    CheckGenesis: () => genesisHash,
    CheckMortality: () => birthHash,
    CheckMetadataHash: () => u8(0),
    CheckTokenBinding: () => u32(TOKEN_BINDING),
  };
  return concat(xt.call, xt.explicit, ...runtime.extensions.map((name) => implicit[name]?.() ?? new Uint8Array()));
}

/** Throws 1010 or 1011 unless the signature is the signer's over this payload. */
export function checkSignature(runtime, xt, hashes) {
  if (xt.mode === 1) throw poolError('CannotLookup'); // this node's runtime carries no metadata hash
  const payload = signingPayload(runtime, xt, hashes);
  if (xt.goodFor && u8aEq(xt.goodFor, payload)) return; // asked again for every block it waits in the pool
  const message = payload.length > 256 ? blake2AsU8a(payload, 256) : payload;
  if (!xt.scheme || !verify(xt.scheme, message, xt.signature, xt.signer)) throw invalidTransaction('BadProof');
  xt.goodFor = payload;
}
