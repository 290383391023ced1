// The transaction pool: what waits to be included, in nonce order, and who watches it.
import { u8aToHex } from '@polkadot/util';
import { decodeExtrinsic } from './extrinsic.mjs';
import { RpcError, alreadyImported, poolError } from './errors.mjs';
import { account, validate } from './validity.mjs';

export class Pool {
  #chain;
  #entries = new Map();
  #banned = new Set();

  constructor(chain, options = {}) {
    this.#chain = chain;
    this.trapCode = options.trapCode ?? 1002;
  }

  get size() { return this.#entries.size; }
  has(hash) { return this.#entries.has(hash); }
  hashes() { return [...this.#entries.keys()]; }
  extrinsics() { return [...this.#entries.values()].map((e) => u8aToHex(e.xt.bytes)); }
  decode(bytes) { return decodeExtrinsic(this.#chain.runtime(), bytes, { trapCode: this.trapCode }); }

  /** Adds a decoded extrinsic; throws RpcError. `delayBlocks` keeps it out of that many blocks. */
  submit(xt, { delayBlocks = 0, watcher } = {}) {
    if (this.#banned.has(xt.hash)) throw poolError('Banned');
    if (this.#entries.has(xt.hash)) throw alreadyImported(xt.hash);
    const { future } = this.#validate(xt);
    this.#makeRoom(xt);
    const entry = { xt, earliest: this.#chain.best.number + 1 + delayBlocks, watchers: [] };
    if (watcher) entry.watchers.push(watcher);
    this.#entries.set(xt.hash, entry);
    entry.future = future && !this.#ready(xt.signer).includes(entry);
    this.#notify(entry, entry.future ? 'future' : 'ready');
    if (!entry.future) this.#notify(entry, { broadcast: ['12D3KooWDevNodePeer'] });
    this.#promote();
    return xt.hash;
  }

  #validate(xt) {
    const chain = this.#chain;
    try {
      return validate(chain.runtime(), chain.state, xt, chain.best, chain.genesisHash);
    } catch (error) {
      if (error instanceof RpcError && error.code === 1010) this.#banned.add(xt.hash);
      throw error;
    }
  }

  /** A second extrinsic for a nonce replaces the first only when it pays a higher tip. */
  #makeRoom(xt) {
    const rival = [...this.#entries.values()].find((e) =>
      e.xt.nonce === xt.nonce && u8aToHex(e.xt.signer) === u8aToHex(xt.signer));
    if (!rival) return;
    if (xt.tip <= rival.xt.tip) throw poolError('TooLowPriority');
    this.remove(rival.xt.hash, { usurped: xt.hash });
  }

  /** Entries of one account that could be included one after the other now. */
  #ready(signer, state = this.#chain.state) {
    const hex = u8aToHex(signer);
    const own = [...this.#entries.values()].filter((e) => u8aToHex(e.xt.signer) === hex);
    const ready = [];
    let { nonce } = account(this.#chain.runtime(), state, signer);
    for (let e; (e = own.find((candidate) => candidate.xt.nonce === nonce)); nonce++) ready.push(e);
    return ready;
  }

  #signers() {
    return [...new Map([...this.#entries.values()].map((e) => [u8aToHex(e.xt.signer), e.xt.signer])).values()];
  }

  /** Extrinsics for block `number`, in order; one that is held back holds back its successors. */
  take(number) {
    return this.#signers().flatMap((signer) => {
      const ready = this.#ready(signer);
      const held = ready.findIndex((e) => e.earliest > number);
      return (held < 0 ? ready : ready.slice(0, held)).map((e) => e.xt);
    });
  }

  /** The nonce `system_accountNextIndex` reports: pooled extrinsics count. */
  nextNonce(signer) {
    return account(this.#chain.runtime(), this.#chain.state, signer).nonce + this.#ready(signer).length;
  }

  /** After a block: drops what was included (further submissions are banned) and what can never be. */
  settle(included, block) {
    for (const { hash } of included) {
      const entry = this.#entries.get(hash);
      this.#entries.delete(hash);
      this.#banned.add(hash);
      if (entry) this.#chain.watch(hash, entry.watchers, block);
    }
    for (const entry of [...this.#entries.values()]) this.#revalidate(entry);
    this.#promote();
  }

  #revalidate(entry) {
    const chain = this.#chain;
    try {
      validate(chain.runtime(), chain.state, entry.xt, chain.best, chain.genesisHash);
    } catch {
      this.remove(entry.xt.hash, 'invalid');
    }
  }

  #promote() {
    for (const entry of this.#signers().flatMap((s) => this.#ready(s)).filter((e) => e.future)) {
      entry.future = false;
      this.#notify(entry, 'ready');
    }
  }

  /** Puts back an extrinsic of a retracted block, whatever its ban says. */
  reinsert(xt, watchers) {
    this.#banned.delete(xt.hash);
    this.#entries.set(xt.hash, { xt, earliest: 0, watchers, future: false });
  }

  /** Lets a hash be submitted again, as when its ban ran out. */
  unban(hash) { this.#banned.delete(hash); }

  /** Takes an extrinsic out, telling its watchers why; a ban for whatever is not merely dropped. */
  remove(hash, status) {
    const entry = this.#entries.get(hash);
    if (!entry) return;
    this.#entries.delete(hash);
    if (status === 'invalid') this.#banned.add(hash);
    this.#notify(entry, status);
  }

  #notify(entry, status) { for (const watcher of entry.watchers) watcher(status); }
}
