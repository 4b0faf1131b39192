import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import {
  agreementMs,
  BrowserStage,
  chooseOfAccount,
  eventually,
  expectNames,
  PASSWORD,
  POLLING_MS,
} from '../support/browser.js';

describeInBrowser('tabs, devices and sessions', () => {
  const stage = BrowserStage.use();

  it('agrees between two browsers long before it would look by itself', async () => {
    const account = stage.account('Shared');
    const one = await stage.open(account);
    const two = await stage.open(account);
    await expectNames(one, ['Shared']);
    await expectNames(two, ['Shared']);
    await eventually(() => {
      expect(
        stage.gateway.requests.filter((request) => request.startsWith('GET /events')).length,
      ).toBeGreaterThanOrEqual(2);
    });
    expect(await agreementMs(one, two, 'Shared')).toBeLessThan(POLLING_MS / 3);
    await two.locator('#new-task').fill('Second');
    await two.keyboard.press('Enter');
    await expectNames(one, ['Second', 'Shared']);
  });

  it('finds changes within 15 s that no stream reported', async () => {
    const account = stage.account('Shared');
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['Shared']);
    stage.gateway.store.addTasks(account, ['By another instance']);
    // The timer may be set only after the list is shown, and again after each look.
    await eventually(async () => {
      await page.clock.fastForward(15_000);
      expect(await page.locator('.task').count()).toBe(2);
    });
  });

  it('shows what another tab changed offline, as unsaved', async () => {
    const { context } = await stage.loggedIn(stage.account('Shared'));
    const [one, two] = [await context.newPage(), await context.newPage()];
    await one.goto(stage.gateway.origin);
    await two.goto(stage.gateway.origin);
    await expectNames(one, ['Shared']);
    await context.setOffline(true);
    await two.locator('#new-task').fill('Not sent');
    await two.keyboard.press('Enter');
    await expectNames(one, ['Not sent', 'Shared']);
    expect(await one.getByRole('img', { name: 'Not saved yet' }).count()).toBe(1);
    await context.setOffline(false);
    await one.getByRole('img', { name: 'Not saved yet' }).waitFor({ state: 'detached' });
  });

  it('empties all tabs at log-out, and logs all in again', async () => {
    const account = stage.account('Secret');
    const { context } = await stage.loggedIn(account);
    const [one, two] = [await context.newPage(), await context.newPage()];
    await one.goto(stage.gateway.origin);
    await two.goto(stage.gateway.origin);
    await expectNames(two, ['Secret']);
    await chooseOfAccount(one, 'Log out');
    await two.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await two.content()).not.toContain('Secret');
    await two.getByLabel('User name').fill(account.username);
    await two.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await two.keyboard.press('Enter');
    await expectNames(one, ['Secret']);
  });

  it('shows the log-in when Back leads to a page that was logged out', async () => {
    const page = await stage.open(stage.account('Secret'));
    await expectNames(page, ['Secret']);
    await page.goto(`${stage.gateway.origin}/favicon.svg`);
    for (const session of stage.gateway.store.sessions.values()) stage.gateway.endSession(session);
    await page.goBack();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.content()).not.toContain('Secret');
  });

  it('closes the stream of a hidden tab, and catches up when it is shown', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await expectNames(page, ['One']);
    const setVisibility = (state: string): Promise<void> =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
        dispatchEvent(new Event('visibilitychange'));
      }, state);
    await setVisibility('hidden');
    await eventually(() => {
      expect(stage.gateway.streamCount).toBe(0);
    });
    stage.gateway.store.addTasks(account, ['Meanwhile']);
    await setVisibility('visible');
    await page.getByText('Meanwhile').waitFor();
  });

  it('asks for the password when the session was revoked, and keeps drafts', async () => {
    const account = stage.account('One');
    const { context, session } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.locator('#new-task').fill('Half a thou');
    stage.gateway.endSession(session);
    await page.getByRole('dialog', { name: 'Log in to continue' }).waitFor();
    await page.getByLabel('Password', { exact: true }).fill('wrong password, really');
    await page.keyboard.press('Enter');
    await page.getByText('That doesn’t match any account').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.locator('#new-task').inputValue()).toBe('Half a thou');
    await page.locator('#new-task').focus();
    await page.keyboard.press('Enter');
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['One', 'Half a thou']);
    });
  });

  it('discards unsaved rows with a notice when another account logs in', async () => {
    const [mine, theirs] = [stage.account('Mine'), stage.account('Theirs')];
    const { context } = await stage.loggedIn(mine);
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['Mine']);
    stage.gateway.faults.push({
      method: 'POST',
      path: '/tasks',
      times: 1,
      effect: { status: 503, type: 'unavailable', retryAfter: 1 },
    });
    await page.locator('#new-task').fill('Unsaved');
    await page.keyboard.press('Enter');
    await page.getByText('The server is busy').waitFor();
    const other = stage.gateway.store.addSession(theirs);
    await context.addCookies([
      { name: 'tasks-session', value: other.token, url: stage.gateway.origin, httpOnly: true },
    ]);
    await page.getByText('1 unsaved change of the previous account was discarded').waitFor();
    await expectNames(page, ['Theirs']);
    expect([...theirs.tasks.values()].map(({ name }) => name)).toEqual(['Theirs']);
    expect(mine.tasks.size).toBe(1);
  });

  it('warns before a log-out that would lose changes', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await expectNames(page, ['One']);
    stage.gateway.faults.push({
      method: 'POST',
      path: '/tasks',
      times: 9,
      effect: { status: 503, type: 'unavailable', retryAfter: 60 },
    });
    await page.locator('#new-task').fill('Unsaved');
    await page.keyboard.press('Enter');
    await page.getByText('The server is busy').waitFor();
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('dialog', { name: 'Some changes aren’t saved' }).waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await expectNames(page, ['Unsaved', 'One']);
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('button', { name: 'Log out and lose them' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(account.tasks.size).toBe(1);
  });

  it('survives a server that is killed and restarted while the user types', async () => {
    const account = stage.account('Before');
    const page = await stage.open(account);
    await expectNames(page, ['Before']);
    await page.locator('#new-task').pressSequentially('While ');
    await stage.gateway.stop();
    await page.locator('#new-task').pressSequentially('away');
    await page.keyboard.press('Enter');
    await page.getByText('1 change is kept here').waitFor();
    await page.locator('#new-task').pressSequentially('Next');
    await stage.gateway.start();
    await page.getByText('kept here').waitFor({ state: 'detached' });
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Before', 'While away']);
    });
    expect(await page.locator('#new-task').inputValue()).toBe('Next');
  });
});
