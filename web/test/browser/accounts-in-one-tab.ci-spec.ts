import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames, logIn, watchFor } from '../support/browser.js';
import type { StoredAccount } from '../support/stand-in-store.js';

// Every test holds an answer to the first account back until the second account has the tab.
describeInBrowser('two accounts in one tab', () => {
  const stage = BrowserStage.use();

  /** A page and another tab beside it, both with the tasks of the first account. */
  const open = async (account: StoredAccount): Promise<{ page: Page; other: Page }> => {
    const { context } = await stage.loggedIn(account);
    const [page, other] = [await context.newPage(), await context.newPage()];
    for (const tab of [other, page]) {
      await tab.goto(stage.gateway.origin);
      await tab.locator('.list-head').waitFor();
      await tab.locator('.tasks, .done').first().waitFor();
    }
    await eventually(() => {
      expect(stage.gateway.streamCount).toBe(2);
    });
    return { page, other };
  };
  /** Logs out, and in again as the other account, by the other tab. */
  const switchTo = async (account: StoredAccount, { page, other }: { page: Page; other: Page }): Promise<void> => {
    await chooseOfAccount(other, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(other, account);
    await page.locator('.account-button', { hasText: account.username }).waitFor();
  };
  const stored = (account: StoredAccount): string[] => [...account.tasks.values()].map(({ name }) => name);

  it('shows no list of the account before', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    const held = stage.gateway.answers.hold('GET /tasks?');
    await tabs.page.getByRole('link', { name: /^All/ }).click();
    await held.arrived;
    const shows = await watchFor(tabs.page, 'Mine');
    await chooseOfAccount(tabs.other, 'Log out');
    await tabs.page.getByRole('heading', { name: 'Log in' }).waitFor();
    held.release();
    // The late answer arrives before the list of the second account does.
    const theirList = stage.gateway.answers.hold('GET /tasks?');
    const isShown = await watchFor(tabs.page, 'Mine');
    await logIn(tabs.page, theirs);
    await theirList.arrived;
    theirList.release();
    await expectNames(tabs.page, ['Theirs']);
    for (const view of ['Starred', 'All']) await tabs.page.getByRole('link', { name: new RegExp(`^${view}`) }).click();
    await expectNames(tabs.page, ['Theirs']);
    expect(await isShown()).toBe(false);
    expect(await shows()).toBe(false);
  });

  it('shows no live update of the account before', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    const [task] = mine.tasks.values();
    if (task === undefined) throw new Error('The account has one task');
    const held = stage.gateway.answers.hold(`GET /tasks/${task.id}`);
    task.name = 'Mine, renamed';
    stage.gateway.publish(mine, { taskIds: [task.id] });
    await held.arrived;
    await switchTo(theirs, tabs);
    const isShown = await watchFor(tabs.page, 'Mine');
    await expectNames(tabs.page, ['Theirs']);
    held.release();
    await tabs.page.getByRole('checkbox', { name: 'Theirs' }).click();
    await tabs.page.getByRole('button', { name: 'Done 1' }).waitFor();
    await expectNames(tabs.page, ['Theirs']);
    expect(await isShown()).toBe(false);
  });

  it('shows no task that the account before had just added', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    const held = stage.gateway.answers.hold('POST /tasks');
    await tabs.page.locator('#new-task').fill('Mine, new');
    await tabs.page.keyboard.press('Enter');
    await held.arrived;
    await expectNames(tabs.other, ['Mine, new', 'Mine']);
    await chooseOfAccount(tabs.other, 'Log out');
    await tabs.other.getByRole('button', { name: 'Log out and lose them' }).click();
    await logIn(tabs.other, theirs);
    await tabs.page.locator('.account-button', { hasText: theirs.username }).waitFor();
    const isShown = await watchFor(tabs.page, 'Mine');
    await expectNames(tabs.page, ['Theirs']);
    held.release();
    await tabs.page.getByRole('checkbox', { name: 'Theirs' }).click();
    await tabs.page.getByRole('button', { name: 'Done 1' }).waitFor();
    await expectNames(tabs.page, ['Theirs']);
    expect(await isShown()).toBe(false);
    expect(stored(theirs)).toEqual(['Theirs']);
  });

  it('shows nothing of the last account after a failed start and another log-in', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    stage.gateway.faults.push({ method: 'GET', path: '/session', times: 1, effect: 'cut' });
    await tabs.page.reload();
    await tabs.page.getByRole('heading', { name: 'Tasks can’t be reached' }).waitFor();
    const isShown = await watchFor(tabs.page, 'Mine');
    await chooseOfAccount(tabs.other, 'Log out');
    await tabs.other.getByRole('heading', { name: 'Log in' }).waitFor();
    const theirList = stage.gateway.answers.hold('GET /tasks?');
    await logIn(tabs.other, theirs);
    await tabs.page.locator('.account-button', { hasText: theirs.username }).waitFor();
    theirList.release();
    await expectNames(tabs.page, ['Theirs']);
    expect(await isShown()).toBe(false);
  });

  it('stops clearing done tasks when the account changes', async () => {
    const [mine, theirs] = [stage.account(), stage.account()];
    const names = Array.from({ length: 1_200 }, (_, place) => `Mine ${String(place)}`);
    stage.gateway.store.addTasks(mine, names, () => ({ done: true }));
    stage.gateway.store.addTasks(theirs, ['Theirs, done', 'Theirs'], (place) => ({ done: place === 0 }));
    const tabs = await open(mine);
    const held = stage.gateway.answers.hold('POST /batch');
    await tabs.page.getByRole('button', { name: 'Done 1200' }).click();
    await tabs.page.getByRole('button', { name: 'Clear done' }).click();
    await tabs.page.getByRole('button', { name: 'Dismiss' }).click();
    await held.arrived;
    await tabs.other.getByRole('button', { name: 'Done 1200' }).waitFor({ state: 'detached' });
    await chooseOfAccount(tabs.other, 'Log out');
    await tabs.other.getByRole('button', { name: 'Log out and lose them' }).click();
    await logIn(tabs.other, theirs);
    await tabs.page.locator('.account-button', { hasText: theirs.username }).waitFor();
    await expectNames(tabs.page, ['Theirs']);
    held.release();
    await tabs.page.getByRole('checkbox', { name: 'Theirs', exact: true }).click();
    await eventually(() => {
      expect([...theirs.tasks.values()].every(({ done }) => done)).toBe(true);
    });
    expect(stored(theirs)).toEqual(['Theirs, done', 'Theirs']);
    // The first hundred were removed before the account changed.
    expect(mine.tasks.size).toBe(1_100);
    expect(stage.gateway.requests.filter((request) => request === 'POST /batch')).toHaveLength(1);
  });

  it('stays logged in when a late answer says that the account before is not', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    const [task] = mine.tasks.keys();
    if (task === undefined) throw new Error('The account has one task');
    const path = `/tasks/${task}`;
    const held = stage.gateway.answers.hold(`GET ${path}`);
    const effect = { status: 401, type: 'log-in-required' };
    stage.gateway.faults.push({ method: 'GET', path, times: 2, effect });
    stage.gateway.publish(mine, { taskIds: [task] });
    await held.arrived;
    await switchTo(theirs, tabs);
    await expectNames(tabs.page, ['Theirs']);
    held.release();
    await tabs.page.getByRole('checkbox', { name: 'Theirs' }).click();
    await tabs.page.getByRole('button', { name: 'Done 1' }).waitFor();
    expect(await tabs.page.getByRole('dialog').count()).toBe(0);
  });

  it('shows and stores everything of the second account after an ordinary switch', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const tabs = await open(mine);
    await switchTo(theirs, tabs);
    await expectNames(tabs.page, ['Theirs']);
    await tabs.page.locator('#new-task').fill('New');
    await tabs.page.keyboard.press('Enter');
    await expectNames(tabs.other, ['New', 'Theirs']);
    await eventually(() => {
      expect(stored(theirs)).toEqual(['Theirs', 'New']);
    });
    await switchTo(mine, tabs);
    await expectNames(tabs.page, ['Mine']);
    expect(stored(mine)).toEqual(['Mine']);
  });

  it('still shows late answers of the account that has the tab', async () => {
    const account = stage.account('One');
    const { page } = await open(account);
    const [task] = account.tasks.values();
    if (task === undefined) throw new Error('The account has one task');
    const [list, update, create] = ['GET /tasks?done=false', `GET /tasks/${task.id}`, 'POST /tasks'].map((request) =>
      stage.gateway.answers.hold(request),
    );
    await page.locator('#new-task').fill('Two');
    await page.keyboard.press('Enter');
    await create?.arrived;
    task.name = 'One, renamed';
    stage.gateway.publish(account, { taskIds: [task.id] });
    await update?.arrived;
    update?.release();
    create?.release();
    await expectNames(page, ['Two', 'One, renamed']);
    await page.getByRole('img', { name: 'Not saved yet' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^All/ }).click();
    await list?.arrived;
    task.name = 'One, again';
    list?.release();
    await expectNames(page, ['Two', 'One, renamed']);
  });

  it('asks for the password after a late answer says that the session ended', async () => {
    const account = stage.account('One');
    const { page } = await open(account);
    const held = stage.gateway.answers.hold('PATCH /tasks');
    const effect = { status: 401, type: 'log-in-required' };
    stage.gateway.faults.push({ method: 'PATCH', path: '/tasks', times: 1, effect });
    await page.getByRole('checkbox', { name: 'One' }).click();
    await held.arrived;
    held.release();
    await page.getByRole('dialog', { name: 'Log in to continue' }).waitFor();
  });
});
