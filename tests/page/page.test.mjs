import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axeFile, launch, open, serve, shoot } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const states = {
  converged: ['Converged 4 m ago', 'No changes. Bucket, buffer and chain match the manifest.', '2,700 of 3,100 bytes left', 'this publication, block 7,412,641', 'Earlier commitments', '$0.91 of $10.00', 'storage $0.52 a month', 'listings $0.39 a month', '$0.91 a month in all, at prices of 2026-11', 'Unknown: this process was told of no verification'],
  converging: ['Converging', 'Plan: 2 to upload, 1 to commit.', 'reddit_07.parquet', '--approve 9f3c41d0', '310.0 MiB of 512.0 MiB', 'try 2', 'present, not ours'],
  blocked: ['Blocked', '412 deletions now and 12 in the last 1d', '--allow maxDeletes=424', '98 of 100'],
  'chain-down': ['Retrying', 'connection refused', 'Unknown: the chain was not read', 'not read'],
  empty: ['Empty', 'No publication is looked after.'],
};

for (const [state, texts] of Object.entries(states))
  for (const [width, scheme] of [[1180, 'light'], [360, 'dark']])
    test(`${state} at ${width} px, ${scheme}`, async (t) => {
      const { page, said, asked } = await open(t, browser, state, { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
      const body = (await page.innerText('body')).replace(/\s+/g, ' ');
      for (const text of texts) assert.ok(body.includes(text), `${text} is missing in:\n${body}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} px are wider than ${width}`);
      assert.ok(asked.every((url) => url.pathname === '/' || url.pathname.startsWith('/api/v1/')), asked.join());
      assert.deepEqual(said, []);
      await page.addScriptTag({ path: axeFile });
      const found = await page.evaluate(async () => (await globalThis.axe.run()).violations);
      const serious = found.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(serious.map((v) => [v.id, v.nodes.map((n) => n.html).slice(0, 3)]), []);
      await shoot(page, `${state}-${scheme}-${width}`);
    });

test('no console error under the policy as it is sent, and one request for the first paint', async (t) => {
  const { page, said, asked } = await open(t, browser, 'converging');
  assert.deepEqual(said, []);
  assert.equal(asked.filter((url) => !url.pathname.startsWith('/api/')).length, 1);
  const answer = await page.request.get(page.url());
  assert.match(answer.headers()['content-security-policy'], /script-src 'sha256-/);
  const packed = await fetch(page.url(), { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.ok((await answer.body()).length <= 150_000);
});

test('header and plan are there with JavaScript off', async (t) => {
  const { page } = await open(t, browser, 'converging', { javaScriptEnabled: false });
  const body = await page.innerText('body');
  for (const text of ['Converging', 'manifest', 'Plan: 2 to upload, 1 to commit.', '--approve 9f3c41d0']) assert.ok(body.includes(text), text);
});

test('300 publications: worst first, searched, filtered, chosen with the keyboard, at once', async (t) => {
  const { page, said } = await open(t, browser, 'many');
  assert.equal(await page.locator('#rows tr').count(), 300);
  assert.match(await page.locator('#rows tr').first().innerText(), /miner-217\s+Blocked/);
  await shoot(page, 'many-light-1180');
  const took = await page.evaluate(() => {
    const search = document.getElementById('search'), began = performance.now();
    for (const text of ['m', 'mi', 'miner-10', '']) {
      search.value = text;
      search.dispatchEvent(new Event('input'));
      document.body.getBoundingClientRect();
    }
    return (performance.now() - began) / 4;
  });
  assert.ok(took < 1000, `${took} ms a key`);
  await page.fill('#search', 'miner-10');
  assert.equal(await page.locator('#rows tr').count(), 10);
  await page.fill('#search', '');
  await page.selectOption('#filter', 'Converging');
  assert.equal(await page.locator('#rows tr').count(), 12);
  await page.locator('#rows button').nth(2).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#chosen:focus');
  assert.ok((await page.innerText('#detail')).includes('Plan: 2 to upload'));
  assert.deepEqual(said, []);
});

for (const javaScriptEnabled of [true, false])
  test(`hostile names are text, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const { page, said } = await open(t, browser, 'hostile', { javaScriptEnabled });
    const text = await page.innerText('main');
    assert.ok(text.includes("<script>document.title='taken'</script>\\u202egpj.exe\\x0a<img"), text.slice(0, 2000));
    assert.ok(!text.includes('\u202e'));
    assert.match(await page.title(), /reconcile$/);
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(said, []);
  });

test('the timeline shows passes and what happened in them, each once, newest first', async (t) => {
  const { page } = await open(t, browser, 'blocked');
  const lines = (await page.locator('[data-panel=timeline] li').allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
  const at = (pattern) => {
    const found = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
    assert.equal(found.length, 1, `${pattern} in:\n${lines.join('\n')}`);
    return found[0];
  };
  const guard = at(/GuardBlocked objects: maxDeletes: 412 deletions .* ×7 since 11-18/);
  const committed = at(/Committed chain\/commitment: 1 commitment: finalized in block 7,412,641 ×41 since/);
  const drift = at(/DriftDetected bucket\/lifecycle: others changed it since it was last in agreement$/);
  assert.ok(guard < committed && committed < drift, lines.join('\n'));
  const times = await page.locator('[data-panel=timeline] li > time').evaluateAll((nodes) => nodes.map((n) => n.dateTime));
  assert.deepEqual(times, [...times].sort().reverse());
  assert.ok(lines.some((line) => /29 done, 0 failed/.test(line)), 'the passes are there');
  assert.ok(!lines.some((line) => line.includes('condition/')), lines.join('\n'));
});

test('answers a page that is the same with 304, and no method but GET on any route', async (t) => {
  const url = await serve(t, 'converged');
  const first = await fetch(`${url}/`);
  const again = await fetch(`${url}/`, { headers: { 'If-None-Match': first.headers.get('etag') } });
  assert.equal(again.status, 304);
  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/api/v1/status', '/api/v1/overview', '/api/v1/events',
    '/api/v1/publications/sn13-miner-1234', '/api/v1/openapi.json'])
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) assert.equal((await fetch(url + path, { method })).status, 405, `${method} ${path}`);
});

test('OpenAPI names exactly the routes that there are', async (t) => {
  const url = await serve(t, 'converged');
  const document = await (await fetch(`${url}/api/v1/openapi.json`)).json();
  for (const [path, methods] of Object.entries(document.paths)) {
    assert.deepEqual(Object.keys(methods), ['get']);
    const abort = new AbortController();
    const answer = await fetch(url + path.replace('{name}', 'sn13-miner-1234'), { signal: abort.signal });
    assert.ok([200, 503].includes(answer.status), `${path}: ${answer.status}`);
    abort.abort();
  }
});

test('more streams than there may be are told to poll, and answers still come', async (t) => {
  const url = await serve(t, 'converged');
  const abort = new AbortController();
  t.after(() => abort.abort());
  const streams = [];
  for (let i = 0; i < 4; ++i) {
    const stream = await fetch(`${url}/api/v1/events`, { signal: abort.signal });
    assert.match(new TextDecoder().decode((await stream.body.getReader().read()).value), /^event: change\n/);
    streams.push(stream.status);
  }
  assert.deepEqual(streams, [200, 200, 200, 200]);
  assert.equal((await fetch(`${url}/api/v1/events`)).status, 503);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});
