// Headless Chromium of Debian, and what a test asks of a page.
import {readFileSync} from 'node:fs';
import {chromium} from 'playwright-core';

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export async function open_browser(executable) {
  return chromium.launch({
    executablePath: executable,
    chromiumSandbox: false,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', "--host-resolver-rules=MAP * ~NOTFOUND"],
  });
}

// The page, whatever it asked for beside itself, and what went wrong in it.
export async function open_page(browser, path, {width = 1280, height = 900, dark = false, scripts = true} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts});
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const seen = {asked: [], errors: [], dialogs: 0};
  await page.route('**', (route) => {
    const url = route.request().url();
    if (!url.startsWith('data:') && url !== `file://${path}`) seen.asked.push(url);
    return route.continue();
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.push(message.text()); });
  page.on('dialog', (dialog) => { ++seen.dialogs; return dialog.dismiss(); });
  await page.goto(`file://${path}`);
  if (scripts) await page.waitForFunction(() => document.getElementById('count').textContent !== '');
  return {page, seen, context};
}

// The rules of axe-core that the page breaks, each with the elements. By evaluate(): the page's policy lets no other script in.
export async function violations(page) {
  await page.evaluate(axe);
  const {violations: found} = await page.evaluate(() => window.axe.run(document));
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join('; ')}`);
}

// Frames while it scrolls from the top to the end in steps of most of a screen; ms each.
export async function scroll_through(page, steps) {
  return page.evaluate(async (count) => {
    const times = [];
    let last = performance.now();
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let i = 0; i < count; ++i) {
      window.scrollBy(0, innerHeight * 0.8);
      await frame();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times;
  }, steps);
}
