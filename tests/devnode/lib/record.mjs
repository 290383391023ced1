// The node's own account of what happened, for tests to judge a client by: every submission and what became of
// it, every commit in every block, connections and requests.
import { address, hex } from './keys.mjs';

export class Record {
  submissions = [];
  commits = [];
  connections = { http: 0, ws: 0, open: 0 };
  requests = {};
  batches = 0;
  faults = [];

  constructor(chain) {
    chain.on('best', (block) => this.#included(block));
    chain.on('finalized', (block) => this.#mark(block, 'finalized'));
    chain.on('retracted', (block) => this.#mark(block, 'retracted'));
  }

  request(method) { this.requests[method] = (this.requests[method] ?? 0) + 1; }

  /** Starts an entry; the caller fills in what becomes of it. */
  submission(entry) {
    const full = { number: this.submissions.length, outcome: 'pending', ...entry };
    this.submissions.push(full);
    return full;
  }

  #included(block) {
    block.receipts.forEach(({ xt, error }, i) => {
      this.commits.push({
        block: block.number, blockHash: block.hash, index: i + 1, hash: xt.hash, call: xt.name,
        ...describe(xt), ok: error === null, error, finalized: false, retracted: false,
      });
    });
  }

  #mark(block, what) {
    for (const commit of this.commits) if (commit.blockHash === block.hash) commit[what] = true;
  }

  toJSON() {
    const { submissions, commits, connections, requests, batches, faults } = this;
    return { submissions, commits, connections, requests, batches, faults };
  }
}

/** Who signed what, in words. */
export function describe(xt) {
  return {
    who: hex(xt.signer), address: address(xt.signer), scheme: xt.scheme, nonce: xt.nonce, tip: Number(xt.tip),
    era: xt.era.isImmortalEra ? 'immortal'
      : { period: xt.era.asMortalEra.period.toNumber(), phase: xt.era.asMortalEra.phase.toNumber() },
    netuid: xt.netuid, fields: xt.fields,
  };
}
