#!/usr/bin/env node
// decode_metadata.mjs FILE: milliseconds that polkadot-js takes to decode runtime metadata, median of 21.
// decode_metadata.mjs --own: this node's own metadata, as bytes on standard output.
import { readFileSync, writeSync } from 'node:fs';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { buildMetadata } from './metadata.mjs';

const [what] = process.argv.slice(2);
if (what === '--own') {
  writeSync(1, buildMetadata().bytes);
} else {
  const file = readFileSync(what);
  const hex = file.subarray(0, 2).toString() === '0x' ? file.toString().trim() : `0x${file.toString('hex')}`;
  const times = [];
  for (let i = 0; i < 21; i++) {
    const begin = process.hrtime.bigint();
    const metadata = new Metadata(new TypeRegistry(), hex);
    times.push(Number(process.hrtime.bigint() - begin) / 1e6);
    if (metadata.version !== 14) throw new Error(`metadata of version ${metadata.version}`);
  }
  console.log(times.sort((a, b) => a - b)[10].toFixed(2));
}
