import { mkdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames } from '../support/browser.js';
import { pathOfScript } from '../support/page-files.js';
import { paste as pasteText } from '../support/scene.js';
import type { StoredAccount } from '../support/stand-in-store.js';

const PICTURES = new URL('../../../.cache/images/', import.meta.url);
describeInBrowser('pasting many lines', () => {
  const stage = BrowserStage.use();

  const linesOf = (count: number): string[] => Array.from({ length: count }, (_, place) => `Line ${String(place + 1)}`);
  const paste = async (page: Page, lines: readonly string[]): Promise<void> => {
    await page.locator('#new-task').evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, lines.join('\n'));
    await page.getByRole('button', { name: `Add ${String(lines.length)} tasks` }).click();
  };
  const shownAsStored = (page: Page): Promise<number> =>
    page.evaluate(() => Number.parseInt(document.querySelector('.progress')?.textContent ?? '0'));
  /** Waits until every line is stored once, and checks their order: the first on top. */
  const expectStored = async (account: StoredAccount, lines: readonly string[]): Promise<void> => {
    await eventually(() => {
      expect(account.tasks.size).toBe(lines.length);
    }, 20_000);
    const stored = [...account.tasks.values()]
      .sort((a, b) => (a.createdOn === b.createdOn ? (a.id < b.id ? 1 : -1) : a.createdOn < b.createdOn ? 1 : -1))
      .map(({ name }) => name);
    expect(stored).toEqual(lines);
  };

  it.each([
    ['wide and light', { viewport: { width: 860, height: 500 }, colorScheme: 'light' }],
    ['narrow and dark', { viewport: { width: 390, height: 640 }, colorScheme: 'dark' }],
  ] as const)('shows all at once and how many are stored, %s', async (name, options) => {
    const account = stage.account();
    const page = await stage.open(account, options);
    const lines = linesOf(140);
    const held = stage.gateway.answers.hold('POST /batch');
    const before = stage.gateway.requests.length;
    await paste(page, lines);
    await held.arrived;
    await page.getByText('0 of 140 stored').waitFor();
    expect(await page.locator('.task').first().getAttribute('aria-setsize')).toBe('140');
    const batches = (): string[] => stage.gateway.requests.slice(before).filter((request) => request === 'POST /batch');
    expect(batches()).toHaveLength(1);
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: new URL(`paste-${name.replaceAll(' ', '-')}.png`, PICTURES).pathname });
    held.release();
    await page.locator('.progress').waitFor({ state: 'detached' });
    await page.getByRole('status').getByText('140 of 140 stored').waitFor({ state: 'attached' });
    await expectStored(account, lines);
    expect(batches()).toHaveLength(2);
  });

  it.each([
    ['Add 2 tasks', ['Buy milk', 'Eggs'], 'Call Ann'],
    ['Add as one task', [], 'Buy milk Eggs Call Ann'],
  ])('keeps what is typed while a paste is read: "%s"', async (button, names, draft) => {
    const page = await stage.open(stage.account());
    await page.locator('#new-task').fill('Buy ');
    // In one go: the paste can't have been read by then.
    await page.locator('#new-task').evaluate((field: HTMLInputElement) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'milk\nEggs');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      field.value += 'Call Ann';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await page.getByRole('button', { name: button }).click();
    await expectNames(page, names);
    expect(await page.locator('#new-task').inputValue()).toBe(draft);
  });

  it('appends the text alone where the field was edited since, and keeps a paste that waits', async () => {
    const page = await stage.open(stage.account());
    const field = page.locator('#new-task');
    const offer = page.getByRole('button', { name: 'Add as one task' });
    await field.fill('Buy ');
    await pasteText(page, 'milk\nEggs');
    await offer.waitFor();
    await field.fill('Get ');
    // A single task, which needs no decision; the focus is elsewhere when it is read.
    await pasteText(page, 'bread\n---');
    await page.locator('#search').focus();
    await eventually(async () => {
      expect(await field.inputValue()).toBe('Get bread ---');
    });
    await page.locator('#search:focus').waitFor();
    await offer.click();
    await eventually(async () => {
      expect(await field.inputValue()).toBe('Get bread --- milk Eggs');
    });
    await page.locator('#new-task:focus').waitFor();
  });

  it('says that all is stored although its part is loaded only then', async () => {
    const account = stage.account();
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(`**${pathOfScript('class:"progress"')}`, async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(stage.gateway.origin);
    await paste(page, linesOf(30));
    await expectStored(account, linesOf(30));
    await page.locator('.unsaved').first().waitFor({ state: 'detached' });
    release();
    await page.getByRole('status').getByText('30 of 30 stored').waitFor({ state: 'attached' });
  });

  it('asks before it closes, loses nothing that was shown as stored, and sends the rest later', async () => {
    const account = stage.account();
    const page = await stage.open(account);
    const lines = linesOf(400);
    await page.getByText('Nothing to do yet').waitFor();
    stage.gateway.delayMs = 400;
    await paste(page, lines);
    await eventually(async () => {
      expect(await shownAsStored(page)).toBeGreaterThan(20);
    });
    // The last ones stay unsaved while it asks, however slow this machine is.
    stage.gateway.delayMs = 5_000;
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    stage.gateway.delayMs = 400;
    const shown = await shownAsStored(page);
    expect(account.tasks.size).toBeGreaterThanOrEqual(shown);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    expect(shown).toBeLessThan(400);
    await page.getByText(/\d+ of \d+ stored/).waitFor();
    stage.gateway.delayMs = 0;
    await expectStored(account, lines);
    await page.locator('.unsaved').first().waitFor({ state: 'detached' });
    await eventually(async () => {
      expect(await page.evaluate(() => sessionStorage.getItem('tasks-unsaved'))).toBeNull();
    });
  });

  it('waits as long as the server asks for, then goes on in order', async () => {
    const account = stage.account();
    const page = await stage.open(account);
    await page.getByText('Nothing to do yet').waitFor();
    const effect = { status: 429, type: 'too-many-requests', retryAfter: 1 };
    stage.gateway.faults.push({ method: 'POST', path: '/batch', times: 1, effect });
    const before = stage.gateway.requests.length;
    await paste(page, linesOf(120));
    await page.getByText(/Trying again in [12] s/).waitFor();
    expect(account.tasks.size).toBe(0);
    await expectStored(account, linesOf(120));
    const batches = stage.gateway.requests.slice(before).filter((request) => request === 'POST /batch');
    expect(batches).toHaveLength(3);
  });

  it('keeps what was typed before, adds by Enter, and takes all back at once', async () => {
    const account = stage.account('Old');
    const page = await stage.open(account);
    await expectNames(page, ['Old']);
    await page.locator('#new-task').fill('Buy ');
    await page.locator('#new-task').evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'milk\neggs');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await page.getByRole('button', { name: 'Add 2 tasks' }).waitFor();
    await page.keyboard.press('Enter');
    await expectNames(page, ['Buy milk', 'eggs', 'Old']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectNames(page, ['Old']);
    await eventually(() => {
      expect(account.tasks.size).toBe(1);
    });
  });
});
