// The byte budget per subnet epoch, and what a failed dispatch leaves behind.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bigRaw, nodeFor, raw } from './harness.mjs';

/** Commits one after the other in blocks of their own; the outcomes in order. */
async function commitAll(client, list) {
  for (const fields of list) {
    await client.submit(fields);
    await client.control('produce');
  }
  return (await client.record()).commits.map((c) => c.error ?? 'ok');
}

async function used(client, node) {
  const runtime = node.chain.runtime();
  const key = runtime.key('commitments', 'usedSpaceOf', 13, (await client.record()).commits[0].who);
  const value = await client.rpc('state_getStorage', key);
  const { lastEpoch, usedSpace } = runtime.decode('commitments', 'usedSpaceOf', value).toJSON();
  return { lastEpoch, usedSpace };
}

for (const epochIndex of [true, false]) {
  describe(epochIndex ? 'with the epoch counter' : 'with block arithmetic', () => {
    test('1100 + 4 x 500 = 3100 is allowed, one more commit is not and costs nothing', async (t) => {
      const { node, client } = await nodeFor(t, { runtime: { epochIndex } });
      const eleven = Array(11).fill([raw('x'.repeat(100))]);
      const four = Array(4).fill([bigRaw(500)]);
      const outcomes = await commitAll(client, [...eleven, ...four]);
      assert.deepEqual(outcomes, Array(15).fill('ok'));
      assert.equal((await used(client, node)).usedSpace, 3100);
      const before = await client.committed();
      assert.equal((await commitAll(client, [[raw('one more')]])).at(-1), 'SpaceLimitExceeded');
      await client.control('produce', { blocks: 3 });
      assert.equal((await used(client, node)).usedSpace, 3100, 'rolled back');
      assert.deepEqual((await client.committed()).info.fields, before.info.fields, 'the last good one stays');
    });

    test('the budget starts anew with the epoch', async (t) => {
      const { node, client } = await nodeFor(t, { tempo: 20, runtime: { epochIndex } });
      await client.control('produce', { blocks: 8 }); // past the first epoch by block arithmetic, before it by counter
      const seven = Array(7).fill([bigRaw(500)]);
      assert.equal((await commitAll(client, seven)).filter((o) => o === 'ok').length, 6);
      const before = await used(client, node);
      await client.control('produce', { blocks: 21 });
      assert.equal((await commitAll(client, [[bigRaw(500)]])).at(-1), 'ok');
      const after = await used(client, node);
      assert.deepEqual([after.lastEpoch, after.usedSpace], [before.lastEpoch + 1, 500]);
    });
  });
}

test('the epoch turns in the very block the chain\'s rule says', async (t) => {
  for (const [epochIndex, expected] of [[true, 20], [false, 7]]) { // last + tempo; (7 + 13 + 1) % (20 + 1) == 0
    const { node, client } = await nodeFor(t, { tempo: 20, runtime: { epochIndex } });
    const item = epochIndex ? 'lastEpochBlock' : 'lastMechansimStepBlock';
    const read = async () => client.rpc('state_getStorage', node.chain.runtime().key('subtensorModule', item, 13));
    await client.control('produce', { blocks: expected - 1 });
    const before = await read();
    await client.control('produce');
    assert.notEqual(await read(), before);
    assert.equal(parseInt((await read()).slice(2, 4), 16), expected);
  }
});

test('small commits cost 100 each; hashes count 32, flags nothing', async (t) => {
  const { node, client } = await nodeFor(t);
  const digest = `0x${'cd'.repeat(32)}`;
  await commitAll(client, [[raw('tiny')], [{ None: null }], [raw('y'.repeat(90)), { Sha256: digest }]]);
  assert.equal((await used(client, node)).usedSpace, 100 + 100 + 122);
});

test('MaxSpace is a storage value and can change', async (t) => {
  const { client } = await nodeFor(t);
  await client.control('set', { item: 'MaxSpace', value: 150 });
  assert.deepEqual(await commitAll(client, [[raw('a')], [raw('b')]]), ['ok', 'SpaceLimitExceeded']);
  await client.control('set', { item: 'MaxSpace', value: null });
  assert.equal((await commitAll(client, [[raw('c')]])).at(-1), 'ok');
});

test('a failed dispatch leaves nothing behind, not even the bonds reset it began with', async (t) => {
  const { node, client } = await nodeFor(t);
  const reset = async () => client.rpc('state_getStorage',
    node.chain.runtime().key('commitments', 'lastBondsReset', 13, (await client.record()).commits[0].who));
  await client.control('set', { item: 'MaxSpace', value: 50 });
  assert.deepEqual(await commitAll(client, [[{ ResetBondsFlag: null }]]), ['SpaceLimitExceeded']);
  assert.equal(await reset(), null);
  await client.control('set', { item: 'MaxSpace', value: 100 });
  assert.equal((await commitAll(client, [[{ ResetBondsFlag: null }]])).at(-1), 'ok');
  assert.equal(await reset(), '0x02000000');
});

test('a usage set from outside counts', async (t) => {
  const { client } = await nodeFor(t);
  await client.control('set', { item: 'UsedSpaceOf', netuid: 13, who: '//Alice', value: { lastEpoch: 0, usedSpace: 3001 } });
  assert.deepEqual(await commitAll(client, [[raw('a')]]), ['SpaceLimitExceeded']);
});
