import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames } from '../support/browser.js';

// The behaviours of the TodoMVC specification (app-spec.md), as far as a page with a server has them: no "mark all as
// complete", and storage is the server.
describeInBrowser('TodoMVC', () => {
  const stage = BrowserStage.use();

  it('hides list and "clear done" when there are no tasks', async () => {
    const page = await stage.open(stage.account());
    await page.getByText('Nothing to do yet').waitFor();
    expect(await page.locator('#tasks').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Clear done' }).count()).toBe(0);
  });

  it('appends on Enter, trimmed, and empties the field', async () => {
    const page = await stage.open(stage.account());
    await page.locator('#new-task').fill('   Trim me   ');
    await page.keyboard.press('Enter');
    await expectNames(page, ['Trim me']);
    expect(await page.locator('#new-task').inputValue()).toBe('');
  });

  it('does not add an empty task', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await expectNames(page, ['One']);
    await page.locator('#new-task').fill('   ');
    await page.keyboard.press('Enter');
    await expectNames(page, ['One']);
    expect(account.tasks.size).toBe(1);
  });

  it('marks a completed task', async () => {
    const page = await stage.open(stage.account('One'));
    await page.getByRole('checkbox', { name: 'One' }).check();
    await page.locator('.task.is-done').waitFor();
    await page.getByRole('checkbox', { name: 'One' }).uncheck();
    await page.locator('.task:not(.is-done)').waitFor();
  });

  it('edits on double click, with the focus in the field and other controls hidden', async () => {
    const page = await stage.open(stage.account('One'));
    await page.locator('.name').dblclick();
    await page.locator('.rename:focus').waitFor();
    expect(await page.locator('.actions').count()).toBe(0);
  });

  it('saves an edit on blur', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await page.locator('.name').dblclick();
    await page.locator('.rename').fill(' Uno ');
    await page.locator('#new-task').click();
    await expectNames(page, ['Uno']);
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Uno']);
    });
  });

  it('saves an edit on Enter and discards it on Escape', async () => {
    const page = await stage.open(stage.account('One'));
    await page.locator('.name').dblclick();
    await page.locator('.rename').fill('Uno');
    await page.keyboard.press('Escape');
    await expectNames(page, ['One']);
    await page.locator('.name').dblclick();
    await page.locator('.rename').fill('Eins');
    await page.keyboard.press('Enter');
    await expectNames(page, ['Eins']);
  });

  it('removes a task that is edited to nothing', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await page.locator('.name').first().dblclick();
    await page.locator('.rename').fill('');
    await page.keyboard.press('Enter');
    await expectNames(page, ['One']);
  });

  it('counts open tasks', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await page.getByRole('link', { name: 'Open 2' }).waitFor();
    await page.getByRole('checkbox', { name: 'One' }).check();
    await page.getByRole('link', { name: 'Open 1' }).waitFor();
  });

  it('routes the filters, marks the current one, and keeps it over a reload', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await page.getByRole('checkbox', { name: 'One' }).check();
    await page.getByRole('link', { name: 'Done 1' }).click();
    await expectNames(page, ['One']);
    expect(await page.getByRole('link', { name: 'Done 1' }).getAttribute('aria-current')).toBe('page');
    await page.reload();
    await expectNames(page, ['One']);
  });
});
