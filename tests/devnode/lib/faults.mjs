// Faults of the transport and of answers, armed by a test and met by the next matching request.

/** Before the request is carried out. */
const BEFORE = ['cut-before', 'http', 'error', 'hang'];
/** What becomes of the answer's value. */
const VALUE = ['wrong-id', 'wrong-type', 'nested', 'replace', 'truncate-hex', 'no-result', 'no-code'];
/** How the answer is delivered. */
const DELIVERY = ['cut-after', 'cut-middle', 'endless', 'slow', 'garbage', 'empty', 'twice'];

export const FAULT_KINDS = [...BEFORE, ...VALUE, ...DELIVERY];

export class Faults {
  #armed = [];
  #record;

  constructor(record) { this.#record = record; }

  /** @param fault {kind, method ('x', 'x_*' or any), count = 1, skip = 0, ...arguments of the kind} */
  arm(fault) {
    if (!FAULT_KINDS.includes(fault.kind)) throw new Error(`no fault ${fault.kind}: ${FAULT_KINDS.join(', ')}`);
    this.#armed.push({ count: 1, skip: 0, ...fault });
  }

  clear() { this.#armed = []; }
  pending() { return this.#armed; }

  /** The fault this request meets, or null. Counts it. */
  take(method) {
    for (const fault of this.#armed.filter((f) => matches(f.method, method))) {
      if (fault.skip-- > 0) continue;
      if (--fault.count <= 0) this.#armed = this.#armed.filter((f) => f !== fault);
      this.#record.faults.push({ kind: fault.kind, method });
      return fault;
    }
    return null;
  }
}

function matches(pattern, method) {
  if (pattern === undefined) return method !== 'upgrade';
  return pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : pattern === method;
}

export const isBefore = (fault) => BEFORE.includes(fault?.kind);
export const isDelivery = (fault) => DELIVERY.includes(fault?.kind);

/** The JSON text of an answer, as the fault leaves it. */
export function spoil(reply, fault) {
  switch (fault?.kind) {
    case 'wrong-id': return JSON.stringify({ ...reply, id: 987654321 });
    case 'wrong-type': return JSON.stringify({ ...reply, result: otherType(reply.result) });
    case 'replace': return JSON.stringify({ ...reply, result: fault.value });
    case 'no-result': return JSON.stringify({ jsonrpc: '2.0', id: reply.id });
    case 'no-code': return JSON.stringify({ jsonrpc: '2.0', id: reply.id, error: { message: 'something failed' } });
    case 'truncate-hex': return JSON.stringify({ ...reply, result: halved(reply.result) });
    case 'nested': {
      const depth = fault.depth ?? 10_000;
      return `{"jsonrpc":"2.0","id":${JSON.stringify(reply.id)},"result":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    }
    default: return JSON.stringify(reply);
  }
}

const otherType = (value) => (typeof value === 'number' ? 'a text' : typeof value === 'string' ? 42 : 'a text');
const halved = (value) => (typeof value === 'string' ? value.slice(0, 2 + 2 * Math.floor(value.length / 8)) : value);
