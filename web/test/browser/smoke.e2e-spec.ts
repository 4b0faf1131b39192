import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames, PASSWORD } from '../support/browser.js';

describeInBrowser('the page, in short', () => {
  const stage = BrowserStage.use();

  it('signs up with a suggested passphrase and shows the recovery code', async () => {
    const page = await (await stage.context()).newPage();
    await page.goto(stage.gateway.origin);
    await page.getByLabel('User name').fill('newcomer');
    await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
    await page.getByRole('button', { name: 'Use this one' }).click();
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('heading', { name: 'Save your recovery code' }).waitFor();
    const code = await page.locator('.secret').textContent();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByText('Nothing to do yet').waitFor();
    const account = stage.gateway.store.accounts.get('newcomer');
    expect(account?.recoveryCode).toBe(code);
    expect(account?.password).toMatch(/^([a-z]+-){5}[a-z]+$/);
  });

  it('logs in, adds ten tasks by keyboard alone, and finds them after a reload', async () => {
    const account = stage.account();
    const page = await (await stage.context()).newPage();
    await page.goto(`${stage.gateway.origin}/login`);
    await page.getByLabel('User name').fill(account.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('#new-task:focus').waitFor();
    const wanted = Array.from({ length: 10 }, (_, place) => `Task ${String(place + 1)}`);
    for (const name of wanted) {
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
    }
    await expectNames(page, wanted.toReversed());
    await eventually(() => {
      expect(account.tasks.size).toBe(10);
    });
    await page.reload();
    await expectNames(page, wanted.toReversed());
  });

  it('marks a task as done, which leaves after a moment, and open again', async () => {
    const account = stage.account('Water the plants', 'Read');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'Water the plants' }).click();
    await eventually(() => {
      expect([...account.tasks.values()].map(({ done }) => done)).toEqual([true, false]);
    });
    await expectNames(page, ['Read']);
    await page.getByRole('button', { name: 'Done 1' }).click();
    await expectNames(page, ['Read', 'Water the plants']);
    await page.getByRole('checkbox', { name: 'Water the plants' }).click();
    await expectNames(page, ['Read', 'Water the plants']);
    await page.getByRole('button', { name: 'Done' }).waitFor({ state: 'detached' });
  });

  it('keeps changes while offline and sends them in order when back', async () => {
    const account = stage.account('Old');
    const page = await stage.open(account);
    await expectNames(page, ['Old']);
    await page.context().setOffline(true);
    for (const name of ['First', 'Second']) {
      await page.locator('#new-task').fill(name);
      await page.keyboard.press('Enter');
    }
    await page.getByText('2 changes are kept here').waitFor();
    expect(account.tasks.size).toBe(1);
    await page.context().setOffline(false);
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Old', 'First', 'Second']);
    });
    await page.getByText('kept here').waitFor({ state: 'hidden' });
  });

  it('logs out and clears the tasks', async () => {
    const page = await stage.open(stage.account('Secret plan'));
    await expectNames(page, ['Secret plan']);
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.content()).not.toContain('Secret plan');
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });
});
