import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames, PASSWORD } from '../support/browser.js';

describeInBrowser('account', () => {
  const stage = BrowserStage.use();
  const NEW_PASSWORD = 'a much better passphrase';

  const settings = async (page: Page): Promise<void> => {
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  };
  const fillSignUp = async (page: Page, username: string, password: string): Promise<void> => {
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create an account' }).click();
  };
  const visitor = async (path: string): Promise<Page> => {
    const page = await (await stage.context({ permissions: ['clipboard-read', 'clipboard-write'] })).newPage();
    await page.goto(stage.gateway.origin + path);
    return page;
  };

  it('offers an account on the first visit, and the log-in to those who had one here', async () => {
    const page = await visitor('/');
    await page.getByRole('heading', { name: 'Create your account' }).waitFor();
    await fillSignUp(page, 'firsttimer', PASSWORD);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.getByText('Welcome back.').waitFor();
    await page.goto(stage.gateway.origin);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    const stranger = await visitor('/login');
    await stranger.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await stranger.getByText('Welcome back.').count()).toBe(0);
  });

  it('asks for the recovery code until it was saved, also after a reload and in another tab', async () => {
    const page = await visitor('/sign-up');
    await fillSignUp(page, 'hasty', PASSWORD);
    const code = (await page.locator('.secret').textContent()) ?? '';
    const account = stage.gateway.store.accounts.get('hasty');
    expect(code).toBe(account?.recoveryCode);
    await page.reload();
    await page.getByText('You have not confirmed yet that you saved it').waitFor();
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    expect(kept).not.toContain(code);
    const other = await page.context().newPage();
    await other.goto(stage.gateway.origin);
    await other.getByRole('button', { name: 'New recovery code' }).click();
    await other.locator('.secret').waitFor();
    expect(await other.locator('.secret').textContent()).toBe(account?.recoveryCode);
    expect(account?.recoveryCode).not.toBe(code);
    await other.getByRole('button', { name: 'I have saved it' }).click();
    await other.locator('#new-task').waitFor();
    await page.locator('#new-task').waitFor();
    await page.reload();
    await page.locator('#new-task').waitFor();
  });

  it('tells the server the time zone once', async () => {
    const account = stage.account();
    const { context } = await stage.loggedIn(account, { timezoneId: 'Europe/Berlin' });
    const page = await context.newPage();
    const zones: unknown[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') zones.push(request.postDataJSON());
    });
    const told = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.goto(stage.gateway.origin);
    await told;
    await page.reload();
    await page.locator('#new-task').waitFor();
    expect(zones).toEqual([{ timeZone: 'Europe/Berlin' }]);
  });

  it('copies and downloads the recovery code', async () => {
    const page = await visitor('/sign-up');
    await fillSignUp(page, 'careful', PASSWORD);
    const code = (await page.locator('.secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toContain(code);
  });

  it('puts faults at their fields and the focus on the first', async () => {
    const page = await visitor('/sign-up');
    await fillSignUp(page, 'ab', 'short');
    await page.getByText('Use at least 3 characters.').waitFor();
    await page.locator('input[name=username]:focus').waitFor();
    await fillSignUp(page, 'abcdef', 'short');
    await page.getByText('Use at least 15 characters.').waitFor();
    await page.locator('input[name=password]:focus').waitFor();
    await fillSignUp(page, stage.account().username, PASSWORD);
    await page.getByText('This user name is taken.').waitFor();
    await page.getByRole('button', { name: 'Create an account' }).click();
  });

  it('moves the focus with the fault: nothing that is typed then goes astray', async () => {
    const page = await visitor('/sign-up');
    await page.locator('input[name=username]:focus').waitFor();
    await page.evaluate(() => {
      new MutationObserver((_changes, observer) => {
        if (document.querySelector('.field-error') === null) return;
        observer.disconnect();
        document.title = (document.activeElement as HTMLInputElement).name;
      }).observe(document.body, { childList: true, subtree: true });
    });
    await fillSignUp(page, 'abcdef', 'short');
    await page.getByText('Use at least 15 characters.').waitFor();
    expect(await page.title()).toBe('password');
  });

  it('says how long a password has to be before one is sent', async () => {
    const page = await visitor('/sign-up');
    await page.locator('.new-password .hint', { hasText: 'At least 15 characters.' }).waitFor();
  });

  it('says that sign-up is closed, at once or when it was closed meanwhile', async () => {
    const page = await visitor('/sign-up');
    await page.getByText('At least 15 characters.').waitFor();
    stage.gateway.isSignUpOpen = false;
    await fillSignUp(page, 'latecomer', PASSWORD);
    await page.getByRole('heading', { name: 'Sign-up is closed' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign-up is closed' }).waitFor();
  });

  it('logs in when the answer to the sign-up was lost, with a new recovery code', async () => {
    stage.gateway.faults.push({ method: 'POST', path: '/accounts', times: 1, effect: 'lost' });
    const page = await visitor('/sign-up');
    await fillSignUp(page, 'unlucky', PASSWORD);
    await page.getByText('the answer was lost on the way').waitFor();
    expect(await page.locator('.secret').textContent()).toBe(stage.gateway.store.accounts.get('unlucky')?.recoveryCode);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByText('Nothing to do yet').waitFor();
  });

  it('counts down after too many log-ins', async () => {
    stage.gateway.faults.push({
      method: 'POST',
      path: '/session',
      times: 1,
      effect: { status: 429, type: 'too-many-requests', retryAfter: 2 },
    });
    const account = stage.account('One');
    const page = await visitor('/login');
    await page.getByLabel('User name').fill(account.username);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText(/^Too many attempts. You can try again at \d+:\d\d:\d\d/).waitFor();
    await page.getByRole('button', { name: /^Log in \([12] s\)$/ }).waitFor();
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expectNames(page, ['One']);
  });

  it('shows the password on request, and lets managers fill and paste it', async () => {
    const page = await visitor('/login');
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('autocomplete')).toBe('current-password');
    expect(await page.getByLabel('User name').getAttribute('autocomplete')).toBe('username');
    await page.getByRole('button', { name: 'Show password' }).click();
    await eventually(async () => {
      expect(await password.getAttribute('type')).toBe('text');
    });
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByText('Suggest a passphrase').waitFor();
    expect(await password.getAttribute('autocomplete')).toBe('new-password');
  });

  it('recovers an account by its code', async () => {
    const account = stage.account('Still here');
    const page = await visitor('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Recovery code').fill(account.recoveryCode);
    await page.getByLabel('User name').fill(account.username);
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set new password' }).click();
    await page.getByRole('heading', { name: 'Save your recovery code' }).waitFor();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await expectNames(page, ['Still here']);
    expect(account.password).toBe(NEW_PASSWORD);
  });

  it('changes the password, at the address that password managers know', async () => {
    const account = stage.account();
    const page = await stage.open(account, { path: '/.well-known/change-password' });
    await settings(page);
    await page.locator('input[name=currentPassword]:focus').waitFor();
    await page.keyboard.type('not my password at all');
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page
      .locator('.field:has(input[name=currentPassword]:focus)', { hasText: 'The password is wrong.' })
      .waitFor();
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed.').waitFor();
    expect(account.password).toBe(NEW_PASSWORD);
  });

  it('lists sessions, ends one and all others', async () => {
    const account = stage.account();
    for (const device of [
      'Mozilla/5.0 (iPhone) Safari/604.1',
      'curl/8',
      'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0',
    ]) {
      stage.gateway.store.addSession(account, device);
    }
    const page = await stage.open(account, { path: '/settings' });
    await page.getByText('This device').waitFor();
    await page.getByRole('button', { name: 'Log out Safari on iPhone' }).click();
    await page.getByText('Safari on iPhone').waitFor({ state: 'detached' });
    await page.locator('#sessions h2:focus').waitFor();
    await page.getByRole('button', { name: 'Log out all others' }).click();
    await page.getByText('Firefox on Windows').waitFor({ state: 'detached' });
    await page.locator('#sessions h2:focus').waitFor();
    expect([...stage.gateway.store.sessions.values()].filter((session) => session.account === account)).toHaveLength(1);
  });

  it('makes a token, shows it once, and deletes it; asks for the password first', async () => {
    const account = stage.account();
    const { context, session } = await stage.loggedIn(account);
    session.confirmedAt = 0;
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/settings`);
    await page.getByLabel('Name', { exact: true }).fill('backup script');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('dialog', { name: 'Confirm it’s you' }).waitFor();
    await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('dialog', { name: 'Token' }).waitFor();
    expect(await page.getByRole('dialog').locator('.secret').textContent()).toMatch(/^tasks_/);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect(account.tokens).toMatchObject([{ name: 'backup script', scopes: ['tasks:read'] }]);
    await page.getByRole('button', { name: 'Delete token backup script' }).click();
    await page.getByText('No tokens yet.').waitFor();
    await page.locator('#tokens h2:focus').waitFor();
  });

  it('makes a new recovery code', async () => {
    const account = stage.account();
    const before = account.recoveryCode;
    const page = await stage.open(account, { path: '/settings' });
    await page.getByRole('button', { name: 'New recovery code' }).click();
    await page.getByRole('heading', { name: 'Save your recovery code' }).waitFor();
    expect(account.recoveryCode).not.toBe(before);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await settings(page);
  });

  it('shows the settings of the account that logged in meanwhile', async () => {
    const [mine, theirs] = [stage.account(), stage.account()];
    const { context } = await stage.loggedIn(mine);
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/settings`);
    await page.getByText('This device').waitFor();
    const { token } = stage.gateway.store.addSession(theirs, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
    await context.addCookies([{ name: 'tasks-session', value: token, url: stage.gateway.origin, httpOnly: true }]);
    const code = theirs.recoveryCode;
    await page.getByRole('button', { name: 'New recovery code' }).click();
    await page.getByText(`logged in as ${theirs.username}`).waitFor();
    await page.getByText('Firefox on Linux').waitFor();
    expect(await page.getByText('Something went wrong').count()).toBe(0);
    expect(theirs.recoveryCode).toBe(code);
  });

  it('asks to log in when the session ended before a form was sent', async () => {
    const { context, session } = await stage.loggedIn(stage.account());
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/settings`);
    await page.getByText('This device').waitFor();
    stage.gateway.store.sessions.delete(session.token);
    await page.getByLabel('Name', { exact: true }).fill('backup script');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page
      .getByRole('dialog', { name: 'Log in to continue' })
      .getByLabel('Password', { exact: true })
      .fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByText('Something went wrong').count()).toBe(0);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('backup script');
  });

  it('exports everything, and says when the file is not whole', async () => {
    const page = await stage.open(stage.account('One'), { path: '/settings' });
    await settings(page);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export my data' }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ tasks: [{ name: 'One' }], complete: true });
    await page.route('**/account/export', (route) =>
      route.fulfill({ contentType: 'application/json', body: '{"tasks":[' }),
    );
    await page.getByRole('button', { name: 'Export my data' }).click();
    await page.getByText('The export was cut short.').waitFor();
  });

  it('deletes the account after the password was given', async () => {
    const account = stage.account('Gone soon');
    const page = await stage.open(account, { path: '/settings' });
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Delete everything' }).click();
    await page.getByText('Your account is deleted.').waitFor();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(stage.gateway.store.accounts.has(account.username)).toBe(false);
  });

  it('keeps the preferences over a log-out, which empties the storage', async () => {
    const page = await stage.open(stage.account(), { path: '/settings' });
    await page.getByLabel('Theme').selectOption('dark');
    await chooseOfAccount(page, 'Log out');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.reload();
    await eventually(async () => {
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    });
  });
});

describeInBrowser('plain http under a host name', () => {
  const stage = BrowserStage.use('--host-resolver-rules=MAP tasks.lan 127.0.0.1');

  it('signs up, copies, and adds a task without a secure context', async () => {
    const page = await (await stage.context()).newPage();
    await page.goto(`http://tasks.lan:${String(stage.gateway.port)}/sign-up`);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await page.getByLabel('User name').fill('neighbour');
    await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.getByRole('button', { name: 'Use this one' }).click();
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.locator('#new-task').fill('In the LAN');
    await page.keyboard.press('Enter');
    await expectNames(page, ['In the LAN']);
    await page.getByRole('img', { name: 'Not saved yet' }).waitFor({ state: 'detached' });
  });
});
