import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { violations } from '@tasks/testing/axe';
import { BrowserStage, eventually } from '../support/browser.js';
import type { StoredAccount, StoredTask } from '../support/stand-in-store.js';

const NOTE = 'Ask about https://example.com/passport.\n\n- [x] Photo\n- [ ] Form';
/** A Tuesday, at ten. */
const NOW = new Date(2026, 11, 1, 10);

describeInBrowser('the details of a task', () => {
  const stage = BrowserStage.use();

  const taskOf = (account: StoredAccount, name: string): StoredTask => {
    const found = [...account.tasks.values()].find((task) => task.name === name);
    if (found === undefined) throw new Error(`No task ${name}`);
    return found;
  };
  const accountWith = (fields: Partial<StoredTask> = {}): StoredAccount => {
    const account = stage.account();
    stage.gateway.store.addTasks(account, ['Call grandma', 'Renew the passport'], (place) =>
      place === 1 ? fields : {},
    );
    return account;
  };
  const open = async (account: StoredAccount, options: BrowserContextOptions = {}): Promise<Page> => {
    const { context } = await stage.loggedIn(account, { viewport: { width: 1440, height: 900 }, ...options });
    await context.clock.setFixedTime(NOW);
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/lists/${account.first.id}`);
    await page.locator('.name', { hasText: 'passport' }).click();
    await page.locator('.details .name-field').waitFor();
    return page;
  };
  const stored = async (account: StoredAccount, fields: Partial<StoredTask>): Promise<void> => {
    await eventually(() => {
      const task = [...account.tasks.values()].find(({ name }) => name.startsWith('Renew'));
      expect(task).toMatchObject(fields);
    });
  };

  it('opens from the keyboard, and gives the focus back to the row', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.keyboard.press('Escape');
    await page.locator('.details').waitFor({ state: 'detached' });
    await eventually(async () => {
      const focused = await page.evaluate(() => document.activeElement?.closest('.task')?.textContent);
      expect(focused).toContain('Renew the passport');
    });
    await page.keyboard.press('Enter');
    await page.locator('.details:focus').waitFor();
    expect(new URL(page.url()).pathname).toBe(
      `/lists/${account.first.id}/tasks/${taskOf(account, 'Renew the passport').id}`,
    );
  });

  it('saves name, star and check mark', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByLabel('Name').fill('Renew both passports');
    await page.keyboard.press('Enter');
    await stored(account, { name: 'Renew both passports' });
    await page.locator('.details').getByRole('button', { name: 'Star' }).click();
    await page.locator('.details').getByRole('checkbox', { name: 'Done', exact: true }).check();
    await stored(account, { starred: true, done: true });
  });

  it('takes no empty name', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByLabel('Name').fill(' ');
    await page.keyboard.press('Tab');
    await eventually(async () => {
      expect(await page.getByLabel('Name').inputValue()).toBe('Renew the passport');
    });
  });

  it('ticks, adds, renames and removes steps, and shows their number in the row', async () => {
    const account = accountWith({ note: NOTE });
    const page = await open(account);
    await page.getByRole('checkbox', { name: 'Done: Form' }).check();
    await stored(account, { note: NOTE.replace('[ ] Form', '[x] Form') });
    await page.getByLabel('Add a step').fill('Fee');
    await page.keyboard.press('Enter');
    await page.getByLabel('Step 1').fill('Photos');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the step “Form”' }).click();
    await stored(account, { note: 'Ask about https://example.com/passport.\n\n- [x] Photos\n- [ ] Fee' });
    await page.locator('.task .mark', { hasText: '1/2' }).waitFor();
  });

  it('saves a note while it is typed, and when the panel closes', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByLabel('Note', { exact: true }).fill('First');
    await stored(account, { note: 'First' });
    await page.getByLabel('Note', { exact: true }).fill('Second');
    await page.keyboard.press('Escape');
    await stored(account, { note: 'Second' });
  });

  it('keeps what was typed when another device changed the note', async () => {
    const account = accountWith({ note: 'Old' });
    const page = await open(account);
    await page.getByLabel('Note', { exact: true }).waitFor();
    const hold = stage.gateway.answers.hold('GET /events');
    const task = taskOf(account, 'Renew the passport');
    Object.assign(task, { note: 'Theirs', changedOn: new Date().toISOString() });
    await page.getByLabel('Note', { exact: true }).fill('Mine');
    await page.keyboard.press('Tab');
    await page.locator('.conflict', { hasText: 'Mine' }).waitFor();
    expect(await page.getByLabel('Note', { exact: true }).inputValue()).toBe('Theirs');
    expect(task.note).toBe('Theirs');
    await page.getByRole('button', { name: 'Use my text' }).click();
    await stored(account, { note: 'Mine' });
    hold.release();
  });

  it('keeps what was typed in a conflict when the panel closes', async () => {
    const account = accountWith({ note: 'Old' });
    const page = await open(account);
    await page.getByLabel('Note', { exact: true }).waitFor();
    const task = taskOf(account, 'Renew the passport');
    Object.assign(task, { note: 'Theirs', changedOn: new Date().toISOString() });
    await page.getByLabel('Note', { exact: true }).fill('Mine');
    await page.keyboard.press('Escape');
    await page.locator('.details').waitFor({ state: 'detached' });
    await page.locator('.name', { hasText: 'passport' }).click();
    await page.locator('.conflict', { hasText: 'Mine' }).waitFor();
    expect(task.note).toBe('Theirs');
    await page.getByRole('button', { name: 'Use my text' }).click();
    await stored(account, { note: 'Mine' });
    await page.locator('.conflict').waitFor({ state: 'detached' });
  });

  it('links addresses of the note', async () => {
    const page = await open(accountWith({ note: NOTE }));
    const link = page.getByRole('list', { name: 'Links' }).getByRole('link');
    expect([await link.getAttribute('href'), await link.textContent()]).toEqual([
      'https://example.com/passport',
      'example.com/passport',
    ]);
  });

  it('sets a date by name, and takes it away', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByRole('button', { name: 'Add a date' }).click();
    await page.getByRole('button', { name: /^Weekend/ }).click();
    await stored(account, { dueOn: '2026-12-05' });
    await page.locator('.detail-button:focus', { hasText: 'Sat' }).waitFor();
    await page.getByRole('button', { name: 'Remove the date' }).click();
    await eventually(() => {
      expect(taskOf(account, 'Renew the passport').dueOn).toBeUndefined();
    });
  });

  it('moves in the calendar by arrows, Page Up and Down, Home and End', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByRole('button', { name: 'Add a date' }).click();
    const grid = page.getByRole('grid', { name: 'December 2026' });
    await grid.locator('[tabindex="0"]').focus();
    for (const key of ['PageDown', 'ArrowDown', 'ArrowRight', 'End', 'Home', 'ArrowLeft', 'PageUp', 'Shift+PageDown'])
      await page.keyboard.press(key);
    await eventually(async () => {
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      expect(focused).toMatch(/^Thursday,? 2 December 2027$/);
    });
    await page.keyboard.press('Enter');
    await stored(account, { dueOn: '2027-12-02' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('sets a time beside the date', async () => {
    const account = accountWith({ dueOn: '2026-12-02' });
    const page = await open(account);
    await page.getByRole('button', { name: 'Due: Tomorrow' }).click();
    await page.getByLabel('Time', { exact: true }).fill('09:30');
    await stored(account, { dueOn: '2026-12-02T09:30' });
    await page.getByRole('button', { name: 'Remove the time' }).click();
    await stored(account, { dueOn: '2026-12-02' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('.details').waitFor();
  });

  it('repeats by a rule in words, which gives a task without a date its first', async () => {
    const account = accountWith();
    const page = await open(account);
    await page.getByRole('button', { name: 'Repeat' }).click();
    await page.getByRole('button', { name: 'Every month on the last Friday from 25 Dec' }).click();
    await stored(account, { dueOn: '2026-12-25', repeat: 'FREQ=MONTHLY;BYDAY=-1FR' });
    await page.getByRole('button', { name: 'Repeat: Every month on the last Friday' }).waitFor();
    await page.getByRole('button', { name: 'Remove the date' }).click();
    await eventually(() => {
      expect(taskOf(account, 'Renew the passport').repeat).toBeUndefined();
    });
  });

  it('repeats by a rule of one’s own', async () => {
    const account = accountWith({ dueOn: '2026-12-01' });
    const page = await open(account);
    await page.getByRole('button', { name: 'Repeat' }).click();
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('Every', { exact: true }).fill('3');
    await page.getByLabel('Thursday').check();
    await page.getByLabel('Ends').selectOption('count');
    await page.getByRole('spinbutton', { name: 'Times' }).fill('6');
    await page.getByText('Every 3 weeks on Tue and Thu, 6 times').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await stored(account, { repeat: 'FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH;COUNT=6' });
  });

  it('deletes the task, and brings it back', async () => {
    const account = accountWith({ note: NOTE });
    const page = await open(account);
    await page.getByRole('button', { name: 'Delete task' }).click();
    await page.locator('.details').waitFor({ state: 'detached' });
    await page.locator('.name', { hasText: 'passport' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.name', { hasText: 'passport' }).waitFor();
  });

  it('moves the task to another list', async () => {
    const account = accountWith();
    const other = stage.gateway.store.addList(account, 'Travel');
    const page = await open(account);
    await page.locator('.details').getByLabel('List').selectOption('Travel');
    await eventually(() => {
      expect([...other.tasks.values()].map(({ name }) => name)).toEqual(['Renew the passport']);
    });
  });

  it('shows viewers everything, and no control that they can’t use', async () => {
    const owner = accountWith({ note: NOTE, dueOn: '2026-12-02', repeat: 'FREQ=DAILY' });
    const viewer = stage.account();
    stage.gateway.store.addMember(owner.first, viewer, 'viewer', 'Vera');
    const { context } = await stage.loggedIn(viewer, { viewport: { width: 1440, height: 900 } });
    await context.clock.setFixedTime(NOW);
    const page = await context.newPage();
    const { id } = taskOf(owner, 'Renew the passport');
    await page.goto(`${stage.gateway.origin}/lists/${owner.first.id}/tasks/${id}`);
    await page.getByText('You can read this list, not change it.').waitFor();
    await page.getByText('Every day').waitFor();
    expect(await page.locator('.details .details-body').getByRole('button').count()).toBe(1);
    expect(await page.getByLabel('Note', { exact: true }).getAttribute('readonly')).not.toBeNull();
    expect(await violations(page)).toEqual([]);
  });

  it('is a sheet on a phone, which Back closes', async () => {
    const account = accountWith({ note: NOTE });
    const page = await open(account, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('dialog', { name: 'Task details' }).waitFor();
    await page.goBack();
    await page.locator('.details').waitFor({ state: 'detached' });
    await page.locator('.name', { hasText: 'passport' }).tap();
    await page.getByRole('button', { name: 'Close details' }).tap();
    await page.locator('.details').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe(`/lists/${account.first.id}`);
  });

  it('says that a task is gone', async () => {
    const account = accountWith();
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/lists/${account.first.id}/tasks/${'0'.repeat(24)}`);
    await page.getByText('This task is gone').waitFor();
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.locator('.details').waitFor({ state: 'detached' });
  });
});
