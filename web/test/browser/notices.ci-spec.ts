import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually } from '../support/browser.js';
import { pathOfScript } from '../support/page-files.js';

describeInBrowser('messages', () => {
  const stage = BrowserStage.use();
  const NAMES = Array.from({ length: 60 }, (_, place) => `Task ${String(place + 1)}`);

  it('shows one at a time, whose undo is that of the latest change', async () => {
    const page = await stage.open(stage.account('One', 'Two', 'Three'), { path: '/all' });
    for (const name of ['One', 'Two']) {
      await page.getByRole('checkbox', { name }).focus();
      await page.keyboard.press('Delete');
      await page.locator('.notice', { hasText: name }).waitFor();
    }
    expect(await page.locator('.notice').count()).toBe(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('checkbox', { name: 'Two' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'One' }).count()).toBe(0);
  });

  it('shows those that came while its part could not be loaded', async () => {
    const { context } = await stage.loggedIn(stage.account('One', 'Two'));
    const page = await context.newPage();
    const part = `**${pathOfScript('notice-action')}`;
    await page.route(part, (route) => route.abort());
    const failed = page.waitForEvent('requestfailed');
    await page.goto(`${stage.gateway.origin}/all`);
    await failed;
    await page.getByRole('checkbox', { name: 'One' }).focus();
    await page.keyboard.press('Delete');
    await page.unroute(part);
    await eventually(async () => {
      await page.evaluate(() => dispatchEvent(new Event('online')));
      expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(1);
    });
  });

  it('never covers the row that has the focus', async () => {
    const page = await stage.open(stage.account(...NAMES), { path: '/all' });
    await page.getByRole('checkbox', { name: 'Task 60' }).focus();
    const apart = (): Promise<boolean> =>
      page.evaluate(() => {
        const notice = document.querySelector('.notice')?.getBoundingClientRect();
        const row = document.activeElement?.closest('.task')?.getBoundingClientRect();
        return notice !== undefined && row !== undefined && (row.bottom <= notice.top || row.top >= notice.bottom);
      });
    await page.keyboard.press('Delete');
    await page.locator('.notice').hover();
    const { height } = page.viewportSize() ?? { height: 0 };
    // Down to the foot of the window, where the message is, and beyond.
    let reached = 0;
    await page.getByRole('checkbox', { name: 'Task 59' }).focus();
    for (let step = 0; step < 25; step++) {
      await page.keyboard.press('ArrowDown');
      await eventually(async () => {
        expect(await apart()).toBe(true);
      });
      const bottom = await page.evaluate(
        () => document.activeElement?.closest('.task')?.getBoundingClientRect().bottom ?? 0,
      );
      reached = Math.max(reached, bottom);
    }
    expect(reached).toBeGreaterThan(height - 100);
  });
});
