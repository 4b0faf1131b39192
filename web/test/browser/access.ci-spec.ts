import { expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, chooseOfAccount, expectNames, PASSWORD } from '../support/browser.js';
import { violations } from '@tasks/testing/axe';

describeInBrowser('accessibility', () => {
  const stage = BrowserStage.use();
  const failing = (path: string, status: number, type: string, method = 'GET'): void => {
    stage.gateway.faults.push({ method, path, times: 9, effect: { status, type, retryAfter: 60 } });
  };
  const visit = async (options: BrowserContextOptions, path: string): Promise<Page> => {
    const page = await (await stage.context(options)).newPage();
    await page.goto(stage.gateway.origin + path);
    return page;
  };
  const withTasks = async (options: BrowserContextOptions, path = '/'): Promise<Page> => {
    const account = stage.account('Call grandma', 'Buy milk', 'Book dentist');
    const page = await stage.open(account, { ...options, path });
    if (path === '/') await expectNames(page, ['Book dentist', 'Buy milk', 'Call grandma']);
    return page;
  };

  /** Each state of the page, and steps to get there. */
  const states: Record<string, (options: BrowserContextOptions) => Promise<Page>> = {
    'log in': (options) => visit(options, '/login'),
    'first visit': (options) => visit(options, '/'),
    'log in, rejected': async (options) => {
      const page = await visit(options, '/login');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('Please fill in this field.').first().waitFor();
      return page;
    },
    'sign up with a suggestion': async (options) => {
      const page = await visit(options, '/sign-up');
      await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
      await page.locator('.suggestion').waitFor();
      return page;
    },
    'sign-up closed': async (options) => {
      stage.gateway.isSignUpOpen = false;
      const page = await visit(options, '/sign-up');
      await page.getByLabel('User name').fill('latecomer');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Create an account' }).click();
      await page.getByText('Sign-up is closed').waitFor();
      return page;
    },
    'recovery code': async (options) => {
      const page = await withTasks(options, '/settings');
      await page.getByRole('button', { name: 'New recovery code' }).click();
      await page.getByRole('heading', { name: 'Save your recovery code' }).waitFor();
      return page;
    },
    recovery: (options) => visit(options, '/recovery'),
    'unknown page': (options) => visit(options, '/nowhere'),
    'server away': async (options) => {
      failing('/session', 502, 'tasks-failed');
      const page = await visit(options, '/');
      await page.getByText('Tasks can’t be reached').waitFor();
      return page;
    },
    loading: async (options) => {
      stage.gateway.answers.hold('GET /session');
      const page = await visit(options, '/');
      await page.locator('.skeleton').waitFor();
      return page;
    },
    empty: async (options) => {
      const page = await stage.open(stage.account(), options);
      await page.getByText('Nothing to do yet').waitFor();
      return page;
    },
    'list failed': async (options) => {
      failing('/tasks', 503, 'unavailable');
      const page = await stage.open(stage.account(), options);
      await page.getByText('The tasks couldn’t be loaded').waitFor();
      return page;
    },
    list: (options) => withTasks(options),
    'list with a done and an unsaved row, and the banner': async (options) => {
      const page = await withTasks(options);
      await page.getByRole('checkbox', { name: 'Buy milk' }).click();
      await page.getByRole('button', { name: 'Done 1' }).click();
      await page.locator('.done .task').waitFor();
      await page.context().setOffline(true);
      await page.locator('#new-task').fill('Not sent');
      await page.keyboard.press('Enter');
      await page.getByText('kept here').waitFor();
      return page;
    },
    'Today with an overdue task': async (options) => {
      const account = stage.account('Overdue', 'Repeats', 'Undated');
      const dated = { dueOn: '2020-01-01', starred: true, note: '- [x] one\n- [ ] two', repeat: 'FREQ=DAILY' };
      for (const task of account.tasks.values()) if (task.name !== 'Undated') Object.assign(task, dated);
      const page = await stage.open(account, { ...options, path: '/today' });
      await page.getByRole('heading', { name: 'Overdue' }).waitFor();
      return page;
    },
    'Upcoming, empty': async (options) => {
      const page = await withTasks(options, '/upcoming');
      await page.getByText('Nothing is planned').waitFor();
      return page;
    },
    'several rows selected': async (options) => {
      const page = await withTasks(options);
      await page.getByRole('checkbox').first().focus();
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 selected').waitFor();
      return page;
    },
    'menu of a row': async (options) => {
      const page = await withTasks(options);
      await page.locator('.task').first().hover();
      await page.getByRole('button', { name: 'Actions for “Book dentist”' }).click();
      await page.getByRole('menu').waitFor();
      return page;
    },
    'row with focus': async (options) => {
      const page = await withTasks(options);
      await page.keyboard.press('ArrowDown');
      return page;
    },
    'row being renamed': async (options) => {
      const page = await withTasks(options);
      await page.getByRole('checkbox').first().focus();
      await page.keyboard.press('F2');
      await page.locator('.rename:focus').waitFor();
      return page;
    },
    'message with undo': async (options) => {
      const page = await withTasks(options);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Delete');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      return page;
    },
    'message about a problem': async (options) => {
      const page = await withTasks(options);
      failing('/tasks', 422, 'invalid', 'POST');
      await page.locator('#new-task').fill('Rejected');
      await page.keyboard.press('Enter');
      await page.getByText('wasn’t added').waitFor();
      return page;
    },
    'search without a hit': async (options) => {
      const page = await withTasks(options, '/?q=zzz');
      await page.getByText('No matching tasks').waitFor();
      return page;
    },
    'paste of several lines': async (options) => {
      const page = await withTasks(options);
      await page.locator('#new-task').evaluate((field) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'a\nb');
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      });
      await page.locator('.paste-offer').waitFor();
      return page;
    },
    help: async (options) => {
      const page = await withTasks(options);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      return page;
    },
    'session expired': async (options) => {
      const page = await withTasks(options);
      for (const session of stage.gateway.store.sessions.values()) stage.gateway.endSession(session);
      await page.getByRole('dialog').waitFor();
      return page;
    },
    'unsaved changes at log-out': async (options) => {
      const page = await withTasks(options);
      failing('/tasks', 503, 'unavailable', 'POST');
      await page.locator('#new-task').fill('Unsaved');
      await page.keyboard.press('Enter');
      await page.getByText('The server is busy').waitFor();
      await chooseOfAccount(page, 'Log out');
      await page.getByRole('dialog').waitFor();
      return page;
    },
    settings: async (options) => {
      const page = await withTasks(options, '/settings');
      await page.getByText('This device').waitFor();
      return page;
    },
    'delete account': async (options) => {
      const page = await withTasks(options, '/settings');
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await page.getByRole('dialog').waitFor();
      return page;
    },
  };
  it.each(Object.keys(states))('has no fault in "%s", light and dark', async (state) => {
    const page = await states[state]?.({});
    if (page === undefined) throw new Error(`No state ${state}`);
    await page.locator('h1, .skeleton, .message, dialog').first().waitFor({ state: 'attached' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([colorScheme, ...(await violations(page))]).toEqual([colorScheme]);
    }
  });

  it.each(['list', 'settings', 'session expired'])(
    'has no fault in "%s" with forced colours and 320 px',
    async (state) => {
      const options = {
        forcedColors: 'active',
        reducedMotion: 'reduce',
        viewport: { width: 320, height: 640 },
      } as const;
      const page = await states[state]?.(options);
      expect(page && (await violations(page))).toEqual([]);
    },
  );

  it.each([
    ['320 px', { viewport: { width: 320, height: 640 } }],
    // 200 % zoom halves the viewport in CSS pixels.
    ['200 % zoom', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
  ])('needs no sideways scrolling at %s', async (_, options) => {
    for (const state of [
      'list',
      'settings',
      'sign up with a suggestion',
      'list with a done and an unsaved row, and the banner',
    ]) {
      const page = await states[state]?.(options);
      await page?.locator('h1').waitFor({ state: 'attached' });
      const overflow = await page?.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect([state, Math.max(0, overflow ?? NaN)]).toEqual([state, 0]);
    }
  });

  it('has inputs of 16 px, so that phones do not zoom', async () => {
    const page = await withTasks({ viewport: { width: 390, height: 800 } });
    const sizes = (): Promise<number[]> =>
      page.evaluate(() =>
        Array.from(document.querySelectorAll('input:not([type=checkbox])'), (input) =>
          parseFloat(getComputedStyle(input).fontSize),
        ),
      );
    for (const size of await sizes()) expect(size).toBeGreaterThanOrEqual(16);
    expect(await page.locator('#new-task').getAttribute('enterkeyhint')).toBe('done');
    await page.goto(`${stage.gateway.origin}/settings`);
    await page.getByText('This device').waitFor();
    for (const size of await sizes()) expect(size).toBeGreaterThanOrEqual(16);
  });

  it('gives names their own direction and the list its elements', async () => {
    const page = await withTasks({});
    expect(await page.getByRole('list', { name: 'Tasks' }).getByRole('listitem').count()).toBe(3);
    expect(await page.locator('.name').first().getAttribute('dir')).toBe('auto');
  });

  it('announces what was added', async () => {
    const page = await withTasks({});
    await page.locator('#new-task').fill('Spoken');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Added: Spoken' }).waitFor({ state: 'attached' });
  });

  it('moves nothing when less motion is wanted', async () => {
    const page = await withTasks({ reducedMotion: 'reduce' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    const notice = page.locator('.notice');
    await notice.waitFor();
    expect(await notice.evaluate((element) => getComputedStyle(element).animationDuration)).toBe('0.001s');
  });
});
