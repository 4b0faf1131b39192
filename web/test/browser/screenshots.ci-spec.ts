import { mkdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount } from '../support/browser.js';

/** `SCREENSHOTS=1 npm run jest -- web/test/browser/screenshots` renews the committed pictures. */
const FOLDER = new URL(
  process.env['SCREENSHOTS'] === '1' ? '../../../docs/images/' : '../../../.cache/images/',
  import.meta.url,
);

const TASKS = [
  'Renew the passport before the trip to Japan',
  'Book dentist',
  'Water the plants',
  'Read “The Design of Everyday Things”, chapters 3 and 4',
  'Pay the electricity bill',
  'Call grandma',
  'Buy milk, eggs and coffee',
  'Review Jonas’ pull request',
  'Plan the team offsite',
];

describeInBrowser('screenshots', () => {
  const stage = BrowserStage.use();

  const save = async (page: Page, name: string): Promise<void> => {
    await mkdir(FOLDER, { recursive: true });
    await page.evaluate(() => document.fonts.ready);
    const picture = await page.screenshot({ path: new URL(`${name}.png`, FOLDER).pathname, animations: 'disabled' });
    expect(picture.length).toBeLessThan(120_000);
  };
  const tasks = async (options: object): Promise<Page> => {
    const account = stage.gateway.store.addAccount(
      `maria.keller${String(stage.gateway.store.accounts.size)}`,
      'correct horse battery',
    );
    account.username = 'maria.keller';
    const day = 86_400_000;
    stage.gateway.store.addTasks(account, TASKS, (place) => ({ done: place === 1 || place === 4 }));
    // Fixed dates within the year, so that the pictures do not change every day.
    const newest = Date.UTC(new Date().getUTCFullYear(), 0, 20);
    [...account.tasks.values()].forEach((task, place) => {
      task.createdOn = new Date(newest - (TASKS.length - place) * day).toISOString();
    });
    const page = await stage.open(account, options);
    await page.getByText('Plan the team offsite').waitFor();
    return page;
  };

  it.each([
    ['tasks-light', { colorScheme: 'light', viewport: { width: 860, height: 700 } }],
    ['tasks-dark', { colorScheme: 'dark', viewport: { width: 860, height: 700 } }],
    ['tasks-phone', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }],
  ])('%s', async (name, options) => {
    await save(await tasks(options), name);
  });

  it('sign-up', async () => {
    const page = await (await stage.context({ viewport: { width: 860, height: 760 } })).newPage();
    await page.goto(`${stage.gateway.origin}/sign-up`);
    await page.getByLabel('User name').fill('maria.keller');
    await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
    await page.locator('output.secret').evaluate((output) => {
      output.textContent = 'orbit-velvet-canyon-lunar-tiger-maple';
    });
    await save(page, 'sign-up');
  });

  it('settings', async () => {
    const page = await tasks({ viewport: { width: 860, height: 900 } });
    await chooseOfAccount(page, 'Settings');
    await page.getByText('This device').waitFor();
    await save(page, 'settings');
  });
});
