import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames } from '../support/browser.js';

// The behaviours of the TodoMVC specification (app-spec.md), as far as a page with a server has them: no "mark all as
// complete", and storage is the server.
describeInBrowser('TodoMVC', () => {
  const stage = BrowserStage.use();

  const edit = async (page: Page): Promise<void> => {
    await page.getByRole('checkbox').first().focus();
    await page.keyboard.press('F2');
  };

  it('hides list and "clear done" when there are no tasks', async () => {
    const page = await stage.open(stage.account());
    await page.getByText('Nothing to do yet').waitFor();
    expect(await page.locator('.tasks').count()).toBe(0);
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
    await page.getByRole('checkbox', { name: 'One' }).click();
    await page.locator('.task.is-done').waitFor();
    await page.getByRole('checkbox', { name: 'One' }).click();
    await page.locator('.task:not(.is-done)').waitFor();
  });

  it('edits on F2, with the focus in the field and other controls hidden', async () => {
    const page = await stage.open(stage.account('One'));
    await edit(page);
    await page.locator('.rename:focus').waitFor();
    expect(await page.locator('.task .icon-button').count()).toBe(0);
  });

  it('saves an edit on blur', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await edit(page);
    await page.locator('.rename').fill(' Uno ');
    await page.locator('#new-task').click();
    await expectNames(page, ['Uno']);
    await page.locator('#new-task:focus').waitFor();
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Uno']);
    });
  });

  it('saves an edit on Enter and discards it on Escape', async () => {
    const page = await stage.open(stage.account('One'));
    await edit(page);
    await page.locator('.rename').fill('Uno');
    await page.keyboard.press('Escape');
    await expectNames(page, ['One']);
    await edit(page);
    await page.locator('.rename').fill('Eins');
    await page.keyboard.press('Enter');
    await expectNames(page, ['Eins']);
  });

  it('removes a task that is edited to nothing', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await edit(page);
    await page.locator('.rename').fill('');
    await page.keyboard.press('Enter');
    await expectNames(page, ['One']);
  });

  it('counts open and done tasks', async () => {
    const page = await stage.open(stage.account('One', 'Two'), { viewport: { width: 1200, height: 720 } });
    await page.getByRole('link', { name: /^Inbox 2/ }).waitFor();
    await page.getByRole('checkbox', { name: 'One' }).click();
    await page.getByRole('link', { name: /^Inbox 1/ }).waitFor();
    await page.getByRole('button', { name: 'Done 1' }).waitFor();
  });
});
