// What the tests share: a node in this process and a polkadot-js client that shares no signing code with it.
import { readFileSync } from 'node:fs';
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import { hexToU8a, u8aConcat } from '@polkadot/util';
import { WebSocket } from 'ws';
import { startNode } from './lib/devnode.mjs';
import { USER_EXTENSIONS } from './lib/extensions.mjs';
import { address, pairFromUri, sign } from './lib/keys.mjs';

export const vectors = JSON.parse(readFileSync(new URL('../chain/data/vectors.json', import.meta.url)));
export const bytes = hexToU8a;

/** A node that makes blocks on command, closed when the test ends. */
export async function nodeFor(t, options = {}) {
  const node = await startNode({ blockMs: 0, ...options });
  t.after(() => node.close());
  return { node, client: await Client.connect(node.port) };
}

export class Client {
  constructor(port) {
    this.url = `http://127.0.0.1:${port}`;
    this.wsUrl = `ws://127.0.0.1:${port}`;
  }

  static async connect(port) {
    const client = new Client(port);
    await client.refresh();
    client.genesisHash = await client.rpc('chain_getBlockHash', 0);
    return client;
  }

  /** Reads runtime version and metadata, as a client does at its start and after an upgrade. */
  async refresh() {
    this.version = await this.rpc('state_getRuntimeVersion');
    this.registry = new TypeRegistry();
    const metadata = new Metadata(this.registry, await this.rpc('state_getMetadata'));
    this.registry.setMetadata(metadata, undefined, USER_EXTENSIONS);
    this.api = expandMetadata(this.registry, metadata);
  }

  post(body, { headers = { 'content-type': 'application/json' }, ...options } = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(this.url, { method: 'POST', headers, body: text, ...options });
  }

  async raw(method, ...params) {
    return (await this.post({ jsonrpc: '2.0', id: 1, method, params })).json();
  }

  /** The result, or an Error with the code and data of the RPC error. */
  async rpc(method, ...params) {
    const { result, error } = await this.raw(method, ...params);
    if (error) throw Object.assign(new Error(error.message), error);
    return result;
  }

  async control(op, args = {}) {
    const body = JSON.stringify({ op, ...args });
    const reply = await (await fetch(`${this.url}/control`, { method: 'POST', body })).json();
    if (!reply.ok) throw new Error(reply.error);
    return reply;
  }

  record() { return this.control('record'); }

  /** A signed set_commitment as hex; fields in polkadot-js form, e.g. [{Raw2: '0x6869'}]. */
  async signed(fields, options = {}) {
    const { who = '//Alice', scheme = 'sr25519', netuid = 13, nonce, period = 64, tip = 0, current, call } = options;
    const pair = pairFromUri(who, scheme);
    const method = call ?? this.api.tx.commitments.setCommitment(netuid, { fields });
    const head = await this.rpc('chain_getFinalizedHead');
    const number = current ?? parseInt((await this.rpc('chain_getHeader', head)).number, 16);
    const era = this.registry.createType('ExtrinsicEra', period ? { current: number, period } : undefined);
    const birth = period ? await this.rpc('chain_getBlockHash', era.asMortalEra.birth(number)) : this.genesisHash;
    const xt = this.registry.createType('Extrinsic', method, { version: 4 });
    xt.sign(signer(pair, scheme), {
      blockHash: birth, era, genesisHash: this.genesisHash, tip, runtimeVersion: this.version,
      nonce: nonce ?? await this.rpc('system_accountNextIndex', address(pair.publicKey)),
    });
    return xt.toHex();
  }

  async submit(fields, options) { return this.rpc('author_submitExtrinsic', await this.signed(fields, options)); }

  /** The stored commitment at the finalized head, decoded by polkadot-js, or null. */
  async committed(who = '//Alice', netuid = 13) {
    const entry = this.api.query.commitments.commitmentOf;
    const key = this.registry.createType('StorageKey', [entry, [netuid, pairFromUri(who).publicKey]]).toHex();
    const value = await this.rpc('state_getStorage', key, await this.rpc('chain_getFinalizedHead'));
    return value && this.registry.createType(this.registry.createLookupType(entry.meta.type.asMap.value), value).toJSON();
  }

  /** Events of a block as 'section.method' with their data. */
  async events(hash) {
    const key = this.registry.createType('StorageKey', this.api.query.system.events).toHex();
    const records = this.registry.createType('Vec<FrameSystemEventRecord>', await this.rpc('state_getStorage', key, hash));
    return records.map(({ event, phase }) => ({ at: phase.asApplyExtrinsic.toNumber(),
      name: `${event.section}.${event.method}`, data: event.data.toJSON() }));
  }

  socket() { return Socket.open(this.wsUrl); }
}

const signer = (pair, scheme) => ({
  address: address(pair.publicKey), addressRaw: pair.publicKey, publicKey: pair.publicKey,
  sign: (message) => u8aConcat([scheme === 'ed25519' ? 0 : 1], sign(scheme, message, pair)),
});

/** A WebSocket client that keeps every message. */
export class Socket {
  messages = [];
  #waiting = [];

  static async open(url) {
    const socket = new Socket();
    socket.ws = new WebSocket(url);
    socket.closed = new Promise((resolve) => { socket.ws.on('close', resolve); });
    socket.ws.on('message', (data) => {
      socket.messages.push(JSON.parse(data));
      for (const check of [...socket.#waiting]) check();
    });
    await new Promise((resolve, reject) => { socket.ws.once('open', resolve); socket.ws.once('error', reject); });
    socket.ws.on('error', () => {});
    return socket;
  }

  send(id, method, ...params) { this.ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params })); }

  /** The first message, old or new, that `test` accepts. */
  until(test, ms = 5000) {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`no such message in ${ms} ms`)), ms);
      const check = () => {
        const found = this.messages.find(test);
        if (!found) return;
        clearTimeout(deadline);
        this.#waiting = this.#waiting.filter((w) => w !== check);
        resolve(found);
      };
      this.#waiting.push(check);
      check();
    });
  }

  async call(id, method, ...params) {
    this.send(id, method, ...params);
    return this.until((m) => m.id === id);
  }

  /** Results notified for a subscription so far. */
  results(id) { return this.messages.filter((m) => m.params?.subscription === id).map((m) => m.params.result); }

  close() { this.ws.terminate(); }
}

/** RawN of a text, in polkadot-js form. */
export const raw = (text) => ({ [`Raw${Buffer.byteLength(text)}`]: `0x${Buffer.from(text).toString('hex')}` });
export const bigRaw = (length) => ({ BigRaw: `0x${'61'.repeat(length)}` });
