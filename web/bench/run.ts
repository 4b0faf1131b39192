// `npm run bench -- web [NAME…]`: speed of the page in Debian's Chromium, slowed down four times. Nothing else should run
// on the machine meanwhile. Each figure is the median of five runs; without a name all are measured.
//
//   load          200 open tasks, fresh profile, slow 4G: time to the first rows
//   many          10,000 open tasks, the same: time to the progress and to the rows, layout shift
//   interactions  10,000 tasks: a fixed script of keys and clicks
//   blocks        the same script: what the longest task of each action does
//   paste         1,000 pasted lines, on the real gateway with its usual limits
//   size          bytes of scripts and styles
import { chromium, type Browser, type Page } from 'playwright-core';
import { readAssets } from '../test/support/page-files.js';
import { RealGateway } from '../test/support/real-gateway.js';
import { StandInGateway } from '../test/support/stand-in-gateway.js';
import type { StoredAccount } from '../test/support/stand-in-store.js';
import { MainThreadTrace, type MainThreadTask } from './main-thread-trace.js';
import { ACTION_NAMES, runScript } from './script.js';

const RUNS = 5;
const FEW = 200;
const MANY = 10_000;
const PASTED = 1_000;
const CPU_SLOWDOWN = 4;
/** Slow 4G, as in Lighthouse for phones. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 };
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const PASSWORD = 'velvet tractor sings loudly';

/** What a page records of itself from its beginning, in milliseconds. */
interface Recorded {
  rowsAt: number;
  progressAt: number;
  shift: number;
  longest: number;
  blocked: number;
  /** Durations of the tasks over 50 ms that began during each action. */
  actions: { name: string; tasks: number[] }[];
  /** Duration of the slowest event of each interaction. */
  interactions: Record<string, number>;
}

const benches: Record<string, (browser: Browser) => Promise<void>> = { load, many, interactions, blocks, paste, size };
const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);

const gateway = new StandInGateway();
await gateway.start();
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  for (const [name, measure] of Object.entries(benches))
    if (names.length === 0 || names.includes(name)) await measure(browser);
} finally {
  await browser.close();
  await gateway.stop();
}

async function load(browser: Browser): Promise<void> {
  const account = accountWith(FEW);
  const times = await repeat(async () => {
    const { page, recorded } = await openPage(browser, account, true);
    await page.locator('.task').first().waitFor();
    return (await recorded()).rowsAt;
  });
  report(`First rows of ${String(FEW)} tasks, slow 4G`, median(times), 'ms', 1_500);
}

async function many(browser: Browser): Promise<void> {
  const account = accountWith(MANY);
  const runs = await repeat(async () => {
    const { page, recorded } = await openPage(browser, account, true);
    await page.locator('.task').first().waitFor();
    await page.waitForTimeout(1_000);
    return recorded();
  });
  report(`Progress of ${String(MANY)} tasks, slow 4G`, median(runs.map(({ progressAt }) => progressAt)), 'ms');
  report(`Rows of ${String(MANY)} tasks, slow 4G`, median(runs.map(({ rowsAt }) => rowsAt)), 'ms');
  report('Cumulative layout shift meanwhile', Math.max(...runs.map(({ shift }) => shift)), '', 0);
  report('Longest task of the first load', median(runs.map(({ longest }) => longest)), 'ms');
}

async function interactions(browser: Browser): Promise<void> {
  const account = accountWith(MANY);
  const runs = await repeat(async () => {
    const { page, recorded, reset, begin } = await openPage(browser, account, false);
    await page.locator('.task').first().waitFor();
    await page.waitForTimeout(2_000);
    await reset();
    await runScript(page, begin);
    return recorded();
  });
  const durations = runs.flatMap((run) => Object.values(run.interactions)).sort((a, b) => a - b);
  report(`Interactions with ${String(MANY)} tasks, number`, durations.length, '');
  report('INP, p98 of all', durations[Math.floor(durations.length * 0.98)] ?? NaN, 'ms', 200);
  report('Longest task of the main thread', Math.max(...runs.map(({ longest }) => longest)), 'ms', 50);
  report('Longest task, median of the runs', median(runs.map(({ longest }) => longest)), 'ms', 50);
  for (const name of ACTION_NAMES) {
    const longest = runs.map(({ actions }) =>
      Math.max(0, ...actions.filter((one) => one.name === name).flatMap(({ tasks }) => tasks)),
    );
    report(`  ${name}, median of the runs`, median(longest), 'ms', 50);
  }
}

/** What the main thread does in the longest task of each action, by its CPU time: other programs count little. */
async function blocks(browser: Browser): Promise<void> {
  const { page } = await openPage(browser, accountWith(MANY), false);
  await page.locator('.task').first().waitFor();
  await page.waitForTimeout(4_000);
  const trace = await MainThreadTrace.of(browser);
  const longest = new Map<string, MainThreadTask[]>();
  let current = '';
  const end = async (): Promise<void> => {
    const task = await trace.longest();
    if (task) longest.set(current, [...(longest.get(current) ?? []), task]);
  };
  await runScript(page, async (name) => {
    if (current !== '') await end();
    current = name;
    await trace.start();
  });
  await end();
  for (const [name, tasks] of longest) {
    const middle = tasks.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(tasks.length / 2)];
    if (middle === undefined) continue;
    report(`Longest task, ${name}, median of rounds`, middle.milliseconds, 'ms', 50);
    const parts = middle.parts.map(([part, milliseconds]) => `${part} ${milliseconds.toFixed(1)}`);
    console.log(`    ${parts.slice(0, 8).join(', ')}`);
  }
}

async function paste(browser: Browser): Promise<void> {
  const real = new RealGateway();
  await real.start();
  const context = await browser.newContext({ viewport: { width: 900, height: 720 }, locale: 'en-US' });
  try {
    const page = await context.newPage();
    const recorder = await record(page);
    await page.goto(`${real.origin}/sign-up`);
    await page.getByLabel('User name').fill('bench');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByText('Nothing to do yet').waitFor();
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    let requests = 0;
    page.on('request', (request) => (requests += request.method() === 'POST' ? 1 : 0));
    const lines = Array.from({ length: PASTED }, (_, place) => `Line ${String(place + 1)} of a long list`);
    await page.locator('#new-task').evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, lines.join('\n'));
    await recorder.reset();
    const start = performance.now();
    await page.getByRole('button', { name: `Add ${String(PASTED)} tasks` }).click();
    await page.locator('.task').first().waitFor();
    const shownMs = performance.now() - start;
    const stored = page.getByRole('status').getByText(`${String(PASTED)} of ${String(PASTED)} stored`);
    await stored.waitFor({ state: 'attached', timeout: 120_000 });
    const storedMs = performance.now() - start;
    const { longest, blocked } = await recorder.recorded();
    // The order is that of another device: a page that has seen none of this.
    const found = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/tasks?limit=1000');
      const { items } = (await answer.json()) as { items: { name: string }[] };
      return items.map(({ name }) => name);
    });
    report(`${String(PASTED)} pasted lines shown`, shownMs, 'ms');
    report(`${String(PASTED)} pasted lines stored`, storedMs / 1_000, 's', 5);
    report('Longest task of the main thread meanwhile', longest, 'ms', 50);
    report('Main thread blocked, in tasks over 50 ms', blocked, 'ms');
    report('Requests that store them', requests, '');
    report('Lines that are not where they were pasted', lines.filter((line, at) => found[at] !== line).length, '', 0);
  } finally {
    await context.close();
    await real.stop();
  }
}

async function size(browser: Browser): Promise<void> {
  const account = accountWith(1);
  const { page } = await openPage(browser, account, false);
  await page.locator('.task').first().waitFor();
  // What the document names is loaded before the list is shown; the side bar and others come after it.
  const named = await page.evaluate(() =>
    Array.from(
      document.querySelectorAll('head :is(script, link)'),
      (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '',
    ),
  );
  await page.context().close();
  const { files } = readAssets();
  const sizeOf = ({ encodings, bytes }: (typeof files)[number]): number => (encodings.br?.bytes ?? bytes) / 1_000;
  const scripts = files.filter(({ path }) => path.endsWith('.js'));
  const sum = (all: typeof files): number => all.reduce((bytes, file) => bytes + sizeOf(file), 0);
  report('Scripts of the list, brotli', sum(scripts.filter(({ path }) => named.includes(path))), 'kB', 40);
  const lazy = scripts.filter(({ path }) => !named.includes(path));
  report('Largest part that is loaded later, brotli', Math.max(...lazy.map(sizeOf)), 'kB', 25);
  report('Styles, brotli', sum(files.filter(({ path }) => path.endsWith('.css'))), 'kB', 9);
}

function accountWith(count: number): StoredAccount {
  const account = gateway.store.addAccount(`bench${String(gateway.store.accounts.size)}`, PASSWORD);
  gateway.store.addTasks(
    account,
    Array.from({ length: count }, (_, place) => `Task ${String(place)}`),
  );
  return account;
}

/** Opens the page in a fresh profile. */
async function openPage(browser: Browser, account: StoredAccount, isSlow: boolean) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 823 }, locale: 'en-US' });
  context.setDefaultTimeout(60_000);
  const { token } = gateway.store.addSession(account);
  await context.addCookies([{ name: 'tasks-session', value: token, url: gateway.origin, httpOnly: true }]);
  const page = await context.newPage();
  const recorder = await record(page);
  const session = await context.newCDPSession(page);
  if (isSlow) await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.goto(gateway.origin);
  return { page, ...recorder };
}

/** Records times of a page from its beginning. */
async function record(page: Page): Promise<{
  recorded: () => Promise<Recorded>;
  reset: () => Promise<void>;
  begin: (action: string) => Promise<void>;
}> {
  await page.addInitScript(() => {
    const blank = () => ({ rowsAt: 0, progressAt: 0, shift: 0, longest: 0, blocked: 0, actions: [], interactions: {} });
    const state: { recorded: Recorded } = { recorded: blank() };
    const starts: { at: number; tasks: number[] }[] = [];
    const begin = (name: string): void => {
      const action = { name, tasks: [] };
      state.recorded.actions.push(action);
      starts.push({ at: performance.now(), tasks: action.tasks });
    };
    Object.assign(globalThis, { bench: { state, begin, reset: () => (state.recorded = blank()) } });
    const observe = (type: string, onEntry: (entry: PerformanceEntry) => void, options = {}): void => {
      new PerformanceObserver((list) => {
        list.getEntries().forEach(onEntry);
      }).observe({ type, buffered: true, ...options });
    };
    observe('longtask', ({ startTime, duration }) => {
      starts.findLast(({ at }) => at <= startTime)?.tasks.push(duration);
      state.recorded.longest = Math.max(state.recorded.longest, duration);
      state.recorded.blocked += duration;
    });
    observe('layout-shift', (entry) => {
      const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
      if (!hadRecentInput) state.recorded.shift += value;
    });
    observe(
      'event',
      (entry) => {
        const { interactionId } = entry as PerformanceEntry & { interactionId: number };
        if (interactionId === 0) return;
        const { interactions } = state.recorded;
        interactions[interactionId] = Math.max(interactions[interactionId] ?? 0, entry.duration);
      },
      { durationThreshold: 16 },
    );
    const frame = (): void => {
      const { recorded } = state;
      if (recorded.progressAt === 0 && document.querySelector('.loading')) recorded.progressAt = performance.now();
      if (recorded.rowsAt === 0 && document.querySelector('.task')) recorded.rowsAt = performance.now();
      if (recorded.rowsAt === 0) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  interface Bench {
    readonly state: { readonly recorded: Recorded };
    reset(): void;
    begin(action: string): void;
  }
  return {
    recorded: () => page.evaluate(() => (globalThis as unknown as { bench: Bench }).bench.state.recorded),
    reset: () =>
      page.evaluate(() => {
        (globalThis as unknown as { bench: Bench }).bench.reset();
      }),
    begin: (action) =>
      page.evaluate((name) => {
        (globalThis as unknown as { bench: Bench }).bench.begin(name);
      }, action),
  };
}

async function repeat<T>(run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let place = 0; place < RUNS; place++) {
    results.push(await run());
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
  return results;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function report(what: string, value: number, unit: string, budget?: number): void {
  const verdict = budget === undefined ? '' : `  budget ${String(budget)}  ${value <= budget ? 'kept' : 'MISSED'}`;
  console.log(`${what.padEnd(48)} ${value.toFixed(1).padStart(8)} ${unit}${verdict}`);
}
