import { expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { violations } from '@tasks/testing/axe';
import { BrowserStage, expectNames } from '../support/browser.js';

describeInBrowser('accessibility', () => {
  const stage = BrowserStage.use();
  const visit = async (options: BrowserContextOptions, path: string): Promise<Page> => {
    const page = await (await stage.context(options)).newPage();
    await page.goto(stage.gateway.origin + path);
    return page;
  };
  const withTasks = async (options: BrowserContextOptions, path = '/'): Promise<Page> => {
    const account = stage.account('Call grandma', 'Buy milk', 'Book dentist');
    const page = await stage.open(account, { ...options, path });
    if (path === '/') await expectNames(page, ['Book dentist', 'Buy milk', 'Call grandma']);
    return page;
  };

  /** Some states of the page; `support/states` has all, at the usual widths. */
  const states: Record<string, (options: BrowserContextOptions) => Promise<Page>> = {
    'sign up with a suggestion': async (options) => {
      const page = await visit(options, '/sign-up');
      await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
      await page.locator('.suggestion').waitFor();
      return page;
    },
    'list with a done and an unsaved row, and the banner': async (options) => {
      const page = await withTasks(options);
      await page.getByRole('checkbox', { name: 'Buy milk' }).click();
      await page.getByRole('button', { name: 'Done 1' }).click();
      await page.locator('.done .task').waitFor();
      await page.context().setOffline(true);
      await page.locator('#new-task').fill('Not sent');
      await page.keyboard.press('Enter');
      await page.getByText('kept here').waitFor();
      return page;
    },
    settings: async (options) => {
      const page = await withTasks(options, '/settings');
      await page.getByText('This device').waitFor();
      return page;
    },
  };

  it.each(Object.keys(states))('keeps "%s" within 320 px and at 200 %% zoom', async (state) => {
    const page = await states[state]?.({
      viewport: { width: 320, height: 640 },
      forcedColors: 'active',
      reducedMotion: 'reduce',
    });
    if (page === undefined) throw new Error(`No state ${state}`);
    expect(await violations(page)).toEqual([]);
    // 200 % zoom halves a window of 1280 px in CSS pixels.
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 400 },
    ]) {
      await page.setViewportSize(viewport);
      const beyond = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return Math.max(0, scrollWidth - clientWidth);
      });
      expect([viewport.width, beyond]).toEqual([viewport.width, 0]);
    }
  });

  it('has inputs of 16 px, so that phones do not zoom', async () => {
    const page = await withTasks({ viewport: { width: 390, height: 800 } });
    const sizes = (): Promise<number[]> =>
      page.evaluate(() =>
        Array.from(document.querySelectorAll('input:not([type=checkbox])'), (input) =>
          parseFloat(getComputedStyle(input).fontSize),
        ),
      );
    for (const size of await sizes()) expect(size).toBeGreaterThanOrEqual(16);
    expect(await page.locator('#new-task').getAttribute('enterkeyhint')).toBe('done');
    await page.goto(`${stage.gateway.origin}/settings`);
    await page.getByText('This device').waitFor();
    for (const size of await sizes()) expect(size).toBeGreaterThanOrEqual(16);
  });

  it('gives names their own direction and the list its elements', async () => {
    const page = await withTasks({});
    expect(await page.getByRole('list', { name: 'Tasks' }).getByRole('listitem').count()).toBe(3);
    expect(await page.locator('.name').first().getAttribute('dir')).toBe('auto');
  });

  it('announces what was added', async () => {
    const page = await withTasks({});
    await page.locator('#new-task').fill('Spoken');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Added: Spoken' }).waitFor({ state: 'attached' });
  });

  it('moves nothing when less motion is wanted', async () => {
    const page = await withTasks({ reducedMotion: 'reduce' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    const notice = page.locator('.notice');
    await notice.waitFor();
    expect(await notice.evaluate((element) => getComputedStyle(element).animationDuration)).toBe('0.001s');
  });
});
