// Each fault does what it says, once, and to the request it was meant for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeFor, raw } from './harness.mjs';

const cut = /fetch failed|terminated|other side closed|ECONNRESET/;

describe('answers over HTTP', () => {
  test('cut before: nothing was carried out; cut after: it was', async (t) => {
    const { client } = await nodeFor(t);
    const bytes = await client.signed([raw('hello')]);
    await client.control('fault', { kind: 'cut-before', method: 'author_submitExtrinsic' });
    await assert.rejects(client.rpc('author_submitExtrinsic', bytes), cut);
    assert.equal((await client.control('status')).pool, 0);
    await client.control('fault', { kind: 'cut-after', method: 'author_*' });
    await assert.rejects(client.rpc('author_submitExtrinsic', bytes), cut);
    assert.equal((await client.control('status')).pool, 1);
    await assert.rejects(client.rpc('author_submitExtrinsic', bytes), { code: 1013 });
    assert.deepEqual((await client.record()).faults.map((f) => f.kind), ['cut-before', 'cut-after']);
  });

  test('429 and 503 with Retry-After, a redirect, an RPC error of any kind', async (t) => {
    const { client } = await nodeFor(t);
    const ask = () => client.post({ jsonrpc: '2.0', id: 1, method: 'system_chain', params: [] }, { redirect: 'manual' });
    await client.control('fault', { kind: 'http', status: 429, retryAfter: 2, count: 2 });
    await client.control('fault', { kind: 'http', status: 302, headers: { location: 'http://127.0.0.1:1/' } });
    const replies = [await ask(), await ask(), await ask(), await ask()];
    assert.deepEqual(replies.map((r) => [r.status, r.headers.get('retry-after')]),
      [[429, '2'], [429, '2'], [302, null], [200, null]]);
    await client.control('fault', { kind: 'error', code: -32000, message: 'busy', data: [1], method: 'system_chain' });
    await assert.rejects(client.rpc('system_chain'), { code: -32000, message: 'busy', data: [1] });
  });

  test('wrong id, wrong type, any value, no result, an error without a code', async (t) => {
    const { client } = await nodeFor(t);
    const faults = [{ kind: 'wrong-id' }, { kind: 'wrong-type' }, { kind: 'replace', value: { a: null } },
      { kind: 'no-result' }, { kind: 'no-code' }];
    for (const fault of faults) await client.control('fault', { ...fault, method: 'chain_getBlockHash' });
    const replies = [];
    for (let i = 0; i < 6; i++) replies.push(await client.raw('chain_getBlockHash', 0));
    const genesis = replies[5].result;
    assert.deepEqual(replies.slice(0, 5).map(({ id, result, error }) => [id, result, error?.message]), [
      [987654321, genesis, undefined], [1, 42, undefined], [1, { a: null }, undefined],
      [1, undefined, undefined], [1, undefined, 'something failed']]);
    assert.equal('code' in replies[4].error, false);
  });

  test('nesting 10,000 deep, truncated metadata, garbage, nothing, half, twice', async (t) => {
    const { client } = await nodeFor(t);
    const text = async () => (await client.post({ jsonrpc: '2.0', id: 7, method: 'state_getMetadata', params: [] })).text();
    const whole = await text();
    const arm = (kind) => client.control('fault', { kind });
    await arm('nested');
    assert.match(await text(), /^\{"jsonrpc":"2.0","id":7,"result":\[{10000}\]{10000}\}$/);
    await arm('truncate-hex');
    const short = JSON.parse(await text()).result, full = JSON.parse(whole).result;
    assert.ok(full.startsWith(short) && short.length < full.length && short.length % 2 === 0);
    await arm('garbage');
    assert.match(await text(), /^<html>/);
    await arm('empty');
    assert.equal(await text(), '');
    await arm('cut-middle');
    await assert.rejects(text(), cut);
    await arm('twice');
    assert.equal(await text(), whole + whole);
    assert.equal(await text(), whole);
  });

  test('an endless answer goes on until the client has had enough', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('fault', { kind: 'endless', method: 'system_health' });
    const reply = await client.post({ jsonrpc: '2.0', id: 1, method: 'system_health', params: [] });
    let size = 0;
    for await (const part of reply.body) if ((size += part.length) > 20_000_000) break;
    assert.ok(size > 20_000_000);
    assert.equal(await client.rpc('system_chain'), 'Development', 'the node lives on');
  });

  test('slow: late, or a byte at a time; hang: never', async (t) => {
    const { client } = await nodeFor(t);
    const start = Date.now();
    await client.control('fault', { kind: 'slow', ms: 60, dripMs: 1, method: 'system_chain' });
    assert.equal(await client.rpc('system_chain'), 'Development');
    assert.ok(Date.now() - start >= 60);
    await client.control('fault', { kind: 'hang', method: 'system_chain' });
    await assert.rejects(client.post({ jsonrpc: '2.0', id: 1, method: 'system_chain', params: [] },
      { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
  });

  test('skip lets requests pass first; clear disarms; an unknown kind is refused', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('fault', { kind: 'wrong-type', method: 'system_chain', skip: 1 });
    assert.equal(await client.rpc('system_chain'), 'Development');
    assert.equal(await client.rpc('system_chain'), 42);
    await client.control('fault', { kind: 'wrong-type', count: 99 });
    await client.control('clear');
    assert.equal(await client.rpc('system_chain'), 'Development');
    await assert.rejects(client.control('fault', { kind: 'earthquake' }), /no fault earthquake/);
  });
});

describe('answers over WebSocket', () => {
  test('a refused handshake, a cut, a fragmented endless answer', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('fault', { kind: 'http', status: 429, method: 'upgrade' });
    await assert.rejects(client.socket(), /429/);
    const socket = await client.socket();
    await client.control('fault', { kind: 'cut-after', method: 'author_submitAndWatchExtrinsic' });
    socket.send(1, 'author_submitAndWatchExtrinsic', await client.signed([raw('hello')]));
    await socket.closed;
    assert.deepEqual(socket.messages.filter((m) => m.id === 1), []);
    assert.equal((await client.control('status')).pool, 1);
    const other = await client.socket();
    await client.control('fault', { kind: 'endless', bytes: 300_000, method: 'system_chain' });
    other.send(1, 'system_chain');
    const { result } = await other.until((m) => m.id === 1);
    assert.ok(result.length > 300_000);
    other.close();
  });
});

describe('submissions', () => {
  test('dropped: accepted and never seen again', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('submission', { kind: 'drop' });
    const hash = await client.submit([raw('lost')]);
    await client.control('produce', { blocks: 5 });
    const { submissions, commits } = await client.record();
    assert.deepEqual([submissions[0].hash, submissions[0].outcome, commits.length], [hash, 'dropped', 0]);
  });

  test('delayed by so many blocks', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('submission', { kind: 'delay', blocks: 3 });
    await client.submit([raw('late')]);
    await client.control('produce', { blocks: 5 });
    assert.deepEqual((await client.record()).commits.map((c) => c.block), [4]);
  });

  test('duplicated on the way: the client hears 1013 although it was taken', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('submission', { kind: 'duplicate' });
    await assert.rejects(client.submit([raw('once')]), { code: 1013 });
    await client.control('produce', { blocks: 3 });
    assert.equal((await client.record()).commits.length, 1);
    assert.equal((await client.record()).submissions[0].outcome, 'accepted');
  });

  const refusals = { 'Custom:10': [1010, 'Custom error: 10'], Stale: [1010, 'Transaction is outdated'],
    BadProof: [1010, 'Transaction has a bad signature'], AncientBirthBlock: [1010, 'Transaction has an ancient birth block'],
    Banned: [1012, undefined], TooLowPriority: [1014, /too low priority/], Dropped: [1016, /limit/],
    CannotLookup: [1011, 'CannotLookup'], FutureRefused: [1021, undefined] };
  for (const [reason, [code, data]] of Object.entries(refusals)) {
    test(`refused with ${reason}, once, without a ban`, async (t) => {
      const { client } = await nodeFor(t);
      await client.control('submission', { kind: 'reject', reason });
      const bytes = await client.signed([raw('no')]);
      const { error } = await client.raw('author_submitExtrinsic', bytes);
      assert.equal(error.code, code);
      if (data instanceof RegExp) assert.match(error.data, data);
      else assert.equal(error.data, data);
      await client.rpc('author_submitExtrinsic', bytes);
      assert.deepEqual((await client.record()).submissions.map((s) => [s.outcome, s.code]),
        [['rejected', code], ['accepted', undefined]]);
    });
  }

  test('refused though taken in, and an error of the test\'s own making', async (t) => {
    const { client } = await nodeFor(t);
    await client.control('submission', { kind: 'reject', accept: true, error: { code: -32000, message: 'gateway' } });
    await assert.rejects(client.submit([raw('taken')]), { code: -32000, message: 'gateway' });
    await client.control('produce');
    assert.equal((await client.record()).commits.length, 1);
    await assert.rejects(client.control('submission', { kind: 'reject', reason: 'Nonsense' }), /Nonsense/);
  });
});
