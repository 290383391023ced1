// What the pool refuses, with the codes and texts of real nodes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bigRaw, nodeFor, raw } from './harness.mjs';

const invalid = (data) => ({ code: 1010, message: 'Invalid Transaction', data });
const BAD_SIGNATURE = invalid('Transaction has a bad signature');

const flip = (hex, byte) => {
  const at = 2 + byte * 2;
  return hex.slice(0, at) + (parseInt(hex.slice(at, at + 2), 16) ^ 1).toString(16).padStart(2, '0') + hex.slice(at + 2);
};

describe('signatures', () => {
  test('any changed bit of signature, nonce, tip or call is a bad signature', async (t) => {
    const { client } = await nodeFor(t);
    const good = await client.signed([raw('hello')]);
    const length = (good.length - 2) / 2;
    for (const byte of [40, 80, length - 1]) { // inside the signature's two halves; the last payload byte
      await assert.rejects(client.rpc('author_submitExtrinsic', flip(good, byte)), BAD_SIGNATURE, `byte ${byte}`);
    }
    assert.equal(typeof await client.rpc('author_submitExtrinsic', good), 'string');
  });
  test('another genesis or spec version is a bad signature', async (t) => {
    const { client } = await nodeFor(t);
    client.version = { ...client.version, specVersion: 424 };
    await assert.rejects(client.submit([raw('a')]), BAD_SIGNATURE);
    await client.refresh();
    client.genesisHash = `0x${'77'.repeat(32)}`;
    await assert.rejects(client.submit([raw('b')]), BAD_SIGNATURE);
  });
  test('an unknown extension that is not empty is part of what is signed', async (t) => {
    const { client } = await nodeFor(t, { runtime: { unknownExtension: 'nonzero' } });
    await assert.rejects(client.submit([raw('a')]), BAD_SIGNATURE); // polkadot-js signs zero where 7 belongs
  });
});

describe('nonce and pool', () => {
  test('outdated, already imported, banned after inclusion, priority too low', async (t) => {
    const { client } = await nodeFor(t);
    const first = await client.signed([raw('first')]);
    const hash = await client.rpc('author_submitExtrinsic', first);
    await assert.rejects(client.rpc('author_submitExtrinsic', first),
      { code: 1013, message: 'Transaction Already Imported', data: hash });
    await assert.rejects(client.submit([raw('rival')], { nonce: 0 }), { code: 1014 });
    await client.control('produce');
    await assert.rejects(client.rpc('author_submitExtrinsic', first), { code: 1012 });
    await client.control('unban', { hash });
    await assert.rejects(client.rpc('author_submitExtrinsic', first), invalid('Transaction is outdated'));
    await assert.rejects(client.rpc('author_submitExtrinsic', first), { code: 1012 }, 'an invalid one is banned too');
  });
  test('a nonce from the future waits for the ones before it', async (t) => {
    const { client } = await nodeFor(t);
    const socket = await client.socket();
    t.after(() => socket.close());
    const second = await client.signed([raw('second')], { nonce: 1 });
    const { result: id } = await socket.call(1, 'author_submitAndWatchExtrinsic', second);
    await client.control('produce');
    assert.equal((await client.record()).commits.length, 0);
    await client.submit([raw('first')], { nonce: 0 });
    await client.control('produce');
    assert.deepEqual((await client.record()).commits.map((c) => c.nonce), [0, 1]);
    assert.deepEqual(socket.results(id).slice(0, 2), ['future', 'ready']);
  });
  test('a tip that cannot be paid is refused; a payable one replaces its rival', async (t) => {
    const { client } = await nodeFor(t);
    await assert.rejects(client.submit([raw('tip')], { tip: 5 }),
      invalid('Inability to pay some fees (e.g. account balance too low)'));
    await client.control('account', { who: '//Alice', free: 1000 });
    const socket = await client.socket();
    t.after(() => socket.close());
    const { result: id } = await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('slow')]));
    const winner = await client.submit([raw('tip')], { tip: 5, nonce: 0 });
    await socket.until((m) => m.params?.result?.usurped === winner);
    assert.equal(socket.results(id)[0], 'ready');
  });
});

describe('eras', () => {
  test('an unknown birth block is ancient', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('produce', { blocks: 10 });
    const future = client.registry.createType('ExtrinsicEra', { current: 60, period: 64 });
    assert.equal(future.asMortalEra.phase.toNumber(), 60);
    await assert.rejects(client.submit([raw('a')], { current: 60 }), invalid('Transaction has an ancient birth block'));
  });
  // Period 4 from block 4: blocks 4 to 7 may hold it. At block 8 the era's birth would be block 8 itself, whose hash
  // nobody knows yet; from block 9 on it is block 8, so the signature no longer fits.
  const refusals = [[6, null], [7, 'Transaction has an ancient birth block'], [8, 'Transaction has a bad signature']];
  for (const [best, refusal] of refusals) {
    test(`an era up to block 7, submitted after block ${best}: ${refusal ?? 'included'}`, async (t) => {
      const { client } = await nodeFor(t, { finalityLag: 0 });
      await client.control('produce', { blocks: 4 });
      const bytes = await client.signed([raw('x')], { period: 4 });
      await client.control('produce', { blocks: best - 4 });
      const submitted = client.rpc('author_submitExtrinsic', bytes);
      await (refusal ? assert.rejects(submitted, invalid(refusal)) : submitted);
      await client.control('produce');
      assert.equal((await client.record()).commits.length, refusal ? 0 : 1);
    });
  }
  test('one that dies in the pool is dropped as invalid and never included', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('submission', { kind: 'delay', blocks: 50 });
    const socket = await client.socket();
    t.after(() => socket.close());
    await socket.call(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('x')], { period: 16 }));
    await client.control('produce', { blocks: 60 });
    await socket.until((m) => m.params?.result === 'invalid');
    assert.equal((await client.record()).commits.length, 0);
    assert.equal((await client.control('status')).pool, 0);
  });
});

describe('what the runtime cannot read', () => {
  for (const trapCode of [1002, 1011]) {
    test(`more than three fields, or a BigRaw above 512: a trap, code ${trapCode}`, async (t) => {
      const { client } = await nodeFor(t, { trapCode });
      await assert.rejects(client.submit(Array(4).fill(raw('a'))), { code: trapCode });
      await assert.rejects(client.submit([bigRaw(513)]), { code: trapCode });
      await client.submit([bigRaw(512), raw('a'), raw('b')]);
    });
  }
  test('an unknown Data variant traps; with the newer metadata it is only a field', async (t) => {
    const old = await nodeFor(t), newer = await nodeFor(t, { runtime: { futureData: true } });
    const field = { TimelockRevealFailed: { encrypted: '0xaa', revealRound: 1 } };
    const bytes = await newer.client.signed([field]);
    await assert.rejects(old.client.rpc('author_submitExtrinsic', bytes), { code: 1002 });
    await newer.client.rpc('author_submitExtrinsic', bytes);
  });
  test('bad hex, wrong length prefix, trailing bytes, unsigned', async (t) => {
    const { client } = await nodeFor(t);
    const good = await client.signed([raw('hello')]);
    await assert.rejects(client.rpc('author_submitExtrinsic', '0xzz'), { code: -32602 });
    await assert.rejects(client.rpc('author_submitExtrinsic', `${good}00`), { code: 1001 });
    await assert.rejects(client.rpc('author_submitExtrinsic', '0x'), { code: 1001 });
    await assert.rejects(client.rpc('author_submitExtrinsic', '0x1004020000'), { code: 1011, data: 'NoUnsignedValidator' });
    assert.deepEqual((await client.record()).submissions.map((s) => [s.outcome, s.code]),
      [['rejected', -32602], ['rejected', 1001], ['rejected', 1001], ['rejected', 1011]]);
  });
  test('set_max_space is for root: included, failed', async (t) => {
    const { client } = await nodeFor(t);
    await client.submit([], { call: client.api.tx.commitments.setMaxSpace(1) });
    await client.control('produce');
    assert.deepEqual((await client.record()).commits.map((c) => c.error), ['BadOrigin']);
  });
});
