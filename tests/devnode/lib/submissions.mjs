// Takes extrinsics from clients into the pool, with the faults a test asked for on the way.
import { RpcError, invalidParams, poolError } from './errors.mjs';
import { describe } from './record.mjs';
import { fromHex } from './scale.mjs';

export class Submissions {
  #chain;
  #record;
  #queue = [];

  constructor(chain, record) {
    this.#chain = chain;
    this.#record = record;
  }

  /**
   * The next `count` submissions meet this fault:
   * {kind: 'drop'} accepted, then forgotten; {kind: 'delay', blocks}; {kind: 'duplicate'} handed in twice, the
   * client hears of the second; {kind: 'reject', reason | error, accept} refused, though taken in when `accept`.
   */
  arm({ count = 1, ...fault }) {
    const kinds = ['drop', 'delay', 'duplicate', 'reject'];
    if (!kinds.includes(fault.kind)) throw new Error(`no submission fault ${fault.kind}: ${kinds.join(', ')}`);
    if (fault.kind === 'reject' && !fault.error) poolError(fault.reason); // refuse an unknown reason now, not later
    for (let i = 0; i < count; i++) this.#queue.push(fault);
  }

  clear() { this.#queue = []; }

  /** Hash of the extrinsic as hex; throws RpcError. */
  submit(param, { transport, method, watcher }) {
    const entry = this.#record.submission({ transport, method, atBlock: this.#chain.best.number, bytes: param });
    const fault = this.#queue.shift();
    try {
      const xt = this.#chain.pool.decode(parse(param));
      Object.assign(entry, { hash: xt.hash, call: xt.name, ...describe(xt) });
      this.#enter(xt, fault, watcher);
      entry.outcome = fault?.kind === 'drop' ? 'dropped' : 'accepted';
      if (fault) entry.fault = fault.kind;
      return xt.hash;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const inPool = entry.hash !== undefined && this.#chain.pool.has(entry.hash);
      Object.assign(entry, { outcome: fault && inPool ? 'accepted' : 'rejected', code: error.code,
        reason: error.data ?? error.message, ...(fault ? { fault: fault.kind } : {}) });
      throw error;
    }
  }

  #enter(xt, fault, watcher) {
    const { pool } = this.#chain;
    if (fault?.kind === 'reject' && !fault.accept) throw refusal(fault, xt);
    if (fault?.kind === 'drop') return watcher?.('ready');
    pool.submit(xt, { watcher, delayBlocks: fault?.kind === 'delay' ? fault.blocks : 0 });
    if (fault?.kind === 'duplicate') pool.submit(xt);
    if (fault?.kind === 'reject') throw refusal(fault, xt);
  }
}

function refusal({ reason, error }, xt) {
  return error ? new RpcError(error.code, error.message, error.data) : poolError(reason, xt.hash);
}

function parse(param) {
  try {
    return fromHex(param, 'extrinsic');
  } catch (error) {
    throw invalidParams(error.message);
  }
}
