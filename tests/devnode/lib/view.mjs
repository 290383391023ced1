// What this node claims to know: normally all of the chain, or an older picture, as from a backend lagging behind.

export class View {
  #chain;
  #lag = null;

  constructor(chain) { this.#chain = chain; }

  /**
   * Report heads `by` blocks old, for the next `count` questions about a head (for ever without it).
   * scope 'node': newer blocks are unknown altogether; 'heads': only the heads are old.
   */
  setStale({ by = 0, count = Infinity, scope = 'heads' }) {
    this.#lag = by > 0 ? { by, left: count, scope } : null;
  }

  best() { return this.#old(this.#chain.best); }
  finalized() { return this.#old(this.#chain.finalized); }

  knows(block) {
    return this.#lag?.scope !== 'node' || block.number <= this.#chain.best.number - this.#lag.by;
  }

  #old(block) {
    if (!this.#lag) return block;
    const { by } = this.#lag;
    if (--this.#lag.left <= 0) this.#lag = null;
    for (let n = block.number - by; n > 0; n--) if (this.#chain.canonical(n)) return this.#chain.canonical(n);
    return this.#chain.canonical(0);
  }
}
