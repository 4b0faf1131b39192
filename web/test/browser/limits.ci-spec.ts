import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames } from '../support/browser.js';
import { readAssets } from '../support/page-files.js';

const KB = 1_000;

describeInBrowser('limits of the page', () => {
  const stage = BrowserStage.use();

  it('has few scripts for the list and for each part that is loaded later', async () => {
    const page = await stage.open(stage.account('One'));
    await expectNames(page, ['One']);
    // What the document names is loaded before the list is shown; everything else comes later.
    const named = await page.evaluate(() =>
      Array.from(
        document.querySelectorAll('head :is(script, link)'),
        (element) => new URL(element.getAttribute('src') ?? element.getAttribute('href') ?? '', location.href).pathname,
      ),
    );
    const { files } = readAssets();
    const size = ({ encodings, bytes }: (typeof files)[number]): number => encodings.br?.bytes ?? bytes;
    const scripts = files.filter(({ path }) => path.endsWith('.js'));
    const sum = (all: typeof files): number => all.reduce((bytes, file) => bytes + size(file), 0);
    expect(sum(scripts.filter(({ path }) => named.includes(path)))).toBeGreaterThan(10 * KB);
    expect(sum(scripts.filter(({ path }) => named.includes(path)))).toBeLessThanOrEqual(40 * KB);
    for (const script of scripts.filter(({ path }) => !named.includes(path)))
      expect(size(script)).toBeLessThanOrEqual(25 * KB);
    expect(sum(files.filter(({ path }) => path.endsWith('.css')))).toBeLessThanOrEqual(9 * KB);
  });

  it('sends requests only to its own server', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await chooseOfAccount(page, 'Settings');
    await page.getByText('This device').waitFor();
    expect([...hosts]).toEqual([`127.0.0.1:${String(stage.gateway.port)}`]);
  });

  it('names its account with every request but the one that asks for it', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    const unnamed = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      const isApi = pathname.startsWith('/api/') && !pathname.endsWith('/events');
      if (isApi && request.headers()['tasks-account'] === undefined) unnamed.add(`${request.method()} ${pathname}`);
    });
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.getByRole('checkbox').click();
    await page.locator('.is-done').waitFor();
    expect([...unnamed]).toEqual(['GET /api/v1/session']);
  });

  it('asks for what it shows first, once, while its large script is on its way', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    const [core] = readAssets()
      .files.filter(({ path }) => path.endsWith('.js'))
      .sort((a, b) => b.bytes - a.bytes);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(`**${core?.path ?? ''}`, async (route) => {
      await released;
      await route.continue();
    });
    const asked = (): string[] =>
      stage.gateway.requests
        .filter((request) => request.startsWith('GET') && !request.startsWith('GET /events'))
        .map((request) => request.replace(/=\d{4}-\d\d-\d\d/, '=DAY'))
        .sort();
    const first = [
      'GET /agenda?view=due&limit=1000&until=DAY',
      'GET /lists?today=DAY',
      'GET /session',
      'GET /tasks?done=false&limit=1000',
    ];
    stage.gateway.requests.length = 0;
    await page.goto(stage.gateway.origin, { waitUntil: 'commit' });
    await eventually(() => {
      expect(asked()).toEqual(first);
    });
    release();
    await expectNames(page, ['One']);
    expect(asked()).toEqual(first);
  });

  it('shifts nothing while it loads and while tasks are added', async () => {
    stage.gateway.delayMs = 300;
    const { context } = await stage.loggedIn(stage.account('One', 'Two'));
    await context.addInitScript(() => {
      const shifts: unknown[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) shifts.push(entry.value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['Two', 'One']);
    await page.locator('#new-task').fill('Three');
    await page.keyboard.press('Enter');
    await expectNames(page, ['Three', 'Two', 'One']);
    await page.waitForTimeout(700);
    expect(await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)).toEqual([]);
  });

  it('handles 10,000 tasks: draws those near the window, and stays quick', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(
      account,
      Array.from({ length: 10_000 }, (_, place) => `Task ${String(place)}`),
    );
    const page = await stage.open(account);
    const names = page.locator('.task .name');
    await names.first().waitFor();
    const drawn = async (): Promise<number> => page.locator('.task').count();
    expect(await drawn()).toBeLessThan(100);
    expect(await page.locator('.task').first().getAttribute('aria-setsize')).toBe('10000');
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: 'longtask' });
    });
    await page.locator('#new-task').fill('On top');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.task .name')?.textContent === 'On top');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.closest('.task')?.textContent.includes('Task 0'));
    expect(await page.evaluate(() => document.activeElement?.closest('.task')?.getAttribute('aria-posinset'))).toBe(
      '10001',
    );
    expect(await drawn()).toBeLessThan(100);
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.activeElement?.closest('.task')?.textContent.includes('Task 1'));
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.activeElement?.closest('.task')?.textContent.includes('On top'));
    await page.getByRole('searchbox').fill('task 4321');
    await expectNames(page, ['Task 4321']);
    await eventually(() => {
      expect(account.tasks.size).toBe(10_001);
    });
    // A loose bound for busy machines; `npm run bench -- web` measures.
    const longest = await page.evaluate(() =>
      Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks),
    );
    expect(longest).toBeLessThan(1_000);
  }, 60_000);

  it('keeps its place in a long list while details open and close', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(
      account,
      Array.from({ length: 300 }, (_, place) => `Task ${String(place)}`),
    );
    const page = await stage.open(account);
    await page.locator('.task').first().waitFor();
    await page.evaluate(() => {
      scrollTo(0, 6_000);
    });
    const name = page.locator('.name', { hasText: 'Task 160' });
    await name.click();
    await page.waitForURL(/\/tasks\//);
    const before = await page.evaluate(() => scrollY);
    await page.goBack();
    await page.waitForURL(/\/lists\/[0-9a-f]{32}$/);
    expect(await page.evaluate(() => scrollY)).toBe(before);
    expect(before).toBeGreaterThan(5_000);
  });
});
