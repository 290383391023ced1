// A state of the program, answered by the listener itself, and a page of Chromium that looks at it.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
export const axeFile = require.resolve('axe-core/axe.min.js');

export async function serve(t, state) {
  const server = spawn(process.env.PAGE_SERVER, [state], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => server.stdin.end());
  const lines = createInterface({ input: server.stdout });
  const port = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    server.once('exit', (code) => reject(new Error(`page_server ended with ${code}`)));
  });
  return `http://127.0.0.1:${port}`;
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/// The page of that state, filled in, with everything that the console said and that was asked for.
export async function open(t, browser, state, options = {}) {
  const url = await serve(t, state);
  const context = await browser.newContext({ viewport: { width: 1180, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const said = [], asked = [];
  page.on('console', (message) => { if (message.type() === 'error') said.push(message.text()); });
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => asked.push(new URL(request.url())));
  await page.goto(`${url}/`, { waitUntil: 'domcontentloaded' });
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
  return { page, url, said, asked };
}

/// Kept only when asked for: RECONCILE_SCREENS=docs/screens.
export async function shoot(page, name) {
  const folder = process.env.RECONCILE_SCREENS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: !name.startsWith('many') });
}
