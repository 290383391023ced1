// Chain state with its history: every key keeps its values by block number, so any canonical block can be read.
// Keys are 0x hex, values Uint8Array; null is an absence that hides older values.

export class State {
  #history = new Map();

  /** Value at the end of block `number`, or null. */
  get(key, number = Infinity) {
    const versions = this.#history.get(key);
    if (!versions) return null;
    let low = 0, high = versions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (versions[middle].number <= number) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : versions[low - 1].value;
  }

  /** Writes at block `number`, which must not be below the newest write of this key. */
  put(key, number, value) {
    const versions = this.#history.get(key) ?? [];
    if (versions.at(-1)?.number === number) versions.pop();
    versions.push({ number, value });
    this.#history.set(key, versions);
  }

  /** Makes `value` the key's value from block `number` on, whatever was written since. */
  rewrite(key, number, value) {
    const versions = (this.#history.get(key) ?? []).filter((v) => v.number < number);
    this.#history.set(key, [...versions, { number, value }]);
  }

  /** Forgets every write after block `number`. */
  rollback(number) {
    for (const [key, versions] of this.#history) {
      const kept = versions.filter((v) => v.number <= number);
      if (kept.length === 0) this.#history.delete(key);
      else if (kept.length < versions.length) this.#history.set(key, kept);
    }
  }

  /** Present keys with this prefix at block `number`, in byte order. */
  keys(prefix, number = Infinity) {
    return [...this.#history.keys()].filter((k) => k.startsWith(prefix) && this.get(k, number) !== null).sort();
  }

  /** The whole state at block `number`, as its own map with the same reading methods. */
  snapshot(number) {
    const copy = new State();
    for (const key of this.keys('0x', number)) copy.put(key, number, this.get(key, number));
    return copy;
  }
}

/** Writes kept apart until committed: a block over the state, a dispatch over a block. */
export class Overlay {
  #below;
  #writes = new Map();

  constructor(below) { this.#below = below; }
  get(key) { return this.#writes.has(key) ? this.#writes.get(key) : this.#below.get(key); }
  set(key, value) { this.#writes.set(key, value); }
  delete(key) { this.#writes.set(key, null); }

  /** Hands every write to `write(key, value)`. */
  commit(write) { for (const [key, value] of this.#writes) write(key, value); }
}
