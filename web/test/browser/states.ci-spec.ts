import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, eventually, expectNames } from '../support/browser.js';
import { pathOfScript } from '../support/page-files.js';

describeInBrowser('states of the page', () => {
  const stage = BrowserStage.use();
  /** The script of the settings. */
  const settings = (): string => `**${pathOfScript('screen-title')}`;

  it('shows a skeleton only when loading takes longer than 200 ms', async () => {
    const tasks = stage.gateway.answers.hold('GET /tasks');
    const page = await stage.open(stage.account('One'));
    const skeleton = page.locator('.skeleton');
    await skeleton.waitFor({ state: 'attached' });
    // The skeleton of the list replaces the first one, which has no style once it is detached.
    await eventually(async () => {
      expect(await skeleton.evaluate((element) => getComputedStyle(element).animationDelay)).toBe('0.2s');
    });
    tasks.release();
    await expectNames(page, ['One']);
    expect(await skeleton.count()).toBe(0);
  });

  it.each([
    ['/', 'Nothing to do yet', []],
    ['/', 'All done', ['x']],
    ['/today', 'Nothing is due today', []],
    ['/upcoming', 'Nothing is planned', []],
    ['/starred', 'No starred tasks', []],
    ['/all', 'All done', []],
    ['/?q=nowhere', 'No matching tasks', ['x']],
  ])('says in words what %s shows: %s', async (path, text, done) => {
    const account = stage.account();
    stage.gateway.store.addTasks(account, done, () => ({ done: true }));
    const page = await stage.open(account, { path });
    await page.getByRole('heading', { name: text }).waitFor();
  });

  it('offers to try again when the list could not be loaded', async () => {
    stage.gateway.faults.push({ method: 'GET', path: '/tasks?', times: 0, effect: 'cut' });
    stage.gateway.faults.push({
      method: 'GET',
      path: '/tasks',
      times: 9,
      effect: { status: 502, type: 'tasks-failed' },
    });
    const page = await stage.open(stage.account('One'));
    await page.getByRole('heading', { name: 'The tasks couldn’t be loaded' }).waitFor();
    stage.gateway.faults.length = 0;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectNames(page, ['One']);
  });

  it.each([
    [429, 'too-many-requests'],
    [503, 'unavailable'],
  ])('counts down after %i and loads by itself', async (status, type) => {
    stage.gateway.faults.push({ method: 'GET', path: '/tasks', times: 2, effect: { status, type, retryAfter: 4 } });
    const page = await stage.open(stage.account('One'));
    await page.getByText(/Trying again in [1-4] s/).waitFor();
    await expectNames(page, ['One']);
  });

  it('counts down while changes wait for a busy server', async () => {
    const account = stage.account('One');
    const page = await stage.open(account);
    await expectNames(page, ['One']);
    stage.gateway.faults.push({
      method: 'POST',
      path: '/tasks',
      times: 1,
      effect: { status: 429, type: 'too-many-requests', retryAfter: 4 },
    });
    await page.locator('#new-task').fill('Two');
    await page.keyboard.press('Enter');
    await page.getByText(/Trying again in [1-4] s/).waitFor();
    await eventually(() => {
      expect(account.tasks.size).toBe(2);
    });
    await page.locator('.banner').waitFor({ state: 'detached' });
  });

  it('shows an error when the server cannot be reached at the start', async () => {
    stage.gateway.faults.push({ method: 'GET', path: '/session', times: 1, effect: 'cut' });
    const page = await stage.open(stage.account('One'));
    await page.getByRole('heading', { name: 'Tasks can’t be reached' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectNames(page, ['One']);
  });

  it('has a page for addresses that lead nowhere', async () => {
    const page = await stage.open(stage.account('One'), { path: '/nowhere' });
    await page.getByRole('heading', { name: 'This page doesn’t exist' }).waitFor();
    await page.getByRole('link', { name: 'Back to tasks' }).click();
    await expectNames(page, ['One']);
  });

  it('reloads once when a file of its version was removed', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    let loads = 0;
    page.on('load', () => loads++);
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.route(settings(), (route) => route.fulfill({ status: 404 }));
    await page.route(`${stage.gateway.origin}/`, (route) =>
      route.request().resourceType() === 'fetch'
        ? route.fulfill({ contentType: 'text/html', body: '<title>newer</title>' })
        : route.continue(),
    );
    await chooseOfAccount(page, 'Settings');
    await eventually(() => {
      expect(loads).toBe(2);
    });
    await page.waitForTimeout(500);
    expect(loads).toBe(2);
  });

  it('tries a part again every 30 seconds at least, however often the connection came and went', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.route(settings(), (route) => route.abort());
    const failsAfter = async (cause: () => Promise<void>): Promise<void> => {
      const asked = page.waitForRequest(settings());
      await cause();
      // What asks for the same part later is answered later.
      await page.evaluate((part) => import(part).catch(() => undefined), (await asked).url());
    };
    await failsAfter(() => chooseOfAccount(page, 'Settings'));
    for (let time = 0; time < 6; time++)
      await failsAfter(() => page.evaluate(() => void dispatchEvent(new Event('online'))));
    for (let time = 0; time < 8; time++) await failsAfter(() => page.clock.fastForward(30_000));
  });

  it('forgets a part that could not be loaded before its screen was left', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => (fail = resolve));
    await page.route(settings(), async (route) => {
      await failed;
      await route.abort();
    });
    const asked = page.waitForRequest(settings());
    await chooseOfAccount(page, 'Settings');
    const part = (await asked).url();
    await page.goBack();
    await expectNames(page, ['One']);
    const checks: string[] = [];
    page.on('request', (request) => checks.push(new URL(request.url()).pathname));
    const settled = page.evaluate(
      (url) => import(url).then(undefined, () => fetch('/favicon.svg')).then(() => 0),
      part,
    );
    fail();
    await settled;
    expect(checks).not.toContain('/');
  });

  it.each(['setItem', 'getItem'] as const)('works where the browser denies Storage.%s', async (method) => {
    const account = stage.account('One');
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.addInitScript((name) => {
      Storage.prototype[name] = () => {
        throw new DOMException('', 'QuotaExceededError');
      };
    }, method);
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.locator('#new-task').fill('Two');
    await page.keyboard.press('Enter');
    await eventually(() => {
      expect(account.tasks.size).toBe(2);
    });
    let loads = 0;
    page.on('load', () => loads++);
    await page.route(settings(), (route) => route.fulfill({ status: 404 }));
    const rejected = page.waitForResponse(settings());
    await chooseOfAccount(page, 'Settings');
    await rejected;
    await page.waitForTimeout(500);
    expect(loads).toBe(0);
  });

  it('offers a new version, and does not take drafts away for it', async () => {
    const { context } = await stage.loggedIn(stage.account('One'));
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['One']);
    await page.locator('#new-task').fill('A draft');
    await page.route(`${stage.gateway.origin}/`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>newer</title>' }),
    );
    await page.clock.fastForward(61_000);
    await page.getByText('A new version is available.').waitFor();
    expect(await page.locator('#new-task').inputValue()).toBe('A draft');
  });

  it('says anew at midnight when the tasks are due', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(account, ['Call grandma'], () => ({ dueOn: '2026-12-02' }));
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.clock.install({ time: new Date(2026, 11, 1, 23, 59) });
    await page.goto(`${stage.gateway.origin}/lists/${account.first.id}`);
    const due = page.locator('.task .due');
    await due.filter({ hasText: 'Tomorrow' }).waitFor();
    // The timer may be set only after the list is shown.
    await eventually(async () => {
      await page.clock.fastForward(61_000);
      expect(await due.textContent()).toContain('Today');
    });
  });

  it('speaks German where the browser does, and dates with it', async () => {
    const page = await stage.open(stage.account('Brot kaufen'), { locale: 'de-DE' });
    await page.getByPlaceholder('Aufgabe hinzufügen').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await chooseOfAccount(page, 'Einstellungen');
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  });

  it('follows the chosen theme instead of the system', async () => {
    const page = await stage.open(stage.account(), { path: '/settings', colorScheme: 'light' });
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    const light = await ground();
    await page.getByLabel('Theme').selectOption('dark');
    expect(await ground()).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await ground()).not.toBe(light);
  });
});
