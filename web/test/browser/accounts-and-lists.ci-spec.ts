import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, logIn, watchFor } from '../support/browser.js';
import { RealAccount } from '../support/real-account.js';
import { RealGateway } from '../support/real-gateway.js';

/** An answer that a test holds back. */
interface Held {
  /** Resolves when the server has executed the request. */
  readonly arrived: Promise<void>;
  readonly release: () => void;
}

// An answer to the first account is held back until the second account has the tab.
describeInBrowser('lists of two accounts in one tab', () => {
  const stage = BrowserStage.use();
  const gateway = new RealGateway();

  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  /** A page and another tab beside it, both with the lists of the first account; and the second account. */
  const open = async (): Promise<{ mine: RealAccount; theirs: RealAccount; page: Page; other: Page }> => {
    const [mine, theirs] = [await RealAccount.create(gateway.origin), await RealAccount.create(gateway.origin)];
    await theirs.addList('Theirs');
    const context = await stage.context();
    await mine.logIn(context);
    const [page, other] = [await context.newPage(), await context.newPage()];
    for (const tab of [page, other]) {
      await tab.goto(`${gateway.origin}/all`);
      await tab.locator('.list-entry').first().waitFor();
    }
    return { mine, theirs, page, other };
  };
  /** Holds back the answer to the next request of the page with that method and beginning of the path. */
  const hold = async (page: Page, method: string, path: string): Promise<Held> => {
    let onArrived = (): void => undefined;
    let release = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (onArrived = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(`**/api/v1${path}`, async (route) => {
      if (route.request().method() !== method) {
        await route.fallback();
        return;
      }
      const response = await route.fetch();
      onArrived();
      await released;
      // The page may have given up on it.
      await route.fulfill({ response }).catch(() => undefined);
    });
    return { arrived, release };
  };
  const switchTo = async (account: RealAccount, page: Page, other: Page): Promise<void> => {
    await chooseOfAccount(other, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(other, account);
  };
  const addList = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name: 'New list' }).click();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
  };
  const expectLists = (page: Page, expected: readonly string[]): Promise<void> =>
    eventually(async () => {
      expect(await page.locator('.list-entry .side-name').allTextContents()).toEqual(expected);
    });

  it('shows no list of the account before', async () => {
    const { mine, theirs, page, other } = await open();
    const held = await hold(page, 'GET', '/lists?*');
    await mine.addList('Secret plan');
    await held.arrived;
    const isShown = await watchFor(page, 'Secret plan');
    await chooseOfAccount(other, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.unroute('**/api/v1/lists?*');
    await logIn(other, theirs);
    await expectLists(page, ['Inbox', 'Theirs']);
    held.release();
    await addList(page, 'Newer');
    await expectLists(page, ['Inbox', 'Theirs', 'Newer']);
    expect(await isShown()).toBe(false);
  });

  it('adds no list that the account before had just made', async () => {
    const { theirs, page, other } = await open();
    const held = await hold(page, 'POST', '/lists');
    await addList(page, 'Secret plan');
    await held.arrived;
    await page.unroute('**/api/v1/lists');
    await switchTo(theirs, page, other);
    await expectLists(page, ['Inbox', 'Theirs']);
    const isShown = await watchFor(page, 'Secret plan');
    held.release();
    await addList(page, 'Newer');
    await expectLists(page, ['Inbox', 'Theirs', 'Newer']);
    expect(await isShown()).toBe(false);
    await eventually(async () => {
      const { items } = await theirs.send<{ items: { name: string | null }[] }>('GET', '/lists');
      expect(items.map(({ name }) => name)).toEqual([null, 'Theirs', 'Newer']);
    });
  });

  it('neither joins as nor offers an invitation to the next account', async () => {
    const { theirs, page, other } = await open();
    const owner = await RealAccount.create(gateway.origin);
    const id = await owner.addList('Secret plan');
    const { secret } = await owner.send<{ secret: string }>('POST', `/lists/${id}/invitations`, { role: 'editor' });
    await page.goto(`${gateway.origin}/join#${secret}`);
    await page.getByRole('button', { name: 'Show the invitation' }).click();
    await page.getByLabel('Your name for the others').fill('Me');
    const held = await hold(page, 'POST', '/invitations/acceptance');
    await page.getByRole('button', { name: 'Join list' }).click();
    await held.arrived;
    await chooseOfAccount(other, 'Log out');
    await page.getByRole('heading', { name: 'This invitation doesn’t work' }).waitFor();
    const isShown = await watchFor(page, 'Secret plan');
    await logIn(other, theirs);
    await page.getByRole('button', { name: `Account ${theirs.username}` }).waitFor();
    held.release();
    await page.getByRole('link', { name: 'Back to tasks' }).click();
    await expectLists(page, ['Inbox', 'Theirs']);
    expect(await isShown()).toBe(false);
    expect(await page.evaluate(() => sessionStorage.getItem('tasks-invitation'))).toBeNull();
  });

  it('shows nothing of the last account after a failed start and another log-in', async () => {
    const { mine, theirs, page, other } = await open();
    await mine.addList('Secret plan');
    await page.route('**/api/v1/session', (route) => route.abort(), { times: 1 });
    await page.reload();
    await page.getByRole('heading', { name: 'Tasks can’t be reached' }).waitFor();
    const isShown = await watchFor(page, 'Secret plan');
    await chooseOfAccount(other, 'Log out');
    await other.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(other, theirs);
    await expectLists(page, ['Inbox', 'Theirs']);
    expect(await isShown()).toBe(false);
  });

  it('goes on sharing after the session ended elsewhere and the same account logged in', async () => {
    const { mine, page, other } = await open();
    await other.close();
    await page.locator('.list-entry').first().hover();
    await page.getByRole('button', { name: 'Actions for “Inbox”' }).click();
    await page.getByRole('menuitem', { name: 'Share' }).click();
    await page.locator('.members li').first().waitFor();
    await mine.send('DELETE', '/session');
    const expired = page.getByRole('dialog', { name: 'Log in to continue' });
    await expired.getByLabel('Password', { exact: true }).fill(mine.password);
    await page.keyboard.press('Enter');
    await expired.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByLabel('Invitation link').waitFor();
  });
});
