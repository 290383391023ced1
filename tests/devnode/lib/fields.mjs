// CommitmentInfo from a test's description of it, odd ones included.
import { bytes, concat, fromHex, u64, u8, vec } from './scale.mjs';

const utf8 = (text) => Uint8Array.from(Buffer.from(text, 'utf8'));

function raw(data) {
  if (data.length > 128) throw new Error(`raw field of ${data.length} bytes: at most 128, or use bigRaw`);
  return concat(u8(1 + data.length), data);
}

const digest = (index) => (hex) => {
  const data = fromHex(hex, 'digest');
  if (data.length !== 32) throw new Error(`digest of ${data.length} bytes, not 32`);
  return concat(u8(index), data);
};

const ENCODERS = {
  none: () => u8(0),
  raw: (text) => raw(utf8(text)),
  rawHex: (hex) => raw(fromHex(hex, 'rawHex')),
  blakeTwo256: digest(130), sha256: digest(131), keccak256: digest(132), shaThree256: digest(133),
  timelocked: (hex, { round = 0 }) => concat(u8(134), bytes(fromHex(hex, 'timelocked')), u64(round)),
  resetBonds: () => u8(135),
  bigRaw: (text) => concat(u8(136), bytes(utf8(text))),
  unknown: (hex) => fromHex(hex, 'unknown'),
};

/** One Data value from {raw: 'text'}, {sha256: '0x..'}, {timelocked: '0x..', round: 7}, {unknown: '0x89..'} ... */
export function encodeField(spec) {
  const kind = Object.keys(ENCODERS).find((name) => name in spec);
  if (!kind) throw new Error(`no such field: ${JSON.stringify(spec)}; one of ${Object.keys(ENCODERS).join(', ')}`);
  return ENCODERS[kind](spec[kind], spec);
}

/** CommitmentInfo bytes. */
export const encodeInfo = (fields) => vec(fields.map(encodeField));
