import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import {
  agreementMs,
  BrowserStage,
  chooseOfAccount,
  eventually,
  expectNames,
  names,
  PASSWORD,
  POLLING_MS,
} from '../support/browser.js';
import { RealGateway } from '../support/real-gateway.js';

// The main flows against the services themselves, so that the stand-in of the other tests cannot drift away from them.
describeInBrowser('the page on the real gateway and the Tasks service', () => {
  const stage = BrowserStage.use();
  const gateway = new RealGateway();
  let users = 0;

  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const signUp = async (context: BrowserContext): Promise<{ page: Page; username: string; code: string }> => {
    const username = `person${String(++users)}`;
    const page = await context.newPage();
    await page.goto(`${gateway.origin}/sign-up`);
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create an account' }).click();
    const code = (await page.locator('.secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByText('Nothing to do yet').waitFor();
    return { page, username, code };
  };
  const logIn = async (page: Page, username: string, password: string): Promise<void> => {
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const add = async (page: Page, ...names: string[]): Promise<void> => {
    for (const name of names) {
      await page.locator('#new-task').fill(name);
      await page.keyboard.press('Enter');
    }
    await page.locator('.unsaved').first().waitFor({ state: 'detached' });
  };

  it('signs up, adds ten tasks, and finds them after closing the tab', async () => {
    const context = await stage.context();
    const { page } = await signUp(context);
    const wanted = Array.from({ length: 10 }, (_, place) => `Task ${String(place + 1)}`);
    await add(page, ...wanted);
    await page.close();
    const later = await context.newPage();
    await later.goto(gateway.origin);
    await expectNames(later, wanted.toReversed());
    expect(await later.locator('.task').first().getAttribute('aria-setsize')).toBe('10');
  });

  it('ticks, renames, deletes, undoes, clears and counts', async () => {
    const { page } = await signUp(await stage.context());
    await add(page, 'One', 'Two', 'Three');
    await page.getByRole('checkbox', { name: 'One' }).click();
    await page.getByRole('button', { name: 'Done 1' }).waitFor();
    await expectNames(page, ['Three', 'Two']);
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('F2');
    await page.keyboard.type(' and a half');
    await page.keyboard.press('Enter');
    await page.locator('.check:focus').waitFor();
    await page.keyboard.press('Delete');
    await expectNames(page, ['Three']);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('checkbox', { name: 'Three' }).focus();
    await page.keyboard.press('Control+z');
    await expectNames(page, ['Three', 'Two and a half']);
    await page.getByRole('button', { name: 'Done 1' }).click();
    await expectNames(page, ['Three', 'Two and a half', 'One']);
    await page.getByRole('button', { name: 'Clear done' }).click();
    await expectNames(page, ['Three', 'Two and a half']);
    await page.reload();
    await expectNames(page, ['Three', 'Two and a half']);
  });

  it('pastes hundreds of lines, moves one and keeps the order', async () => {
    const { page } = await signUp(await stage.context());
    const lines = Array.from({ length: 250 }, (_, place) => `Line ${String(place + 1)}`);
    await page.locator('#new-task').evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, lines.join('\n'));
    await page.getByRole('button', { name: 'Add 250 tasks' }).click();
    await page.getByRole('status').getByText('250 of 250 stored').waitFor({ state: 'attached' });
    await page.getByRole('checkbox', { name: 'Line 3', exact: true }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    const top = ['Line 1', 'Line 3', 'Line 2', 'Line 4'];
    const shown = async (): Promise<string[]> => (await names(page)).slice(0, 4);
    await eventually(async () => {
      expect(await shown()).toEqual(top);
    });
    await page.locator('.unsaved').first().waitFor({ state: 'detached' });
    await page.reload();
    await eventually(async () => {
      expect(await shown()).toEqual(top);
    });
  });

  it('searches open and done tasks by the address', async () => {
    const { page } = await signUp(await stage.context());
    await add(page, 'Buy MILK', 'Buy bread');
    await page.getByRole('checkbox', { name: 'Buy bread' }).click();
    await page.getByRole('button', { name: 'Done 1' }).waitFor();
    await page.goto(`${gateway.origin}/?q=milk+buy`);
    await expectNames(page, ['Buy MILK']);
    await page.goto(`${gateway.origin}/?q=bread`);
    await expectNames(page, ['Buy bread']);
    await page.goto(`${gateway.origin}/?q=eggs`);
    await page.getByText('No matching tasks').waitFor();
  });

  it('agrees between two browsers long before it would look by itself', async () => {
    const { page: one, username } = await signUp(await stage.context());
    const two = await (await stage.context()).newPage();
    await two.goto(`${gateway.origin}/login`);
    await logIn(two, username, PASSWORD);
    await two.getByText('Nothing to do yet').waitFor();
    // The stream of the second browser is open once it received an event.
    await add(one, 'First');
    await expectNames(two, ['First']);
    expect(await agreementMs(one, two, 'First')).toBeLessThan(POLLING_MS / 3);
  });

  it('rejects what the real rules reject, in the words of the page', async () => {
    const { username: taken } = await signUp(await stage.context());
    const page = await (await stage.context()).newPage();
    await page.goto(`${gateway.origin}/sign-up`);
    const attempt = async (username: string, password: string, text: string): Promise<void> => {
      await page.getByLabel('User name').fill(username);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Create an account' }).click();
      await page.getByText(text).waitFor();
    };
    await attempt('ab', PASSWORD, 'Use at least 3 characters.');
    await attempt('white space', PASSWORD, 'Use only letters, digits');
    await attempt('somebody', 'short', 'Use at least 15 characters.');
    await attempt('somebody', '123456789012345678', 'The password is a sequence');
    await attempt(taken, PASSWORD, 'This user name is taken.');
    await page.goto(`${gateway.origin}/login`);
    await logIn(page, 'nobody-here', PASSWORD);
    await page.getByText('That doesn’t match any account.').waitFor();
  });

  it('lists and ends sessions, and asks for the password where one was ended', async () => {
    const { page: one, username } = await signUp(await stage.context());
    const two = await (await stage.context()).newPage();
    await two.goto(`${gateway.origin}/login`);
    await logIn(two, username, PASSWORD);
    await add(two, 'Here');
    await chooseOfAccount(one, 'Settings');
    await one.getByText('This device').waitFor();
    await one.getByRole('button', { name: 'Log out all others' }).click();
    await one.getByText('All other sessions have ended.').waitFor();
    await two.getByRole('dialog', { name: 'Log in to continue' }).waitFor();
    await two.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await two.keyboard.press('Enter');
    await two.getByRole('dialog').waitFor({ state: 'detached' });
    await expectNames(two, ['Here']);
  });

  it('makes a token and exports the account', async () => {
    const { page, username } = await signUp(await stage.context());
    await add(page, 'Mine');
    await chooseOfAccount(page, 'Settings');
    await page.getByLabel('Name', { exact: true }).fill('script');
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = (await page.getByRole('dialog').locator('.secret').textContent()) ?? '';
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const listed = await fetch(`${gateway.origin}/api/v1/tasks`, { headers: { authorization: `Bearer ${token}` } });
    expect(await listed.json()).toMatchObject({ items: [{ name: 'Mine' }] });

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export my data' }).click();
    const exported = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as object;
    expect(exported).toMatchObject({ account: { username }, tasks: [{ name: 'Mine' }], complete: true });
  });

  it('changes the password, recovers and deletes the account', async () => {
    const { page, username, code } = await signUp(await stage.context());
    await add(page, 'Mine');
    await chooseOfAccount(page, 'Settings');
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill('another long passphrase');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed.').waitFor();

    const other = await (await stage.context()).newPage();
    await other.goto(`${gateway.origin}/recovery`);
    await other.getByLabel('User name').fill(username);
    await other.getByLabel('Recovery code').fill(code);
    await other.getByLabel('New password', { exact: true }).fill('a third long passphrase');
    await other.getByRole('button', { name: 'Set new password' }).click();
    await other.getByRole('button', { name: 'I have saved it' }).click();
    await expectNames(other, ['Mine']);

    await chooseOfAccount(other, 'Settings');
    await other.getByRole('button', { name: 'Delete my account' }).click();
    await other.getByRole('dialog').getByLabel('Password', { exact: true }).fill('a third long passphrase');
    await other.getByRole('button', { name: 'Delete everything' }).click();
    await other.getByText('Your account is deleted.').waitFor();
    await other.reload();
    await logIn(other, username, 'a third long passphrase');
    await other.getByText('That doesn’t match any account.').waitFor();
  });

  it('logs out here and in the other tab', async () => {
    const context = await stage.context();
    const { page } = await signUp(context);
    await add(page, 'Secret');
    const other = await context.newPage();
    await other.goto(gateway.origin);
    await expectNames(other, ['Secret']);
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await other.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await other.content()).not.toContain('Secret');
  });
});
