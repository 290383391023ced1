// Forks, upgrades, stale views and storage written from outside.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeFor, raw } from './harness.mjs';

describe('forks', () => {
  test('a retracted extrinsic returns to the pool and lands on the other branch', async (t) => {
    const { client } = await nodeFor(t, { finalityLag: 5 });
    await client.control('produce', { blocks: 2 });
    const socket = await client.socket();
    t.after(() => socket.close());
    const { result: id } = await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('hello')]));
    const { hashes: [first] } = await client.control('produce', { blocks: 1 });
    const { retracted, best } = await client.control('fork', { blocks: 1 });
    assert.deepEqual([retracted, best.number], [[first], 4]);
    const second = await client.rpc('chain_getBlockHash', 3);
    assert.notEqual(second, first);
    await client.control('produce', { blocks: 5 });
    await socket.until((m) => m.params?.result?.finalized);
    assert.deepEqual(socket.results(id).filter((r) => typeof r === 'object' && !r.broadcast),
      [{ inBlock: first }, { retracted: first }, { inBlock: second }, { finalized: second }]);
    const { commits } = await client.record();
    assert.deepEqual(commits.map((c) => [c.blockHash, c.retracted, c.finalized]),
      [[first, true, false], [second, false, true]]);
  });

  test('a dropped one is gone; its storage too; the retracted block can still be read', async (t) => {
    const { node, client } = await nodeFor(t, { finalityLag: 5 });
    await client.submit([raw('gone')]);
    const { hashes: [lost] } = await client.control('produce');
    await client.control('fork', { blocks: 1, transactions: 'drop' });
    await client.control('produce', { blocks: 8 });
    assert.equal(await client.committed(), null);
    const { commits } = await client.record();
    assert.equal(commits.length, 1);
    const key = node.chain.runtime().key('commitments', 'commitmentOf', 13, commits[0].who);
    assert.ok(await client.rpc('state_getStorage', key, lost));
    assert.equal((await client.rpc('chain_getBlock', lost)).block.extrinsics.length, 2);
    assert.equal(await client.rpc('system_accountNextIndex', commits[0].address), 0);
  });

  test('finality is not undone', async (t) => {
    const { client } = await nodeFor(t, { finalityLag: 1 });
    await client.control('produce', { blocks: 5 });
    await assert.rejects(client.control('fork', { blocks: 2 }), /cannot retract 2/);
  });
});

test('finality can stop and catch up; a watcher is told when it takes too long', async (t) => {
  const { client } = await nodeFor(t, { finalityTimeout: 20 });
  await client.control('finality', { paused: true });
  const socket = await client.socket();
  t.after(() => socket.close());
  await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('hello')]));
  assert.equal((await client.control('produce', { blocks: 21 })).finalized.number, 0);
  await socket.until((m) => m.params?.result?.finalityTimeout);
  assert.equal((await client.control('finality', { lag: 3 })).finalized.number, 18);
});

test('an upgrade: old signatures are bad, the pool is cleared of them, new ones pass', async (t) => {
  const { client } = await nodeFor(t, { finalityLag: 0 });
  await client.submit([raw('waiting')]);
  const old = await client.signed([raw('old')], { who: '//Bob' });
  await client.control('upgrade', { specVersion: 430, netuid: 'composite', unknownExtension: 'zero' });
  await assert.rejects(client.rpc('author_submitExtrinsic', old), { code: 1010, data: 'Transaction has a bad signature' });
  await client.control('produce');
  assert.deepEqual([(await client.record()).commits.length, (await client.control('status')).pool], [0, 0]);
  assert.equal((await client.rpc('state_getRuntimeVersion')).specVersion, 430);
  await client.refresh();
  assert.equal(client.registry.signedExtensions.includes('CheckSomethingNew'), true);
  await client.submit([raw('new')], { who: '//Bob' });
  await client.control('produce');
  assert.equal((await client.committed('//Bob')).block, 2);
});

describe('what the node claims to know', () => {
  test('stale heads, for so many questions; a node wholly behind', async (t) => {
    const { client } = await nodeFor(t, { finalityLag: 0 });
    await client.control('produce', { blocks: 10 });
    const number = async (hash) => parseInt((await client.rpc('chain_getHeader', hash)).number, 16);
    const finalized = async () => number(await client.rpc('chain_getFinalizedHead'));
    await client.control('stale', { by: 4, count: 1 });
    assert.deepEqual([await finalized(), await finalized()], [6, 10]);
    const newest = await client.rpc('chain_getFinalizedHead');
    await client.control('stale', { by: 4, scope: 'node' });
    assert.equal(await finalized(), 6);
    assert.equal(await client.rpc('chain_getBlockHash', 8), null);
    assert.equal(await client.rpc('chain_getHeader', newest), null);
    await assert.rejects(client.rpc('state_getStorage', '0x00', newest), { code: 4003 });
    await client.control('stale', { by: 0 });
    assert.equal(await finalized(), 10);
  });
  test('syncing', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('syncing', { behind: 50 });
    assert.equal((await client.rpc('system_health')).isSyncing, true);
    assert.equal((await client.rpc('system_syncState')).highestBlock, 50);
    await client.control('syncing', { on: false });
    assert.equal((await client.rpc('system_health')).isSyncing, false);
  });
  test('pruned states', async (t) => {
    const { client } = await nodeFor(t, { pruning: 5 });
    await client.control('produce', { blocks: 10 });
    const old = await client.rpc('chain_getBlockHash', 2);
    await assert.rejects(client.rpc('state_getStorage', '0x00', old), { code: 4003, message: /State already discarded/ });
  });
});

describe('storage', () => {
  const fields = [{ raw: 'theirs' }, { sha256: `0x${'11'.repeat(32)}` }, { timelocked: '0xdead', round: 5 },
    { resetBonds: true }, { bigRaw: 'b'.repeat(200) }, { none: true }, { rawHex: '0xff00' }];
  test('another writer\'s commitment of every kind decodes', async (t) => {
    const { client } = await nodeFor(t);
    for (const field of fields) {
      await client.control('commitment', { netuid: 13, who: '//Bob', fields: [field], block: 77 });
      const { block, info } = await client.committed('//Bob');
      assert.deepEqual([block, info.fields.length], [77, 1], JSON.stringify(field));
    }
    await client.control('commitment', { netuid: 13, who: '//Bob', fields: [{ unknown: '0x89aabb' }] });
    await assert.rejects(client.committed('//Bob'));
    await client.control('commitment', { netuid: 13, who: '//Bob', value: null });
    assert.equal(await client.committed('//Bob'), null);
  });
  test('written inside the next block it bears that block\'s number and can be forked away', async (t) => {
    const { client } = await nodeFor(t, { finalityLag: 3 });
    const { key } = await client.control('commitment', { netuid: 13, who: '//Bob', fields: [{ raw: 'x' }], when: 'next' });
    assert.equal(await client.rpc('state_getStorage', key), null);
    await client.control('produce');
    assert.equal(await client.rpc('state_getStorage', key), '0x0000000000000000' + '01000000' + '040278');
    await client.control('fork', { blocks: 1 });
    assert.equal(await client.rpc('state_getStorage', key), null);
  });
  test('a hotkey loses its registration and gets it back; a subnet goes', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('set', { item: 'Uids', netuid: 13, who: '//Alice', value: null });
    for (const uid of [7, null]) {
      await client.submit([raw('x')]);
      await client.control('produce');
      if (uid !== null) await client.control('set', { item: 'Uids', netuid: 13, who: '//Alice', value: uid });
    }
    assert.deepEqual((await client.record()).commits.map((c) => c.error), ['AccountNotAllowedCommit', null]);
    await client.control('produce', { blocks: 2 });
    await client.control('dissolve', { netuid: 13 });
    assert.equal(await client.committed(), null);
    await client.submit([raw('y')]);
    await client.control('produce');
    assert.equal((await client.record()).commits.at(-1).error, 'AccountNotAllowedCommit');
  });
  test('tempo, revealed commitments and raw keys', async (t) => {
    const { node, client } = await nodeFor(t);
    const runtime = node.chain.runtime();
    await client.control('set', { item: 'Tempo', netuid: 13, value: 50400 });
    assert.equal(await client.rpc('state_getStorage', runtime.key('subtensorModule', 'tempo', 13)), '0xe0c4');
    const { key } = await client.control('set', { item: 'RevealedCommitments', netuid: 13, who: '//Bob', value: [['text', 9]] });
    const revealed = runtime.decode('commitments', 'revealedCommitments', await client.rpc('state_getStorage', key));
    assert.deepEqual(revealed.toJSON(), [['0x74657874', 9]]);
    await client.control('storage', { key: '0x0102', value: '0xff' });
    assert.equal(await client.rpc('state_getStorage', '0x0102'), '0xff');
    await assert.rejects(client.control('set', { item: 'Nothing', value: 1 }), /no item Nothing/);
    await assert.rejects(client.control('dance'), /no operation dance/);
  });
});
