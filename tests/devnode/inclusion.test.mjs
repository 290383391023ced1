// A commitment signed by polkadot-js goes in, is finalised and is found again, over HTTP and WebSocket.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bigRaw, nodeFor, raw } from './harness.mjs';

const HELLO = '0x68656c6c6f';

describe('over HTTP', () => {
  for (const options of [{}, { runtime: { netuid: 'composite' } }, { runtime: { extensionSet: '293', specVersion: 293 } },
    { runtime: { unknownExtension: 'zero' } }, { startBlock: 4_000_000 }]) {
    test(`a commitment is accepted, included, finalised and readable ${JSON.stringify(options)}`, async (t) => {
      const { client } = await nodeFor(t, options);
      await client.control('produce', { blocks: 3 });
      const hash = await client.submit([raw('hello')]);
      assert.equal((await client.control('status')).pool, 1);
      assert.equal(await client.committed(), null);
      await client.control('produce', { blocks: 1 });
      assert.equal(await client.committed(), null, 'included, not yet final');
      await client.control('produce', { blocks: 2 });
      const stored = await client.committed();
      assert.deepEqual(stored.info.fields, [{ raw5: HELLO }]);
      const [commit] = (await client.record()).commits;
      assert.equal(commit.hash, hash);
      assert.deepEqual([commit.block, commit.ok, commit.finalized, commit.netuid], [stored.block, true, true, 13]);
      assert.deepEqual(commit.fields, [{ kind: 'Raw5', size: 5, hex: HELLO, text: 'hello' }]);
    });
  }

  test('the block holds the very bytes and the events of a success', async (t) => {
    const { client } = await nodeFor(t);
    const bytes = await client.signed([raw('hello')]);
    await client.rpc('author_submitExtrinsic', bytes);
    const { hashes: [hash] } = await client.control('produce');
    const { block } = await client.rpc('chain_getBlock', hash);
    assert.equal(block.extrinsics[1], bytes);
    const header = client.registry.createType('Header', block.header);
    assert.equal(header.hash.toHex(), hash, 'the hash is that of the encoded header');
    const events = await client.events(hash);
    assert.deepEqual(events.map((e) => [e.at, e.name]), [[0, 'system.ExtrinsicSuccess'], [1, 'commitments.Commitment'],
      [1, 'transactionPayment.TransactionFeePaid'], [1, 'system.ExtrinsicSuccess']]);
    assert.equal(events[1].data[0], 13);
  });

  test('ed25519 signatures are as good, and the nonce counts per account', async (t) => {
    const ed = '13:0xd17c2d7823ebf260fd138f2d7e27d114c0145d968b5ff5006125f2414fadae69'; // //Bob, ed25519
    const { client } = await nodeFor(t, { registrations: [ed, '13://Alice'] });
    await client.submit([raw('x')], { who: '//Bob', scheme: 'ed25519' });
    for (const text of ['1', '2', '3']) await client.submit([raw(text)]);
    await client.control('produce');
    const { commits } = await client.record();
    assert.deepEqual(commits.map((c) => [c.scheme, c.nonce, c.ok]),
      [['ed25519', 0, true], ['sr25519', 0, true], ['sr25519', 1, true], ['sr25519', 2, true]]);
  });

  test('three fields, a long BigRaw (payload above 256 bytes, so its hash is signed), immortal and long eras', async (t) => {
    const { client } = await nodeFor(t);
    const digest = `0x${'ab'.repeat(32)}`;
    await client.submit([raw('u'), { Sha256: digest }, { None: null }], { period: 0 });
    await client.submit([bigRaw(300)], { period: 2048 });
    await client.control('produce', { blocks: 3 });
    const { commits } = await client.record();
    assert.deepEqual(commits.map((c) => c.fields.map((f) => [f.kind, f.size])),
      [[['Raw1', 1], ['Sha256', 32], ['None', 0]], [['BigRaw', 300]]]);
    assert.deepEqual(commits.map((c) => c.ok), [true, true]);
  });

  test('not registered: included, nonce used, dispatch failed, nothing stored', async (t) => {
    const { client } = await nodeFor(t);
    await client.submit([raw('hello')], { who: '//Charlie' });
    const { hashes: [hash] } = await client.control('produce', { blocks: 1 });
    const failed = (await client.events(hash)).find((e) => e.name === 'system.ExtrinsicFailed');
    assert.deepEqual(failed.data[0], { module: { index: 18, error: '0x01000000' } });
    await client.control('produce', { blocks: 2 });
    assert.equal(await client.committed('//Charlie'), null);
    const [commit] = (await client.record()).commits;
    assert.deepEqual([commit.ok, commit.error, commit.finalized], [false, 'AccountNotAllowedCommit', true]);
    assert.equal(await client.rpc('system_accountNextIndex', commit.address), 1);
  });

  test('a timelocked field is stored and told by its own event', async (t) => {
    const { client } = await nodeFor(t);
    await client.submit([{ TimelockEncrypted: { encrypted: '0xdeadbeef', revealRound: 1000 } }]);
    const { hashes: [hash] } = await client.control('produce');
    const event = (await client.events(hash)).find((e) => e.name === 'commitments.TimelockCommitment');
    assert.equal(event.data[2], 1000);
  });

  test('the timer makes blocks by itself', async (t) => {
    const { client } = await nodeFor(t, { blockMs: 10 });
    await client.submit([raw('hello')]);
    const deadline = Date.now() + 5000;
    while (!(await client.committed())) assert.ok(Date.now() < deadline, 'not finalised in time');
  });
});

describe('over WebSocket', () => {
  test('watching: ready, broadcast, inBlock, finalized, and an unwatch that ends it', async (t) => {
    const { client } = await nodeFor(t);
    const socket = await client.socket();
    t.after(() => socket.close());
    const { result: id } = await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('hello')]));
    assert.equal(socket.messages[0].id, 1, 'the reply comes before the notifications');
    const { hashes } = await client.control('produce', { blocks: 3 });
    await socket.until((m) => m.params?.result?.finalized);
    const results = socket.results(id);
    assert.deepEqual(results, ['ready', results[1], { inBlock: hashes[0] }, { finalized: hashes[0] }]);
    assert.ok(Array.isArray(results[1].broadcast));
    assert.equal((await socket.call(2, 'author_unwatchExtrinsic', id)).result, true);
    assert.equal((await socket.call(3, 'author_unwatchExtrinsic', id)).result, false);
  });

  test('finalized and new heads are told as they come', async (t) => {
    const { client } = await nodeFor(t, { finalityLag: 1 });
    const socket = await client.socket();
    t.after(() => socket.close());
    const { result: id } = await socket.call(1, 'chain_subscribeFinalizedHeads');
    const { result: best } = await socket.call(2, 'chain_subscribeNewHeads');
    await client.control('produce', { blocks: 2 });
    await socket.until((m) => m.params?.subscription === best && m.params.result.number === '0x2');
    assert.deepEqual(socket.results(id).map((h) => h.number), ['0x0', '0x1']);
    assert.deepEqual(socket.results(best).map((h) => h.number), ['0x0', '0x1', '0x2']);
    assert.equal((await socket.call(3, 'chain_unsubscribeFinalizedHeads', id)).result, true);
    await client.control('produce', { blocks: 2 });
    await socket.until((m) => m.params?.subscription === best && m.params.result.number === '0x4');
    assert.equal(socket.results(id).length, 2);
  });

  test('unit states may be objects, notifications may come first or twice', async (t) => {
    const { client } = await nodeFor(t, { unitStatus: 'object' });
    await client.control('watching', { notificationsFirst: true, duplicateNotifications: true });
    const socket = await client.socket();
    t.after(() => socket.close());
    const { result: id } = await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('hello')]));
    assert.deepEqual(socket.results(id).slice(0, 2), [{ ready: null }, { ready: null }]);
    assert.equal(socket.messages[0].method, 'author_extrinsicUpdate');
  });

  test('over HTTP a subscription is an internal error, as on real nodes', async (t) => {
    const { client } = await nodeFor(t);
    for (const method of ['author_submitAndWatchExtrinsic', 'chain_subscribeFinalizedHeads']) {
      assert.equal((await client.raw(method, '0x00')).error.code, -32603, method);
    }
  });
});
