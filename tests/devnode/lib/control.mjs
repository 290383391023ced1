// The control door: POST /control {"op": ...}. Each operation returns what goes into the answer; errors are 400.
import { commitment, dissolve, set, setAccount, storage } from './storage_ops.mjs';
import { METADATA_DEFAULTS } from '../metadata.mjs';

const OPERATIONS = {
  status,
  record: (node) => node.record.toJSON(),

  produce(node, { blocks = 1 }) {
    const produced = [];
    for (let i = 0; i < blocks; i++) produced.push(node.chain.produce().hash);
    return { hashes: produced.slice(-100), ...status(node) };
  },
  /** {ms}: a block every ms milliseconds from now on; 0 stops the clock. */
  timer(node, { ms }) { node.setTimer(ms); return {}; },
  /** {lag} in blocks, or {paused: true}. */
  finality(node, { lag, paused = false }) {
    node.chain.setFinalityLag(paused ? Infinity : (lag ?? node.chain.options.finalityLag));
    return status(node);
  },
  /** {blocks, transactions: 'return'|'drop', produce}: another branch wins; by default it is one block longer. */
  fork(node, { blocks, transactions = 'return', produce = blocks + 1 }) {
    const retracted = node.chain.fork(blocks, { drop: transactions === 'drop' });
    for (let i = 0; i < produce; i++) node.chain.produce();
    return { retracted, ...status(node) };
  },

  /** The next submissions: {kind: 'drop'|'delay'|'duplicate'|'reject', ...}. */
  submission(node, { op, ...fault }) { node.submissions.arm(fault); return {}; },
  /** The next requests: {kind, method, count, skip, ...}. */
  fault(node, { op, ...fault }) { node.faults.arm(fault); return {}; },
  /** Disarms every fault and shows the true heads. */
  clear(node) {
    node.faults.clear();
    node.submissions.clear();
    node.view.setStale({});
    node.syncing = null;
    return {};
  },
  /** {hash, status}: takes an extrinsic out of the pool ('dropped', 'invalid', {usurped}), all without a hash. */
  evict(node, { hash, status: why = 'dropped' }) {
    const hashes = hash ? [hash] : node.chain.pool.hashes();
    for (const h of hashes) node.chain.pool.remove(h, why);
    return { evicted: hashes };
  },
  unban(node, { hash }) { node.chain.pool.unban(hash); return {}; },

  /** {specVersion, transactionVersion, ...metadata options}; spec_version goes up by one when not given. */
  upgrade(node, { op, ...options }) {
    const unknown = Object.keys(options).find((name) => !(name in METADATA_DEFAULTS));
    if (unknown) throw new Error(`upgrade: no option ${unknown}`);
    const runtime = node.chain.upgrade({ specVersion: node.chain.runtime().specVersion + 1, ...options });
    return { specVersion: runtime.specVersion };
  },
  /** {by, count, scope: 'heads'|'node'}; by 0 ends it. */
  stale(node, op) { node.view.setStale(op); return {}; },
  /** {on, behind} */
  syncing(node, { on = true, behind = 1000 }) { node.syncing = on ? { behind } : null; return {}; },
  /** {notificationsFirst, duplicateNotifications, unitStatus: 'string'|'object'} */
  watching(node, { op, ...options }) { Object.assign(node.options, options); return {}; },

  set: (node, op) => set(node.chain, op),
  storage: (node, op) => storage(node.chain, op),
  commitment: (node, op) => commitment(node.chain, op),
  account: (node, op) => setAccount(node.chain, op),
  dissolve: (node, op) => dissolve(node.chain, op),
};

function status({ chain }) {
  return { best: { number: chain.best.number, hash: chain.best.hash },
    finalized: { number: chain.finalized.number, hash: chain.finalized.hash },
    pool: chain.pool.size, specVersion: chain.runtime().specVersion };
}

export async function control(node, request) {
  const operation = Object.hasOwn(OPERATIONS, request?.op) ? OPERATIONS[request.op] : null;
  if (!operation) throw new Error(`no operation ${request?.op}; one of ${Object.keys(OPERATIONS).join(', ')}`);
  return operation(node, request);
}
