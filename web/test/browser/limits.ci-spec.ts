import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames } from '../support/browser.js';
import { readAssets } from '../support/page-files.js';

const KB = 1_000;

describeInBrowser('limits of the page', () => {
  const stage = BrowserStage.use();

  /**
   * Presses "Load more" until `count` rows are shown. Finds the button by its class: a search by text reads all rows
   * each time.
   */
  const loadAll = (page: Page, count: number): Promise<void> =>
    page.evaluate(async (wanted) => {
      while (document.querySelectorAll('.task').length < wanted) {
        document.querySelector<HTMLElement>('.load-more:not([aria-disabled=true])')?.click();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }, count);

  it('loads at most 40 kB of scripts and 9 kB of styles for the list', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    const loaded: string[] = [];
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    const bytes = (suffix: string): number =>
      readAssets()
        .files.filter(({ path }) => path.endsWith(suffix) && loaded.includes(path))
        .reduce((sum, { encodings }) => sum + (encodings.br?.bytes ?? 0), 0);
    expect(bytes('.js')).toBeGreaterThan(10 * KB);
    expect(bytes('.js')).toBeLessThanOrEqual(40 * KB);
    expect(bytes('.css')).toBeLessThanOrEqual(9 * KB);
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
    await page.getByRole('checkbox').check();
    await page.locator('.is-done').waitFor();
    expect([...unnamed]).toEqual(['GET /api/v1/session']);
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
    await page.getByRole('link', { name: 'All 3' }).waitFor();
    await page.waitForTimeout(700);
    expect(await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)).toEqual([]);
  });

  it('handles 10,000 tasks: loads them all, and stays quick', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(
      account,
      Array.from({ length: 10_000 }, (_, place) => `Task ${String(place)}`),
    );
    const page = await stage.open(account);
    await loadAll(page, 10_000);
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
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.querySelector('.filters a')?.textContent === 'All 10000');
    expect(await page.locator('.task').count()).toBe(10_000);
    await eventually(() => {
      expect(account.tasks.size).toBe(10_001);
    });
    await page.evaluate(() => {
      scrollTo(0, document.documentElement.scrollHeight);
    });
    await page.locator('.task:last-child .name', { hasText: 'Task 0' }).waitFor();
    // A loose bound for busy machines; `npm run bench -- web` measures.
    const longest = await page.evaluate(() =>
      Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks),
    );
    expect(longest).toBeLessThan(5_000);
  }, 120_000);

  it('moves the focus to the first new row when nothing is left to load', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(
      account,
      Array.from({ length: 210 }, (_, place) => `Task ${String(place)}`),
    );
    const page = await stage.open(account);
    await page.getByRole('button', { name: 'Load more' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.check:focus').waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('.task')?.textContent)).toContain('Task 9');
  });
});
