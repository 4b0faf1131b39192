import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfList, eventually, linkOfList } from '../support/browser.js';
import { RealAccount } from '../support/real-account.js';
import { RealGateway } from '../support/real-gateway.js';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true } as const;

describeInBrowser('lists of the account', () => {
  const stage = BrowserStage.use();
  const gateway = new RealGateway();

  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const open = async (
    account: RealAccount,
    { path, ...options }: BrowserContextOptions & { path?: string } = {},
  ): Promise<Page> => account.open(await stage.context(options), path);
  const names = (page: Page): Promise<string[]> => page.locator('.list-entry .side-name').allTextContents();
  const expectLists = (page: Page, expected: readonly string[]): Promise<void> =>
    eventually(async () => {
      expect(await names(page)).toEqual(expected);
    });

  it('adds a list where it stands, and opens it', async () => {
    const account = await RealAccount.create(gateway.origin);
    const page = await open(account);
    await expectLists(page, ['Inbox']);
    await page.getByRole('button', { name: 'New list' }).click();
    await page.keyboard.type('Groceries');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/lists\/[0-9a-f]{32}$/);
    await expectLists(page, ['Inbox', 'Groceries']);
    expect(await linkOfList(page, 'Groceries').getAttribute('aria-current')).toBe('page');
    await page.reload();
    await expectLists(page, ['Inbox', 'Groceries']);
    await page.getByRole('button', { name: 'New list' }).click();
    await page.keyboard.press('Escape');
    await page.locator('#new-list:focus').waitFor();
    await expectLists(page, ['Inbox', 'Groceries']);
  });

  it('renames by F2 and by the menu, and keeps the focus', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Home');
    const page = await open(account);
    await linkOfList(page, 'Home').focus();
    await page.keyboard.press('F2');
    await page.keyboard.type('House');
    await page.keyboard.press('Enter');
    await page.locator('.side-link:focus', { hasText: 'House' }).waitFor();
    await chooseOfList(page, 'House', 'Rename');
    await page.keyboard.type('Gone again');
    await page.keyboard.press('Escape');
    await page.locator('.side-link:focus', { hasText: 'House' }).waitFor();
    await chooseOfList(page, 'Inbox', 'Rename');
    await page.keyboard.type('Mine');
    const stored = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.keyboard.press('Enter');
    await stored;
    await page.reload();
    await expectLists(page, ['Mine', 'House']);
  });

  it('moves lists by keys, menu and mouse', async () => {
    const account = await RealAccount.create(gateway.origin);
    for (const name of ['One', 'Two', 'Three']) await account.addList(name);
    const page = await open(account);
    await expectLists(page, ['Inbox', 'One', 'Two', 'Three']);
    await linkOfList(page, 'Three').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expectLists(page, ['Inbox', 'One', 'Three', 'Two']);
    await page.locator('.side-link:focus', { hasText: 'Three' }).waitFor();
    await page.getByText('“Three” is now 3 of 4').waitFor({ state: 'attached' });
    await chooseOfList(page, 'One', 'Move down');
    await expectLists(page, ['Inbox', 'Three', 'One', 'Two']);
    await linkOfList(page, 'Two').hover();
    await page.mouse.down();
    const top = await linkOfList(page, 'Inbox').boundingBox();
    if (top === null) throw new Error('The first list is shown');
    await page.mouse.move(top.x + 20, top.y + 2, { steps: 4 });
    await page.locator('.drop-above').waitFor();
    await page.mouse.up();
    await expectLists(page, ['Two', 'Inbox', 'Three', 'One']);
    expect(new URL(page.url()).pathname).toBe('/all');
    await page.reload();
    await expectLists(page, ['Two', 'Inbox', 'Three', 'One']);
  });

  it('deletes a list, and brings it back with its tasks', async () => {
    const account = await RealAccount.create(gateway.origin);
    const id = await account.addList('Trip', 'Book hotel');
    const page = await open(account, { path: `/lists/${id}` });
    await chooseOfList(page, 'Trip', 'Delete list');
    await expectLists(page, ['Inbox']);
    await page.waitForURL((url) => !url.pathname.includes(id));
    expect(await page.getByText('You no longer have').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectLists(page, ['Inbox', 'Trip']);
    await eventually(async () => {
      expect(await account.send('GET', `/lists/${id}/tasks`)).toMatchObject({ items: [{ name: 'Book hotel' }] });
    });
    await linkOfList(page, 'Inbox').hover();
    await page.getByRole('button', { name: 'Actions for “Inbox”' }).click();
    expect(await page.getByRole('menuitem', { name: 'Delete list' }).count()).toBe(0);
  });

  it('colors a list', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Garden');
    const page = await open(account);
    await chooseOfList(page, 'Garden', 'Color');
    await page.getByRole('dialog').getByRole('radio', { name: 'Green' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.list-entry .list-dot.green').waitFor();
    await page.reload();
    await page.locator('.list-entry .list-dot.green').waitFor();
  });

  it('counts open tasks, and those due today with overdue ones', async () => {
    const account = await RealAccount.create(gateway.origin);
    const id = await account.addList('Work', 'Later');
    const page = await open(account);
    await linkOfList(page, 'Work').getByText('1').waitFor();
    await account.send('POST', `/lists/${id}/tasks`, { name: 'Late', dueOn: '2020-01-01' });
    const today = page.locator('.side-link', { hasText: 'Today' });
    await today.locator('.count.is-late', { hasText: '1' }).waitFor();
    await linkOfList(page, 'Work').getByText('2').waitFor();
  });

  it('moves in the menu by keys and returns the focus', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Home');
    const page = await open(account);
    const button = page.getByRole('button', { name: 'Actions for “Home”' });
    const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.textContent ?? null);
    await button.focus();
    await page.keyboard.press('ArrowDown');
    // The menu is a part of its own, loaded when it first opens.
    await page.locator(':focus', { hasText: 'Rename' }).waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('Delete list');
    await page.keyboard.press('Home');
    await page.keyboard.press('e');
    expect(await focused()).toBe('Export');
    await page.keyboard.press('Escape');
    await button.and(page.locator('[aria-expanded=false]:focus')).waitFor();
  });

  it('opens as a drawer on a phone: Esc, Back and a link close it', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Home');
    const page = await open(account, PHONE);
    const button = page.getByRole('button', { name: 'Lists', exact: true });
    const drawer = page.getByRole('dialog', { name: 'Lists' });
    await button.click();
    await drawer.waitFor();
    for (let step = 0; step < 24; step++) {
      await page.keyboard.press('Tab');
      // The browser's own controls are after the last element.
      const isInside = await drawer.evaluate(
        (element) => element.contains(document.activeElement) || document.activeElement === document.body,
      );
      expect(isInside).toBe(true);
    }
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await button.and(page.locator(':focus')).waitFor();
    await button.click();
    await drawer.waitFor();
    await page.goBack();
    await drawer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/all');
    await button.click();
    await linkOfList(page, 'Home').click();
    await drawer.waitFor({ state: 'detached' });
    await page.waitForURL(/\/lists\//);
    await page.goBack();
    await page.waitForURL(/\/all$/);
    await drawer.waitFor({ state: 'detached' });
  });

  it('imports a file after a report of what it would add', async () => {
    const account = await RealAccount.create(gateway.origin);
    const id = await account.addList('Errands');
    const page = await open(account);
    const file = {
      name: 'todoist.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('TYPE,CONTENT\ntask,Buy milk\ntask,\ntask,Call Ann\n'),
    };
    const stored = async (): Promise<number> =>
      (await account.send<{ items: object[] }>('GET', `/lists/${id}/tasks`)).items.length;
    await chooseOfList(page, 'Errands', 'Import');
    await page.getByLabel('File').setInputFiles(file);
    await page.getByText('2 tasks will be added.').waitFor();
    await page.getByText('1 line can’t be imported').click();
    await page.getByText('Line 3: the task has no name').waitFor();
    expect(await stored()).toBe(0);
    await page.getByRole('button', { name: 'Import 2 tasks' }).click();
    await page.getByText('2 tasks imported.').waitFor();
    expect(await stored()).toBe(2);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await chooseOfList(page, 'Errands', 'Import');
    await page.getByLabel('File').setInputFiles(file);
    await page.getByText('There is nothing to import. 2 are there already.').waitFor();
  });

  it('exports a list as a file with its name', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Trip: 2027', 'Book hotel');
    const page = await open(account);
    for (const [format, text] of [
      ['md', '- [ ] Book hotel'],
      ['json', '"complete":true'],
    ] as const) {
      await chooseOfList(page, 'Trip: 2027', 'Export');
      await page.getByLabel('Format').selectOption(format);
      const downloading = page.waitForEvent('download');
      await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(`Trip 2027.${format}`);
      expect(await readFile(await download.path(), 'utf8')).toContain(text);
    }
  });

  it('says so when the shown list was lost, and goes to the first', async () => {
    const [owner, member] = [await RealAccount.create(gateway.origin), await RealAccount.create(gateway.origin)];
    const id = await owner.addList('Shared plan', 'Theirs');
    await owner.share(id, member, 'editor');
    const page = await open(member, { path: `/lists/${id}` });
    await linkOfList(page, 'Shared plan').waitFor();
    const { items } = await owner.send<{ items: { id: string; isSelf: boolean }[] }>('GET', `/lists/${id}/members`);
    const other = items.find(({ isSelf }) => !isSelf);
    await owner.send('DELETE', `/lists/${id}/members/${String(other?.id)}`);
    await page.getByText('You no longer have the list “Shared plan”.').waitFor();
    await expectLists(page, ['Inbox']);
    expect(await linkOfList(page, 'Inbox').getAttribute('aria-current')).toBe('page');
    await eventually(async () => {
      expect(await page.locator('main').textContent()).not.toContain('Theirs');
    });
  });
});
