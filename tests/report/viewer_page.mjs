// A server for an output folder, and the viewer that it shows in a browser: what each check of viewer_test.mjs begins with.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';

// Each output folder has a server of its own, at a port that is free; their processes.
export const serving = [];

export async function serve(server, output) {
  const process_of = spawn(server, ['serve', output, '--listen', '127.0.0.1:0']);
  serving.push(process_of);
  let told = '';
  const address = await new Promise((found, failed) => {
    process_of.stdout.on('data', (bytes) => {
      told += bytes;
      const line = /^serving .* at (http:\/\/127\.0\.0\.1:\d+\/)/m.exec(told);
      if (line) found(line[1]);
    });
    process_of.once('exit', (code) => failed(new Error(`serve ended with ${code}`)));
    process_of.stderr.on('data', (bytes) => { told += bytes; });
  });
  return address;
}

// By the signal that a service gets, within the seconds that it may take.
export async function ended(process_of) {
  if (process_of.exitCode !== null) return;
  const over = new Promise((done) => process_of.on('exit', done));
  const late = setTimeout(() => process_of.kill('SIGKILL'), 20_000);
  process_of.kill('SIGTERM');
  const code = await over;
  clearTimeout(late);
  assert.equal(code, 0, 'serve ends with SIGTERM');
}

export async function open_viewer(browser, address, query = '', {width = 1280, height = 860, dark = false} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: dark ? 'dark' : 'light'});
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const seen = {elsewhere: [], errors: [], dialogs: 0};
  await page.route('**', (route) => {
    const url = route.request().url();
    if (!url.startsWith('data:') && !url.startsWith('blob:') && !url.startsWith(address)) seen.elsewhere.push(url);
    return route.continue();
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.push(message.text()); });
  page.on('dialog', (dialog) => { ++seen.dialogs; return dialog.dismiss(); });
  await page.goto(`${address}viewer${query}`);
  await settled(page);
  return {page, seen, context};
}

export async function settled(page) {
  await page.waitForFunction(() => document.getElementById('frame').getAttribute('aria-busy') === 'false');
}

// Another address of the same page, as the browser's own buttons go there.
export async function go(page, query) {
  await page.evaluate((asked) => {
    document.getElementById('frame').removeAttribute('aria-busy');
    history.pushState(null, '', asked);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `viewer?${new URLSearchParams(query)}`);
  await settled(page);
}

export function number(text) {
  return Number(text.replace('−', '-'));
}

// {value, overlay, place} of the line below the picture.
export async function told(page) {
  const parts = await page.locator('#values > span').allTextContents();
  const of = (term) => parts.find((part) => part.startsWith(`${term} `))?.slice(term.length + 1);
  return {value: of('Value'), overlay: of('Overlay'), place: of('LPS')?.replace(' mm', '').split(', ').map(number), voxel: of('Voxel')};
}
