// The RPC methods that answer at once. Each takes (params, context) and returns the result or throws RpcError.
import { u8aToHex } from '@polkadot/util';
import { RpcError, internalError, invalidParams, methodNotFound, tooManyKeys, unknownBlock } from './errors.mjs';
import { publicKey } from './keys.mjs';

const KEYS_PAGE_MAX = 1000; // sc-rpc state: STORAGE_KEYS_PAGED_MAX_COUNT
const HASH = /^0x[0-9a-f]{64}$/;

export class Rpc {
  #node;
  #methods;

  constructor(node) {
    this.#node = node;
    const { chain } = node;
    this.#methods = {
      ...blocks(node, chain), ...state(node, chain), ...system(node, chain),
      author_submitExtrinsic: ([xt], { transport }) =>
        node.submissions.submit(xt, { transport, method: 'author_submitExtrinsic' }),
      author_pendingExtrinsics: () => chain.pool.extrinsics(),
      rpc_methods: () => ({ methods: [...Object.keys(this.#methods), ...node.subscriptionMethods].sort() }),
    };
  }

  /** @param connection the WebSocket connection, absent over HTTP. */
  call(method, params, context) {
    if (!Array.isArray(params)) throw invalidParams('an array of parameters is expected');
    if (this.#node.subscriptionMethods.includes(method)) {
      if (!context.connection) throw internalError(); // as jsonrpsee answers subscriptions over HTTP
      return context.connection.subscriptions.call(method, params);
    }
    const handler = this.#methods[method];
    if (!handler) throw methodNotFound();
    return handler(params, context);
  }
}

/** An optional block hash parameter: null when left out. */
function hashParam(value) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !HASH.test(value)) throw invalidParams('a block hash of 32 bytes is expected');
  return value;
}

function blocks(node, chain) {
  const { view } = node;
  const hashOf = (number) => {
    if (number === null || number === undefined) return view.best().hash;
    const n = Number(number);
    if (!Number.isSafeInteger(n) || n < 0) throw invalidParams('a block number is expected');
    const block = chain.canonical(n);
    return block && view.knows(block) ? block.hash : null;
  };
  const find = (value) => {
    const hash = hashParam(value);
    const block = hash === null ? view.best() : chain.find(hash);
    return block && view.knows(block) ? block : null;
  };
  const getBlockHash = ([number]) => (Array.isArray(number) ? number.map(hashOf) : hashOf(number));
  return {
    chain_getBlockHash: getBlockHash, chain_getHead: getBlockHash,
    chain_getFinalizedHead: () => view.finalized().hash,
    chain_getHeader: ([hash]) => find(hash)?.header ?? null,
    chain_getBlock: ([hash]) => {
      const block = find(hash);
      return block && { block: { header: block.header, extrinsics: block.extrinsics }, justifications: null };
    },
  };
}

function state(node, chain) {
  const at = (value) => {
    const hash = hashParam(value);
    const reader = chain.at(hash ?? node.view.best().hash);
    if (!node.view.knows(reader.block)) throw unknownBlock(reader.block.hash);
    return reader;
  };
  const key = (value) => {
    if (typeof value !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(value)) throw invalidParams('a 0x hex key is expected');
    return value.toLowerCase();
  };
  const read = (reader, k) => { const value = reader.get(key(k)); return value && u8aToHex(value); };
  const runtimeOf = (hash) => chain.runtimeAt(at(hash).block.number);
  return {
    state_getRuntimeVersion: ([hash]) => runtimeOf(hash).version,
    state_getMetadata: ([hash]) => runtimeOf(hash).metadataHex,
    state_getStorage: ([k, hash]) => read(at(hash), k),
    state_getStorageSize: ([k, hash]) => at(hash).get(key(k))?.length ?? null,
    state_getKeysPaged: ([prefix, count, start, hash]) => {
      if (!Number.isInteger(count) || count < 0) throw invalidParams('a count is expected');
      if (count > KEYS_PAGE_MAX) throw tooManyKeys(count);
      const keys = at(hash).keys(prefix ? key(prefix) : '0x');
      return keys.filter((k) => !start || k > key(start)).slice(0, count);
    },
    state_queryStorageAt: ([keys, hash]) => {
      if (!Array.isArray(keys)) throw invalidParams('a list of keys is expected');
      const reader = at(hash);
      return [{ block: reader.block.hash, changes: keys.map((k) => [key(k), read(reader, k)]) }];
    },
  };
}

function system(node, chain) {
  const nextIndex = ([who]) => {
    if (typeof who !== 'string') throw invalidParams('an address is expected');
    try {
      return chain.pool.nextNonce(publicKey(who));
    } catch (error) {
      if (error instanceof RpcError) throw error;
      throw invalidParams('invalid address');
    }
  };
  return {
    system_accountNextIndex: nextIndex, account_nextIndex: nextIndex,
    system_health: () => ({ peers: node.syncing ? 1 : 8, isSyncing: Boolean(node.syncing), shouldHavePeers: true }),
    system_syncState: () => ({ startingBlock: 0, currentBlock: chain.best.number,
      highestBlock: chain.best.number + (node.syncing?.behind ?? 0) }),
    system_chain: () => node.options.chainName, system_name: () => 'devnode', system_version: () => '1.0.0',
    system_properties: () => ({ ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' }),
  };
}
