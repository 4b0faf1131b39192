import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames } from '../support/browser.js';

describeInBrowser('a list of tasks, in short', () => {
  const stage = BrowserStage.use();

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
});
