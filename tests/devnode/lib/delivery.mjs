// Ways to deliver an answer over a link, good and bad. A link is {send, stream, partial, cut} over HTTP or WebSocket.
import { setTimeout as sleep } from 'node:timers/promises';

const CHUNK = '0'.repeat(64 * 1024);

/** Delivers `text`, spoilt as `fault` says. */
export async function deliver(link, text, fault) {
  switch (fault?.kind) {
    case 'cut-after': return link.cut();
    case 'cut-middle': return link.partial(text);
    case 'garbage': return link.send(fault.text ?? '<html><body>502 Bad Gateway</body></html>');
    case 'empty': return link.send('');
    case 'twice': return link.twice(text);
    case 'endless': return link.stream(endless(fault.bytes ?? 1_000_000_000));
    case 'slow': return slow(link, text, fault);
    default: return link.send(text);
  }
}

/** A JSON string that goes on for `bytes` bytes. */
function* endless(bytes) {
  yield '{"jsonrpc":"2.0","id":1,"result":"0x';
  for (let sent = 0; sent < bytes; sent += CHUNK.length) yield CHUNK;
  yield '"}';
}

/** After `ms`; and then, with `dripMs`, a byte at a time. */
async function slow(link, text, { ms = 0, dripMs = 0 }) {
  await sleep(ms, undefined, { ref: false });
  if (dripMs === 0) return link.send(text);
  async function* drip() {
    for (const character of text) {
      yield character;
      await sleep(dripMs, undefined, { ref: false });
    }
  }
  return link.stream(drip());
}
