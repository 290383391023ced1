// From the text of a request, single or batch, to the text of its answer: JSON-RPC 2.0 without the transport.
import { RpcError, internalError, invalidRequest, parseError } from './errors.mjs';
import { isBefore, isDelivery, spoil } from './faults.mjs';

export class Dispatcher {
  #node;

  constructor(node) { this.#node = node; }

  /** {text, fault}: text is null when nothing is to be said; fault is one for the transport to act on. */
  answer(body, context) {
    let message;
    try {
      message = JSON.parse(body);
    } catch {
      return { text: failure(null, parseError()), fault: null };
    }
    if (!Array.isArray(message)) return this.#one(message, context);
    this.#node.record.batches += 1;
    if (message.length === 0) return { text: failure(null, invalidRequest()), fault: null };
    const answers = message.map((request) => this.#one(request, context));
    const texts = answers.map((a) => a.text).filter((text) => text !== null);
    return { text: texts.length ? `[${texts.join(',')}]` : null, fault: answers.find((a) => a.fault)?.fault ?? null };
  }

  #one(request, context) {
    const { method, params = [], id } = request ?? {};
    if (request?.jsonrpc !== '2.0' || typeof method !== 'string') {
      return { text: failure(id ?? null, invalidRequest()), fault: null };
    }
    this.#node.record.request(method);
    const fault = this.#node.faults.take(method);
    if (fault?.kind === 'error') {
      return { text: failure(id ?? null, new RpcError(fault.code, fault.message, fault.data)), fault: null };
    }
    if (isBefore(fault)) return { text: null, fault };
    const reply = this.#run(method, params, context, id);
    if (id === undefined) return { text: null, fault: null }; // a notification
    return { text: spoil(reply, fault), fault: isDelivery(fault) ? fault : null };
  }

  #run(method, params, context, id) {
    try {
      return { jsonrpc: '2.0', id: id ?? null, result: this.#node.rpc.call(method, params, context) };
    } catch (error) {
      if (!(error instanceof RpcError)) this.#node.log(error);
      return { jsonrpc: '2.0', id: id ?? null, error: (error instanceof RpcError ? error : internalError()).toJSON() };
    }
  }
}

const failure = (id, error) => JSON.stringify({ jsonrpc: '2.0', id, error: error.toJSON() });
