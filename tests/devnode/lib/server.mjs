// HTTP POST and WebSocket on one port, and the control door at POST /control.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { deliver } from './delivery.mjs';
import { Subscriptions } from './subscriptions.mjs';

const BODY_BYTES_MAX = 15 * 1024 * 1024; // rpc-max-request-size of real nodes

/** Starts listening on 127.0.0.1; resolves to {port, close}. */
export async function serve(node, port) {
  const sockets = new Set();
  const http = createServer((request, response) => route(node, request, response).catch((error) => {
    if (error.code !== 'ECONNRESET') node.log(error); // a client that was killed while it spoke is no news
    response.destroy();
  }));
  http.keepAliveTimeout = 60_000;
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const ws = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX });
  http.on('upgrade', (request, socket, head) => upgrade(node, ws, request, socket, head));
  await new Promise((resolve, reject) => http.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    port: http.address().port,
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      http.close(resolve);
    }),
  };
}

/** Counts a connection at its first request, so that the control door's own are left out. */
function count(node, socket, kind) {
  if (socket.counted) return;
  socket.counted = true;
  node.record.connections[kind] += 1;
  node.record.connections.open += 1;
  socket.on('close', () => { node.record.connections.open -= 1; });
}

async function route(node, request, response) {
  if (request.method !== 'POST') return refuse(response, 405, 'Used HTTP Method is not allowed. POST is required\n');
  const body = await readBody(request);
  if (body === null) return refuse(response, 413, 'The request was too large\n');
  if (request.url === '/control') return control(node, body, response);
  count(node, request.socket, 'http');
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(response, 415, "Supplied content type is not allowed. Content-Type: application/json is required\n");
  }
  const { text, fault } = node.dispatcher.answer(body, { transport: 'http' });
  const link = httpLink(request, response);
  if (fault?.kind === 'cut-before') return link.cut();
  if (fault?.kind === 'hang') return undefined;
  if (fault?.kind === 'http') return httpFault(response, fault);
  return deliver(link, text ?? '', fault);
}

function refuse(response, status, text, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
}

function httpFault(response, { status = 503, retryAfter, headers = {}, body = 'try again later\n' }) {
  refuse(response, status, body, retryAfter === undefined ? headers : { ...headers, 'retry-after': String(retryAfter) });
}

async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > BODY_BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function control(node, body, response) {
  let status = 200, answer;
  try {
    answer = { ok: true, ...(await node.control(JSON.parse(body))) };
  } catch (error) {
    status = 400;
    answer = { ok: false, error: error.message };
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function httpLink(request, response) {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const length = (text) => ({ ...json, 'content-length': Buffer.byteLength(text) });
  return {
    send: (text) => response.writeHead(200, length(text)).end(text),
    twice: (text) => response.writeHead(200, length(text + text)).end(text + text),
    cut: () => request.socket.destroy(),
    partial: (text) => response.writeHead(200, length(text))
      .write(text.slice(0, text.length / 2), () => request.socket.destroy()),
    stream: (chunks) => {
      response.writeHead(200, json);
      return pipeline(Readable.from(chunks), response).catch(() => {}); // the client may have had enough
    },
  };
}

function upgrade(node, server, request, socket, head) {
  const fault = node.faults.take('upgrade');
  if (fault?.kind === 'cut-before') return socket.destroy();
  if (fault?.kind === 'http') {
    const retry = fault.retryAfter === undefined ? '' : `Retry-After: ${fault.retryAfter}\r\n`;
    return socket.end(`HTTP/1.1 ${fault.status ?? 503} Unavailable\r\n${retry}` +
      'Content-Length: 0\r\nConnection: close\r\n\r\n');
  }
  count(node, socket, 'ws');
  return server.handleUpgrade(request, socket, head, (ws) => accept(node, ws));
}

function accept(node, ws) {
  const connection = { subscriptions: new Subscriptions(node, (text) => ws.send(text)) };
  const link = wsLink(ws);
  ws.on('error', () => ws.terminate());
  ws.on('close', () => connection.subscriptions.close());
  ws.on('message', (data) => {
    connection.subscriptions.answering = true;
    const { text, fault } = node.dispatcher.answer(data.toString('utf8'), { transport: 'ws', connection });
    connection.subscriptions.answering = false;
    if (fault?.kind === 'cut-before' || fault?.kind === 'http') return link.cut();
    if (fault?.kind !== 'hang' && text !== null) {
      deliver(link, text, fault).then(() => connection.subscriptions.flush(), (error) => node.log(error));
    }
    return undefined;
  });
}

function wsLink(ws) {
  const send = (text, options) => new Promise((resolve) => ws.send(text, options, resolve));
  return {
    send,
    twice: async (text) => { await send(text); await send(text); },
    cut: () => ws.terminate(),
    partial: async (text) => {
      await send(text.slice(0, text.length / 2), { fin: false });
      ws.terminate();
    },
    stream: async (chunks) => {
      for await (const chunk of chunks) {
        if (ws.readyState !== ws.OPEN) return;
        await send(chunk, { fin: false });
      }
      await send('', { fin: true });
    },
  };
}
