// `npm run bench -- web`: speed of the page, each figure the median of five runs in Debian's Chromium. Nothing else should
// run on the machine meanwhile.
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { StandInGateway } from '../test/support/stand-in-gateway.js';
import { readAssets } from '../test/support/page-files.js';
import { RealGateway } from '../test/support/real-gateway.js';

/** Figures to measure: `load`, `interactions`, `paste`; all without arguments. */
const chosen = process.argv.slice(2);
const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
const RUNS = 5;
const PASTED = 1_000;
const TASKS = 10_000;
const CPU_SLOWDOWN = 4;
/** Slow 4G, as in Lighthouse for phones. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 };
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

const gateway = new StandInGateway();
await gateway.start();
const account = gateway.store.addAccount('bench', 'velvet tractor sings loudly');
gateway.store.addTasks(
  account,
  Array.from({ length: TASKS }, (_, place) => `Task ${String(place)}`),
);
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: FLAGS });

const lcp: number[] = [];
const interactions: number[][] = [];
if (isChosen('load')) for (let run = 0; run < RUNS; run++) lcp.push(await measureLoad(browser));
if (isChosen('interactions'))
  for (let run = 0; run < RUNS; run++) interactions.push(await measureInteractions(browser));
const paste = isChosen('paste') ? await measurePaste(browser) : undefined;
await browser.close();
await gateway.stop();

const bytes = (suffix: string): number =>
  readAssets()
    .files.filter(({ path }) => path.endsWith(suffix))
    .reduce((sum, { encodings }) => sum + (encodings.br?.bytes ?? 0), 0);
if (lcp.length > 0) report('LCP, slow 4G, CPU x4', median(lcp), 'ms', 1_500);
if (interactions.length > 0) {
  const [inp, longest] = [0, 1].map((place) => median(interactions.map((figures) => figures[place] ?? NaN)));
  report(`INP with ${String(TASKS)} tasks, CPU x1`, inp ?? NaN, 'ms', 200);
  report(`Longest task with ${String(TASKS)} tasks, CPU x1`, longest ?? NaN, 'ms', 50);
}
if (paste !== undefined) {
  report(`${String(PASTED)} pasted lines shown`, paste.shownMs, 'ms');
  report(`${String(PASTED)} pasted lines stored`, paste.storedMs / 1_000, 's');
  report('Main thread blocked meanwhile, in tasks over 50 ms', paste.blockedMs, 'ms');
  report('Requests of the page meanwhile', paste.requests, '');
  report('Of these rejected by the limit of requests', paste.rejected, '');
  report('Lines that are not where they were pasted', paste.misplaced, '');
}
report('Styles, brotli', bytes('.css') / 1_000, 'kB', 6);
report('All scripts with lazy parts, brotli', bytes('.js') / 1_000, 'kB');

/** Returns the milliseconds until the largest content was painted, in a fresh profile. */
async function measureLoad(browser: Browser): Promise<number> {
  const { page, session } = await openPage(browser);
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.goto(gateway.origin);
  await page.locator('.task').first().waitFor();
  await page.waitForTimeout(1_000);
  const last = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          resolve(list.getEntries().at(-1)?.startTime ?? NaN);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
  await page.context().close();
  return last;
}

/** Measures the slowest interaction and the longest task, with every task loaded. */
async function measureInteractions(browser: Browser): Promise<number[]> {
  const { page } = await openPage(browser);
  await page.goto(gateway.origin);
  await page.locator('.task').first().waitFor();
  await page.evaluate(async (wanted) => {
    while (document.querySelectorAll('.task').length < wanted) {
      document.querySelector<HTMLElement>('.load-more:not([aria-disabled=true])')?.click();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }, TASKS);
  await page.evaluate(() => {
    const measured = { interaction: 0, task: 0 };
    Object.assign(globalThis, { measured });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) measured.interaction = Math.max(measured.interaction, duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) measured.task = Math.max(measured.task, duration);
    }).observe({ type: 'longtask' });
  });
  for (let round = 0; round < 5; round++) {
    await page.locator('#new-task').click();
    await page.keyboard.type(`Added ${String(round)}`);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.waitForTimeout(200);
    await page.keyboard.press('F2');
    await page.keyboard.type(' more');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);
    await page.keyboard.press('Delete');
    await page.waitForTimeout(200);
  }
  const { interaction, task } = await page.evaluate(
    () => (globalThis as unknown as { measured: { interaction: number; task: number } }).measured,
  );
  await page.context().close();
  return [interaction, task];
}

/** Pastes many lines into the page on the real gateway with its usual limits: once, since it takes its time. */
async function measurePaste(browser: Browser): Promise<{
  shownMs: number;
  storedMs: number;
  blockedMs: number;
  requests: number;
  rejected: number;
  misplaced: number;
}> {
  const real = new RealGateway();
  await real.start();
  const context = await browser.newContext({ viewport: { width: 900, height: 720 }, locale: 'en-US' });
  try {
    const page = await context.newPage();
    await page.goto(`${real.origin}/sign-up`);
    await page.getByLabel('User name').fill('bench');
    await page.getByLabel('Password', { exact: true }).fill('velvet tractor sings loudly');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByText('Nothing to do yet').waitFor();
    let requests = 0;
    let rejected = 0;
    page.on('response', (response) => {
      requests++;
      if (response.status() === 429) rejected++;
    });
    const lines = Array.from({ length: PASTED }, (_, place) => `Line ${String(place + 1)} of a long list`);
    await page.locator('#new-task').evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      const blocked = { milliseconds: 0 };
      Object.assign(globalThis, { blocked });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) blocked.milliseconds += duration;
      }).observe({ type: 'longtask' });
    }, lines.join('\n'));
    const start = performance.now();
    await page.getByRole('button', { name: `Add ${String(PASTED)} tasks` }).click();
    await page.locator('.unsaved').first().waitFor();
    const shownMs = performance.now() - start;
    const options = { timeout: 300_000, polling: 100 };
    await page.waitForFunction(() => document.querySelector('.unsaved') === null, undefined, options);
    const storedMs = performance.now() - start;
    const blockedMs = await page.evaluate(
      () => (globalThis as unknown as { blocked: { milliseconds: number } }).blocked.milliseconds,
    );
    const measured = { shownMs, storedMs, blockedMs, requests, rejected };
    // The order is that of another device: a page that has seen none of this.
    await page.waitForTimeout(11_000);
    const stored = await page.evaluate(async () => {
      const names: string[] = [];
      let after: string | null = '';
      while (after !== null) {
        const answer = await fetch(`/api/v1/tasks?limit=200${after === '' ? '' : `&after=${after}`}`);
        const { items, nextCursor } = (await answer.json()) as { items: { name: string }[]; nextCursor: string | null };
        names.push(...items.map(({ name }) => name));
        after = nextCursor;
      }
      return names;
    });
    return { ...measured, misplaced: lines.filter((line, place) => stored[place] !== line).length };
  } finally {
    await context.close();
    await real.stop();
  }
}

async function openPage(browser: Browser): Promise<{ page: Page; session: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, locale: 'en-US' });
  context.setDefaultTimeout(60_000);
  const { token } = gateway.store.addSession(account);
  await context.addCookies([{ name: 'tasks-session', value: token, url: gateway.origin, httpOnly: true }]);
  const page = await context.newPage();
  return { page, session: await context.newCDPSession(page) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function report(what: string, value: number, unit: string, budget?: number): void {
  const verdict = budget === undefined ? '' : `  budget ${String(budget)}  ${value <= budget ? 'kept' : 'MISSED'}`;
  console.log(`${what.padEnd(44)} ${value.toFixed(1).padStart(8)} ${unit}${verdict}`);
}
