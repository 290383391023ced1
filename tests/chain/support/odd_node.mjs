#!/usr/bin/env node
// A JSON-RPC server with the habits that a proper node does not have. `node odd_node.mjs [KEY CERTIFICATE]`: with
// two PEM files it speaks TLS. Prints one JSON line when it is ready and ends with its standard input.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';

const { WebSocketServer } = createRequire(new URL('../../devnode/package.json', import.meta.url))('ws');

const GENESIS = `0x${'ab'.repeat(32)}`;
const reply = (id, result) => JSON.stringify({ jsonrpc: '2.0', id, result });
const notification = JSON.stringify({ jsonrpc: '2.0', method: 'chain_newHead', params: { subscription: 1, result: {} } });
const seen = [];
let connections = 0;

/** Method: what a WebSocket gets. Other methods are answered with their own name. */
const HABITS = {
  pingFirst(ws, id) {
    ws.once('pong', (data) => ws.send(reply(id, data.toString())));
    ws.ping('are you there');
  },
  close: (ws) => ws.close(1001, 'going away'),
  notifyFirst(ws, id) {
    for (let i = 0; i < 5; i += 1) ws.send(notification);
    ws.send(reply(id, 'after notifications'));
  },
  othersFirst(ws, id) {
    ws.send(reply(id + 1000, 'not yours'));
    ws.send(reply(id, 'yours'));
  },
  notifyForever(ws) {
    for (let i = 0; i < 1000; i += 1) ws.send(notification);
  },
  notifyLarge(ws) {
    for (let i = 0; i < 10; i += 1) ws.send(notification.padEnd(300_000));
  },
  fragments(ws, id) {
    for (const character of reply(id, 'in pieces')) ws.send(character, { fin: false });
    ws.send('', { fin: true });
  },
  closeAfter(ws, id) {
    ws.send(reply(id, 'goodbye'), () => ws.terminate());
  },
};

function answer(text) {
  const { id, method } = JSON.parse(text);
  seen.push(method);
  if (method === 'seen') return reply(id, seen);
  if (method === 'connections') return reply(id, connections);
  return reply(id, method === 'chain_getBlockHash' ? GENESIS : method);
}

async function post(request, response) {
  let text = '';
  for await (const part of request) text += part;
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer(text));
}

const [key, certificate] = process.argv.slice(2);
const server = key
  ? createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, post)
  : createServer(post);
new WebSocketServer({ server, perMessageDeflate: true }).on('connection', (ws) => {
  connections += 1;
  ws.on('error', () => ws.terminate());
  ws.on('message', (data) => {
    const text = data.toString();
    const { id, method } = JSON.parse(text);
    const habit = HABITS[method];
    if (habit) habit(ws, id);
    else ws.send(answer(text));
  });
});
process.stdin.on('end', () => process.exit(0)).resume();
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port, genesis: GENESIS })}\n`);
});
