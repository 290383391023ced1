// Subscriptions of one WebSocket connection.
import { randomBytes } from 'node:crypto';
import { invalidParams } from './errors.mjs';

const FEEDS = {
  chain_subscribeFinalizedHeads: { end: 'chain_unsubscribeFinalizedHeads', name: 'chain_finalizedHead',
    event: 'finalized', first: (chain) => chain.finalized, pick: (block) => block.header },
  chain_subscribeNewHeads: { end: 'chain_unsubscribeNewHeads', name: 'chain_newHead',
    event: 'best', first: (chain) => chain.best, pick: (block) => block.header },
  state_subscribeRuntimeVersion: { end: 'state_unsubscribeRuntimeVersion', name: 'state_runtimeVersion',
    event: 'runtime', first: (chain) => chain.runtime().version, pick: (version) => version },
};
const WATCH = 'author_submitAndWatchExtrinsic', UNWATCH = 'author_unwatchExtrinsic';

export const SUBSCRIPTION_METHODS = [WATCH, UNWATCH, ...Object.entries(FEEDS).flatMap(([start, f]) => [start, f.end])];

export class Subscriptions {
  #node;
  #send;
  #live = new Map();
  #held = [];
  answering = false; // a request is being carried out: what it causes is said after its reply

  /** @param send writes one text message to the client */
  constructor(node, send) {
    this.#node = node;
    this.#send = send;
  }

  /** Runs a (un)subscribe method; notifications it causes wait for `flush`, which follows the reply. */
  call(method, params) {
    if (method === WATCH) return this.#watch(params);
    const feed = FEEDS[method];
    if (feed) return this.#follow(feed);
    return this.#end(params[0]);
  }

  /** Sends what was held back until the reply was out. */
  flush() {
    for (const text of this.#held.splice(0)) this.#send(text);
  }

  close() { for (const id of [...this.#live.keys()]) this.#end(id); }

  #watch([xt]) {
    const id = newId();
    const watcher = (status) => {
      if (this.#live.has(id)) this.#notify('author_extrinsicUpdate', id, unit(status, this.#node.options));
    };
    this.#live.set(id, () => {});
    try {
      this.#node.submissions.submit(xt, { transport: 'ws', method: WATCH, watcher });
    } catch (error) {
      this.#live.delete(id);
      throw error;
    }
    return id;
  }

  #follow({ name, event, first, pick }) {
    const { chain } = this.#node;
    const id = newId();
    const listener = (value) => this.#notify(name, id, pick(value));
    chain.on(event, listener);
    this.#live.set(id, () => chain.off(event, listener));
    this.#notify(name, id, pick(first(chain)));
    return id;
  }

  #end(id) {
    if (typeof id !== 'string') throw invalidParams('a subscription id is expected');
    this.#live.get(id)?.();
    return this.#live.delete(id);
  }

  #notify(method, subscription, result) {
    const text = JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } });
    const copies = this.#node.options.duplicateNotifications ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      if (this.answering && !this.#node.options.notificationsFirst) this.#held.push(text);
      else this.#send(text);
    }
  }
}

/** Unit states are strings on real nodes and {"ready":null} on some development nodes. */
const unit = (status, { unitStatus }) =>
  (typeof status === 'string' && unitStatus === 'object' ? { [status]: null } : status);

const newId = () => randomBytes(12).toString('base64url');
