#!/usr/bin/env node
// A development chain node: `node node.mjs --help`. Prints one JSON line when it is ready.
import { parseArgs } from 'node:util';
import { u8aToHex } from '@polkadot/util';
import { startNode } from './lib/devnode.mjs';

const OPTIONS = {
  port: ['N', '0', 'port on 127.0.0.1; 0 takes a free one'],
  'block-ms': ['MS', '50', 'a block every MS milliseconds'],
  manual: [null, false, 'blocks on command only (control op "produce")'],
  'finality-lag': ['N', '2', 'blocks from best to finalized'],
  'start-block': ['N', '0', 'number of the first block after genesis'],
  'genesis-hash': ['HEX', undefined, 'pretend to be the chain with this genesis hash'],
  'spec-version': ['N', '425', 'spec_version'],
  'slot-ms': ['MS', undefined, 'Aura.SlotDuration in metadata; default: block-ms, or 12000 when manual'],
  netuid: ['N', ['13'], 'a subnet that exists; repeatable'],
  register: ['N:WHO', ['13://Alice', '13://Bob'], 'a registered hotkey (//Name, SS58, 0x key); repeatable'],
  tempo: ['N', '360', 'blocks of an epoch'],
  pruning: ['N', '0', 'discard states older than N blocks; 0 keeps all'],
  'netuid-type': ['u16|composite', 'u16', 'how metadata types a subnet number'],
  'no-epoch-index': [null, false, 'leave out SubnetEpochIndex, as before May 2026'],
  'extension-set': ['current|293', 'current', 'thirteen transaction extensions, or the ten of 2025'],
  'unknown-extension': ['none|zero|nonzero', 'none', 'also list an extension no client knows'],
  'future-data': [null, false, 'Data has a variant 137'],
  'trap-code': ['1002|1011', '1002', 'code of a runtime trap while validating'],
  'unit-status': ['string|object', 'string', 'form of "ready" and the like in watch notifications'],
  'chain-name': ['NAME', 'Development', 'system_chain'],
  'exit-with-stdin': [null, false, 'end when standard input closes, so no parent leaves it behind'],
  help: [null, false, 'this text'],
};

function readOptions() {
  const { values } = parseArgs({ options: Object.fromEntries(Object.entries(OPTIONS).map(([name, [argument, initial]]) =>
    [name, { type: argument ? 'string' : 'boolean', ...(initial === undefined ? {} : { default: initial }),
      ...(Array.isArray(initial) ? { multiple: true } : {}) }])) });
  const number = (name) => {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} ${values[name]}: a whole number is expected`);
    return Number(values[name]);
  };
  const oneOf = (name) => {
    if (!OPTIONS[name][0].split('|').includes(values[name])) throw new Error(`--${name}: one of ${OPTIONS[name][0]}`);
    return values[name];
  };
  const blockMs = values.manual ? 0 : number('block-ms');
  return {
    help: values.help, exitWithStdin: values['exit-with-stdin'], port: number('port'), blockMs,
    finalityLag: number('finality-lag'), startBlock: number('start-block'), genesisHash: values['genesis-hash'],
    networks: values.netuid.map(Number), registrations: values.register, tempo: number('tempo'),
    pruning: number('pruning'), trapCode: Number(oneOf('trap-code')), unitStatus: oneOf('unit-status'),
    chainName: values['chain-name'],
    runtime: {
      specVersion: number('spec-version'), netuid: oneOf('netuid-type'), epochIndex: !values['no-epoch-index'],
      extensionSet: oneOf('extension-set'), unknownExtension: oneOf('unknown-extension'),
      futureData: values['future-data'],
      slotMs: values['slot-ms'] === undefined ? blockMs || 12000 : number('slot-ms'),
    },
  };
}

function usage() {
  const lines = Object.entries(OPTIONS).map(([name, [argument, initial, text]]) => {
    const left = `  --${name}${argument ? ` ${argument}` : ''}`;
    return `${left.padEnd(40)}${text}${argument && initial !== undefined ? ` [${initial}]` : ''}`;
  });
  return `usage: node node.mjs [options]\n${lines.join('\n')}\n`;
}

try {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(usage());
  } else {
    const node = await startNode(options);
    const stop = async () => { await node.close(); process.exit(0); };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    if (options.exitWithStdin) process.stdin.on('end', stop).on('error', stop).resume();
    const base = `127.0.0.1:${node.port}`;
    process.stdout.write(`${JSON.stringify({ port: node.port, pid: process.pid, http: `http://${base}`,
      ws: `ws://${base}`, control: `http://${base}/control`, genesisHash: u8aToHex(node.chain.genesisHash),
      specVersion: options.runtime.specVersion })}\n`);
  }
} catch (error) {
  process.stderr.write(`devnode: ${error.message}\n`);
  process.exit(64);
}
