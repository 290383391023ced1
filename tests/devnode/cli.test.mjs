// The two programs as a test of another language starts them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { Client, raw, vectors } from './harness.mjs';

const start = (program, ...args) => spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args],
  { stdio: ['pipe', 'pipe', 'pipe'] });

async function started(t, ...args) {
  const child = start('node.mjs', ...args);
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ready: JSON.parse(line) };
}

test('node.mjs says where it listens, makes blocks by its clock, and ends on SIGTERM', async (t) => {
  const { child, ready } = await started(t, '--block-ms', '20', '--register', '13://Alice', '--spec-version', '459');
  assert.equal(ready.pid, child.pid);
  const client = await Client.connect(ready.port);
  assert.deepEqual([ready.genesisHash, ready.specVersion], [client.genesisHash, client.version.specVersion]);
  await client.submit([raw('hello')]);
  const deadline = Date.now() + 10_000;
  while (!(await client.committed())) assert.ok(Date.now() < deadline, 'not finalised in time');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('node.mjs ends with its standard input when told to', async (t) => {
  const { child } = await started(t, '--manual', '--exit-with-stdin');
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('node.mjs refuses what it does not understand', async () => {
  for (const args of [['--wormhole'], ['--netuid-type', 'u8'], ['--tempo', 'x'], ['--register', 'Alice']]) {
    const child = start('node.mjs', ...args);
    assert.deepEqual(await once(child, 'exit'), [64, null], args.join(' '));
  }
});

/** Answers of sign.mjs to these requests, in order. */
async function answers(requests) {
  const child = start('sign.mjs');
  const lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  child.stdin.end(requests.map((r) => `${typeof r === 'string' ? r : JSON.stringify(r)}\n`).join(''));
  await once(child, 'close');
  return lines;
}

test('sign.mjs derives what the vectors say and knows both secret forms', async () => {
  const keys = await answers(vectors.keys.map((k) => ({ op: 'derive', suri: k.mini_secret })));
  assert.deepEqual(keys.map((k) => [k.publicKey, k.address, k.secret, k.canonicalSecret]),
    vectors.keys.map((k) => [k.public_key, k.ss58_42, k.secret_ed25519_form, k.secret_canonical_form]));
  const derived = await answers(vectors.derivations.map((d) => ({ op: 'derive', suri: d.suri_suffix })));
  assert.deepEqual(derived.map((k) => k.address), vectors.derivations.map((d) => d.ss58_42));
});

test('sign.mjs signs at volume and its signatures verify, tampered ones do not', async () => {
  const count = 500;
  const requests = Array.from({ length: count }, (_, id) => ({ id, op: 'sign', suri: '//Alice',
    scheme: id % 2 ? 'ed25519' : 'sr25519', engine: id % 4 ? 'schnorrkel' : 'polkadot',
    message: `0x${randomBytes(id % 300).toString('hex')}` }));
  const signed = await answers(requests);
  assert.deepEqual(signed.map((s) => s.id), requests.map((r) => r.id));
  const check = signed.flatMap(({ signature, publicKey }, id) => {
    const { scheme, message } = requests[id];
    const engine = id % 8 < 4 ? 'schnorrkel' : 'polkadot'; // each verifies what either signed
    const good = { op: 'verify', engine, scheme, message, signature, publicKey };
    return [good, { ...good, message: `${message}00` }, { ...good, signature: `${signature.slice(0, -4)}0000` }];
  });
  const verdicts = (await answers(check)).map((v) => v.valid);
  assert.deepEqual(verdicts, Array(count).fill([true, false, false]).flat());
});

test('sign.mjs answers every line, the bad ones with an error', async () => {
  const lines = await answers(['no json', { id: 1, op: 'dance' }, { id: 2, op: 'sign', seed: '0x00', message: '0x' },
    { id: 3, op: 'decode', address: vectors.ss58.bad_checksum }, { id: 4, op: 'decode', address: vectors.ss58.checks[0][1] },
    { id: 5, op: 'address', publicKey: vectors.ss58.checks[0][0] }, { id: 6, op: 'sign', suri: '//Alice', message: 'zz' },
    { id: 7, op: 'sign', suri: '//Alice', message: '0x', engine: 'steam' }]);
  assert.deepEqual(lines.map((l) => Boolean(l.error)), [true, true, true, true, false, false, true, true]);
  assert.equal(lines[4].publicKey, vectors.ss58.checks[0][0]);
  assert.equal(lines[5].address, vectors.ss58.checks[0][1]);
});
