// JSON-RPC and HTTP as real nodes speak them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeFor, raw } from './harness.mjs';

const call = (id, method, ...params) => ({ jsonrpc: '2.0', id, method, params });

describe('JSON-RPC', () => {
  test('batches keep their order and mix results with errors; notifications are not answered', async (t) => {
    const { client } = await nodeFor(t);
    const batch = [call('a', 'system_chain'), { jsonrpc: '2.0', method: 'system_chain', params: [] },
      call(2, 'no_such_method'), call(3, 'chain_getBlockHash', 0)];
    const replies = await (await client.post(batch)).json();
    assert.deepEqual(replies.map((r) => [r.id, r.result ?? r.error.code]),
      [['a', 'Development'], [2, -32601], [3, client.genesisHash]]);
    const { batches, requests } = await client.record();
    assert.deepEqual([batches, requests.system_chain], [1, 2]);
  });
  test('what is no request gets the codes of the standard', async (t) => {
    const { client } = await nodeFor(t);
    const code = async (body) => (await (await client.post(body)).json()).error.code;
    assert.equal(await code('{"jsonrpc"'), -32700);
    assert.equal(await code('[]'), -32600);
    assert.equal(await code({ id: 1, method: 'system_chain' }), -32600);
    assert.equal(await code({ ...call(1, 'system_chain'), params: { a: 1 } }), -32602);
    for (const bad of [['state_getStorage', 'zz'], ['chain_getHeader', '0x12'], ['chain_getBlockHash', -1],
      ['system_accountNextIndex', '5Grw'], ['state_getKeysPaged', '0x', 'many']]) {
      assert.equal(await code(call(1, ...bad)), -32602, bad[0]);
    }
  });
  test('POST and application/json only, 15 MiB at most', async (t) => {
    const { client } = await nodeFor(t);
    assert.equal((await fetch(client.url)).status, 405);
    assert.equal((await client.post(call(1, 'system_chain'), { headers: { 'content-type': 'text/plain' } })).status, 415);
    assert.equal((await client.post('x'.repeat(16 * 1024 * 1024))).status, 413);
  });
  test('every listed method answers, and HTTP and WebSocket agree', async (t) => {
    const { client } = await nodeFor(t);
    const { methods } = await client.rpc('rpc_methods');
    for (const needed of ['state_getRuntimeVersion', 'state_getMetadata', 'chain_getBlockHash', 'chain_getFinalizedHead',
      'chain_getHead', 'chain_getHeader', 'chain_getBlock', 'system_accountNextIndex', 'system_health', 'system_chain',
      'system_properties', 'state_getStorage', 'state_getKeysPaged', 'state_queryStorageAt', 'author_submitExtrinsic',
      'author_submitAndWatchExtrinsic', 'author_unwatchExtrinsic', 'chain_subscribeFinalizedHeads', 'rpc_methods']) {
      assert.ok(methods.includes(needed), needed);
    }
    const socket = await client.socket();
    t.after(() => socket.close());
    for (const [i, method] of methods.entries()) {
      const { error } = await socket.call(i, method);
      assert.notEqual(error?.code, -32601, method);
      if (/subscribe|author/.test(method)) continue;
      assert.deepEqual(socket.messages.find((m) => m.id === i).result, (await client.raw(method)).result, method);
    }
    const { connections } = await client.record();
    assert.deepEqual([connections.ws, connections.http >= 1], [1, true]);
  });
});

describe('chain and state', () => {
  test('blocks by number, list, head and hash; unknown ones are null or 4003', async (t) => {
    const { client } = await nodeFor(t);
    const { hashes } = await client.control('produce', { blocks: 4 });
    assert.deepEqual(await client.rpc('chain_getBlockHash', [0, 4, 9]), [client.genesisHash, hashes[3], null]);
    assert.equal(await client.rpc('chain_getBlockHash'), hashes[3]);
    assert.equal(await client.rpc('chain_getBlockHash', '0x2'), hashes[1]);
    assert.equal(await client.rpc('chain_getHead'), hashes[3]);
    assert.equal(await client.rpc('chain_getFinalizedHead'), hashes[1]);
    assert.equal((await client.rpc('chain_getHeader')).number, '0x4');
    const header = await client.rpc('chain_getHeader', hashes[2]);
    assert.deepEqual([header.number, header.parentHash], ['0x3', hashes[1]]);
    const unknown = `0x${'99'.repeat(32)}`;
    assert.equal(await client.rpc('chain_getHeader', unknown), null);
    assert.equal(await client.rpc('chain_getBlock', unknown), null);
    await assert.rejects(client.rpc('state_getStorage', '0x00', unknown), { code: 4003 });
    await assert.rejects(client.rpc('state_getMetadata', unknown), { code: 4003 });
  });
  test('state is that of the block asked about', async (t) => {
    const { node, client } = await nodeFor(t);
    const { hashes } = await client.control('produce', { blocks: 3 });
    const key = node.chain.runtime().key('system', 'number');
    assert.equal(await client.rpc('state_getStorage', key, hashes[0]), '0x01000000');
    assert.equal(await client.rpc('state_getStorage', key), '0x03000000');
    assert.equal(await client.rpc('state_getStorage', key, client.genesisHash), null);
  });
  test('all commitments of a subnet by pages, then by query', async (t) => {
    const { node, client } = await nodeFor(t);
    const writers = Array.from({ length: 25 }, (_, i) => `//writer${i}`);
    for (const who of writers) await client.control('commitment', { netuid: 13, who, fields: [{ raw: who }] });
    await client.control('commitment', { netuid: 14, who: '//other', fields: [{ raw: 'x' }] });
    const prefix = node.chain.runtime().key('commitments', 'commitmentOf', 13, new Uint8Array(32)).slice(0, 70);
    const keys = [];
    for (let page; page === undefined || page.length > 0; keys.push(...page)) {
      page = await client.rpc('state_getKeysPaged', prefix, 10, keys.at(-1) ?? null);
    }
    assert.deepEqual([keys.length, new Set(keys).size], [25, 25]);
    assert.deepEqual(keys, [...keys].sort());
    const [{ block, changes }] = await client.rpc('state_queryStorageAt', [...keys, '0xdead']);
    assert.equal(block, await client.rpc('chain_getHead'));
    assert.deepEqual([changes.length, changes.at(-1)], [26, ['0xdead', null]]);
    assert.ok(changes.slice(0, 25).every(([, value]) => value.startsWith('0x0000000000000000')));
    await assert.rejects(client.rpc('state_getKeysPaged', prefix, 1001), { code: 4002 });
  });
  test('the next index counts what is pooled', async (t) => {
    const { client } = await nodeFor(t);
    const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
    assert.equal(await client.rpc('system_accountNextIndex', alice), 0);
    const bytes = await client.signed([raw('a')]);
    await client.rpc('author_submitExtrinsic', bytes);
    assert.equal(await client.rpc('system_accountNextIndex', alice), 1);
    assert.deepEqual(await client.rpc('author_pendingExtrinsics'), [bytes]);
  });
  test('the genesis hash can be that of another chain', async (t) => {
    const genesisHash = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03';
    const { client } = await nodeFor(t, { genesisHash, startBlock: 7_000_000 });
    assert.equal(client.genesisHash, genesisHash);
    await client.submit([raw('a')], { period: 0 });
    await client.control('produce');
    assert.equal((await client.record()).commits[0].block, 7_000_001);
  });
});
