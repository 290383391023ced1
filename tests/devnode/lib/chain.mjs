// The chain: blocks, the best and the finalized one, forks, runtime upgrades. Emits 'best', 'finalized',
// 'retracted' with the block, and 'runtime' with the new version.
import { EventEmitter } from 'node:events';
import { buildBlock } from './builder.mjs';
import { discarded, unknownBlock } from './errors.mjs';
import { writeGenesis } from './genesis.mjs';
import { buildHeader } from './header.mjs';
import { Pool } from './pool.mjs';
import { Runtime } from './runtime.mjs';
import { fromHex } from './scale.mjs';
import { State } from './state.mjs';

const ZERO_HASH = `0x${'00'.repeat(32)}`;

export const CHAIN_DEFAULTS = {
  runtime: {}, networks: [13], registrations: ['13://Alice', '13://Bob'], tempo: 360, startBlock: 0,
  finalityLag: 2,          // finalized = best - lag
  finalityTimeout: 512,    // blocks after which a watched, unfinalized inclusion is given up on
  pruning: 0,              // states older than this many blocks behind the best are discarded; 0 keeps all
  trapCode: 1002,
};

export class Chain extends EventEmitter {
  #byHash = new Map();
  #canonical = new Map();
  #runtimes;
  #watched = new Map();
  #edits = [];
  #slot = 0;

  constructor(options = {}) {
    super();
    this.setMaxListeners(0);
    this.options = { ...CHAIN_DEFAULTS, ...options };
    this.finalityLag = this.options.finalityLag;
    this.state = new State();
    this.#runtimes = [{ from: 0, runtime: new Runtime(this.options.runtime) }];
    this.networks = writeGenesis(this.runtimeAt(0), this.state, this.options);
    const { hash, json } = buildHeader({ parentHash: ZERO_HASH, number: 0, writes: [], extrinsics: [], slot: 0 });
    const genesis = { number: 0, hash: this.options.genesisHash ?? hash, parentHash: ZERO_HASH, header: json,
      receipts: [], extrinsics: [], runtime: this.runtimeAt(0) };
    this.genesisHash = fromHex(genesis.hash, 'genesis hash');
    this.best = this.finalized = this.#store(genesis);
    this.pool = new Pool(this, this.options);
    if (this.options.startBlock > 0) {
      this.finalized = this.#extend(this.options.startBlock); // as if all before it had been pruned
    }
  }

  runtimeAt(number) { return this.#runtimes.findLast((r) => r.from <= number).runtime; }
  runtime() { return this.runtimeAt(this.best.number); }
  canonical(number) { return this.#canonical.get(number) ?? null; }
  find(hash) { return this.#byHash.get(hash) ?? null; }

  /** The block with this hash (the best one for null) and a reader of its state; RpcError 4003 without. */
  at(hash = null) {
    const block = hash === null ? this.best : this.find(hash);
    if (!block) throw unknownBlock(hash);
    const { pruning } = this.options;
    if (pruning > 0 && block.number < this.best.number - pruning) throw discarded(block.hash);
    const state = block.snapshot ?? this.state;
    return { block, get: (key) => state.get(key, block.number), keys: (prefix) => state.keys(prefix, block.number) };
  }

  /** Produces one block with whatever the pool has ready. */
  produce() {
    const block = this.#extend(this.best.number + 1);
    this.#finalize();
    return block;
  }

  #extend(number) {
    const parent = this.best;
    const edits = this.#edits.splice(0);
    const { block, overlay } = buildBlock({
      runtime: this.runtimeAt(parent.number), state: this.state, parent, number, slot: ++this.#slot,
      now: Date.now(), networks: this.networks, extrinsics: this.pool.take(number), edits,
      genesisHash: this.genesisHash,
    });
    overlay.commit((key, value) => this.state.put(key, number, value));
    this.best = this.#store(block);
    this.emit('best', block);
    this.pool.settle(block.receipts.map((r) => r.xt), block);
    return block;
  }

  #store(block) {
    this.#byHash.set(block.hash, block);
    this.#canonical.set(block.number, block);
    return block;
  }

  /** Moves finality to `best - finalityLag`; it never goes back. */
  #finalize() {
    for (let n = this.finalized.number + 1; n <= this.best.number - this.finalityLag; n++) {
      this.finalized = this.canonical(n);
      this.emit('finalized', this.finalized);
      this.#tell((block) => block === this.finalized, () => ({ finalized: this.finalized.hash }));
    }
    const late = this.best.number - this.options.finalityTimeout;
    this.#tell((block) => block.number <= late, (block) => ({ finalityTimeout: block.hash }));
  }

  setFinalityLag(blocks) {
    this.finalityLag = blocks;
    this.#finalize();
  }

  /** Watchers of an included extrinsic hear of its block now and of its finality later. */
  watch(hash, watchers, block) {
    this.#watched.set(hash, { watchers, block });
    for (const watcher of watchers) watcher({ inBlock: block.hash });
  }

  #tell(which, status) {
    for (const [hash, { watchers, block }] of this.#watched) {
      if (!which(block)) continue;
      this.#watched.delete(hash);
      for (const watcher of watchers) watcher(status(block));
    }
  }

  /** Retracts the newest `blocks` blocks; their extrinsics return to the pool, or are lost when `drop`. */
  fork(blocks, { drop = false } = {}) {
    const ancestor = this.best.number - blocks;
    if (!(blocks > 0) || ancestor < this.finalized.number) {
      throw new Error(`cannot retract ${blocks} blocks: ${this.best.number - this.finalized.number} are not finalized`);
    }
    const retracted = [];
    for (let n = this.best.number; n > ancestor; n--) {
      const block = this.canonical(n);
      block.snapshot = this.state.snapshot(n);
      block.retracted = true;
      this.#canonical.delete(n);
      retracted.push(block);
    }
    this.state.rollback(ancestor);
    this.best = this.canonical(ancestor);
    for (const block of retracted) this.#retract(block, drop);
    return retracted.map((b) => b.hash);
  }

  #retract(block, drop) {
    this.emit('retracted', block);
    for (const { xt } of block.receipts) {
      const { watchers = [] } = this.#watched.get(xt.hash) ?? {};
      this.#watched.delete(xt.hash);
      for (const watcher of watchers) watcher({ retracted: block.hash });
      if (drop) {
        this.pool.unban(xt.hash);
        for (const watcher of watchers) watcher('dropped');
      } else {
        this.pool.reinsert(xt, watchers);
      }
    }
  }

  /** Writes storage: at once and from the finalized block on, or inside the next block. */
  write(entries, when = 'now') {
    if (when === 'next') {
      this.#edits.push((overlay) => { for (const [key, value] of entries) overlay.set(key, value); });
    } else {
      for (const [key, value] of entries) this.state.rewrite(key, this.finalized.number, value);
    }
  }

  /** Carries out edit(overlay, number) inside the next block. */
  editNext(edit) { this.#edits.push(edit); }

  /** A new runtime from the best block's state on; `options` as in metadata.mjs. */
  upgrade(options) {
    const runtime = new Runtime({ ...this.runtime().options, ...options });
    this.#runtimes.push({ from: this.best.number, runtime });
    this.emit('runtime', runtime.version);
    return runtime;
  }
}
