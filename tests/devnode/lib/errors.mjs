// JSON-RPC errors with the codes and texts real nodes use.

export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
  toJSON() {
    return { code: this.code, message: this.message, ...(this.data === undefined ? {} : { data: this.data }) };
  }
}

export const parseError = () => new RpcError(-32700, 'Parse error');
export const invalidRequest = () => new RpcError(-32600, 'Invalid request');
export const methodNotFound = () => new RpcError(-32601, 'Method not found');
export const invalidParams = (data) => new RpcError(-32602, 'Invalid params', data);
export const internalError = () => new RpcError(-32603, 'Internal error');

/** State and block lookups (codes 4xxx, sc-rpc-api state/error.rs). */
export const unknownBlock = (hash) =>
  new RpcError(4003, `Client error: UnknownBlock: Header was not found in the database: ${hash}`);
export const discarded = (hash) =>
  new RpcError(4003, `Client error: UnknownBlock: State already discarded for ${hash}`);
export const tooManyKeys = (count) =>
  new RpcError(4002, `count exceeds maximum value. value: ${count}, max: 1000`);

// Reasons of 1010, by the name InvalidTransaction gives them (sp_runtime transaction_validity.rs).
const INVALID = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadSigner: 'Invalid signing address',
};

/** 1010; `reason` is a name above, or `Custom:N` for an error of the chain's own. */
export function invalidTransaction(reason) {
  const custom = /^Custom:(\d+)$/.exec(reason);
  const error = new RpcError(1010, 'Invalid Transaction', custom ? `Custom error: ${custom[1]}` : INVALID[reason]);
  if (error.data === undefined) throw new Error(`no 1010 reason named ${reason}`);
  return error;
}

/** The other pool errors (sc-rpc-api author/error.rs), by name or by code. */
const POOL = {
  BadFormat: [1001, 'Extrinsic has invalid format: Not enough data to fill buffer'],
  CannotLookup: [1011, 'Unknown Transaction Validity', 'CannotLookup'],
  NoUnsignedValidator: [1011, 'Unknown Transaction Validity', 'NoUnsignedValidator'],
  Banned: [1012, 'Transaction is temporarily banned'],
  TooLowPriority: [1014, 'Priority is too low: (18446744073709551615 vs 18446744073709551615)',
    'The transaction has too low priority to replace another transaction already in the pool.'],
  Cycle: [1015, 'Cycle Detected'],
  Dropped: [1016, 'Immediately Dropped', "The transaction couldn't enter the pool because of the limit"],
  Unactionable: [1018, 'Unactionable',
    'The transaction is unactionable since it is not propagable and the local node does not author blocks'],
  FutureRefused: [1021, 'The pool is not accepting future transactions'],
};

export const alreadyImported = (hash) => new RpcError(1013, 'Transaction Already Imported', hash);

/** A runtime trap while validating: 1002 on most nodes, 1011 where the pool reports it as unknown validity. */
export function trap(code = 1002) {
  const cause = 'Execution failed: Execution aborted due to trap: wasm trap: wasm `unreachable` instruction executed';
  return code === 1002
    ? new RpcError(1002, `Verification Error: Runtime error: ${cause}`, `RuntimeApi("${cause}")`)
    : new RpcError(1011, 'Unknown Transaction Validity', cause);
}

/** Any pool error a test may ask for: a name of POOL or INVALID, `Custom:N`, `AlreadyImported`, `Trap`. */
export function poolError(name, hash = '0x') {
  if (name === 'AlreadyImported') return alreadyImported(hash);
  if (name === 'Trap') return trap();
  return POOL[name] ? new RpcError(...POOL[name]) : invalidTransaction(name);
}
