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

  it('opens the details of a task by its name, and Back closes them', async () => {
    const page = await stage.open(stage.account('Book dentist'));
    await page.locator('.name').click();
    await page.waitForURL(/\/lists\/[0-9a-f]{32}\/tasks\/[0-9a-f]{24}$/);
    await page.goBack();
    await page.waitForURL(/\/lists\/[0-9a-f]{32}$/);
    await expectNames(page, ['Book dentist']);
  });

  it('renames a task', async () => {
    const account = stage.account('Boook dentist');
    const page = await stage.open(account);
    await page.getByRole('checkbox').focus();
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: 'Rename' }).fill('Book dentist');
    await page.keyboard.press('Enter');
    await expectNames(page, ['Book dentist']);
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Book dentist']);
    });
  });

  it('deletes a task, and restores it with Undo before the request is sent', async () => {
    const account = stage.account('One', 'Two');
    const page = await stage.open(account);
    await page.locator('.task').first().hover();
    await page.getByRole('button', { name: 'Actions for “Two”' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expectNames(page, ['One']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectNames(page, ['Two', 'One']);
    expect(stage.gateway.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
  });

  it('searches all lists in the address, and Back works', async () => {
    const account = stage.account('Buy milk', 'Buy bread', 'Call grandma');
    stage.gateway.store.addList(account, 'Work', 'Bread for the team');
    const page = await stage.open(account);
    await expectNames(page, ['Call grandma', 'Buy bread', 'Buy milk']);
    await page.getByRole('searchbox', { name: 'Search' }).fill('bread');
    await expectNames(page, ['Bread for the team', 'Buy bread']);
    expect(new URL(page.url()).search).toBe('?q=bread');
    await page.goBack();
    await expectNames(page, ['Call grandma', 'Buy bread', 'Buy milk']);
  });

  it('starts with Today if something is due', async () => {
    const account = stage.account('Some day', 'Today');
    for (const task of account.tasks.values()) if (task.name === 'Today') task.dueOn = '2020-01-01';
    const page = await stage.open(account);
    await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
    await expectNames(page, ['Today']);
    expect(new URL(page.url()).pathname).toBe('/today');
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

  it('agrees with another tab at once', async () => {
    const { context } = await stage.loggedIn(stage.account('Shared'));
    const [one, two] = [await context.newPage(), await context.newPage()];
    await one.goto(stage.gateway.origin);
    await two.goto(stage.gateway.origin);
    await expectNames(one, ['Shared']);
    await two.locator('#new-task').fill('From the other tab');
    await two.keyboard.press('Enter');
    await expectNames(one, ['From the other tab', 'Shared']);
  });

  it('shows a name with markup as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = await stage.open(stage.account(name));
    await expectNames(page, [name]);
    expect(await page.locator('main img').count()).toBe(0);
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
