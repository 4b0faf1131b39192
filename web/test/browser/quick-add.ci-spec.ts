import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { violations } from '@tasks/testing/axe';
import { BrowserStage, eventually } from '../support/browser.js';
import { pathOfScript } from '../support/page-files.js';
import type { StoredAccount, StoredTask } from '../support/stand-in-store.js';

/** A Tuesday, at ten. */
const NOW = new Date(2026, 11, 1, 10);

describeInBrowser('quick add', () => {
  const stage = BrowserStage.use();

  const open = async (account: StoredAccount, options: BrowserContextOptions = {}): Promise<Page> => {
    const { context } = await stage.loggedIn(account, options);
    await context.clock.setFixedTime(NOW);
    const page = await context.newPage();
    await page.goto(`${stage.gateway.origin}/lists/${account.first.id}`);
    await page.locator('#new-task').waitFor();
    return page;
  };
  const type = async (page: Page, text: string): Promise<void> => {
    await page.locator('#new-task').focus();
    await page.keyboard.type(text);
  };
  const stored = async (tasks: StoredAccount['tasks'], fields: Partial<StoredTask>): Promise<void> => {
    await eventually(() => {
      expect([...tasks.values()]).toEqual([expect.objectContaining(fields)]);
    });
  };

  it('shows what it understood before Enter, says it, and adds the task so', async () => {
    const account = stage.account();
    const page = await open(account);
    await type(page, 'Water the plants every monday at 9 !');
    await page.locator('.chip', { hasText: 'Every Monday' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Every Monday 09:00, Star' }).waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await stored(account.tasks, {
      name: 'Water the plants',
      dueOn: '2026-12-07T09:00',
      repeat: 'FREQ=WEEKLY;BYDAY=MO',
      starred: true,
    });
    await page.locator('.chip').first().waitFor({ state: 'detached' });
    expect(await page.locator('#new-task').inputValue()).toBe('');
  });

  it('says where a task went that the view does not show, and opens it', async () => {
    const page = await open(stage.account());
    await page.goto(`${stage.gateway.origin}/today`);
    await type(page, 'Renew it tomorrow');
    await page.locator('.chip', { hasText: 'Tomorrow' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('“Renew it” was added to Inbox.').waitFor();
    await page.locator('.notice').getByRole('button', { name: 'Details' }).click();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
  });

  it('takes a chip back with Backspace at its end, and only then deletes letters', async () => {
    const account = stage.account();
    const page = await open(account);
    await type(page, 'Write about tomorrow');
    await page.locator('.chip:not(.is-offered)', { hasText: 'Tomorrow' }).waitFor();
    await page.keyboard.press('Backspace');
    await page.locator('.chip.is-offered').waitFor();
    expect(await page.locator('#new-task').inputValue()).toBe('Write about tomorrow');
    await page.keyboard.press('Enter');
    await stored(account.tasks, { name: 'Write about tomorrow' });
    expect([...account.tasks.values()][0]?.dueOn).toBeUndefined();
  });

  it('takes a chip back with a click, and keeps the focus in the field', async () => {
    const page = await open(stage.account());
    await type(page, 'Call mum friday');
    await page.getByRole('button', { name: /^Fri, from “friday”/ }).click();
    await page.getByRole('button', { name: '“friday” as Fri? Apply' }).waitFor();
    await page.locator('#new-task:focus').waitFor();
  });

  it('offers what is doubtful, and applies it after a click', async () => {
    const account = stage.account();
    const page = await open(account);
    await type(page, 'Buy 2 may flowers');
    const offer = page.getByRole('button', { name: '“2 may” as 2 May? Apply' });
    await offer.waitFor();
    await offer.click();
    await page.keyboard.press('Enter');
    await stored(account.tasks, { name: 'Buy flowers', dueOn: '2027-05-02' });
  });

  it('does not apply what is only offered', async () => {
    const account = stage.account();
    const page = await open(account);
    await type(page, 'Buy 2 may flowers');
    await page.locator('.chip.is-offered').waitFor();
    await page.keyboard.press('Enter');
    await stored(account.tasks, { name: 'Buy 2 may flowers' });
  });

  it('adds to a list that was chosen from the menu after #', async () => {
    const account = stage.account();
    const home = stage.gateway.store.addList(account, 'Home');
    stage.gateway.store.addList(account, 'Work');
    const page = await open(account);
    await type(page, 'Paint the door #');
    await page.getByRole('option', { name: 'Home' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('ho');
    await page.getByRole('option', { name: 'Work' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await eventually(async () => {
      expect(await page.locator('#new-task').inputValue()).toBe('Paint the door #Home ');
    });
    await page.locator('.chip', { hasText: 'Home' }).waitFor();
    await page.keyboard.type('tomorrow');
    await page.locator('.chip', { hasText: 'Tomorrow' }).waitFor();
    await page.keyboard.press('Enter');
    await stored(home.tasks, { name: 'Paint the door', dueOn: '2026-12-02' });
  });

  it('marks the list that Enter chooses, also where nothing hovers', async () => {
    const account = stage.account();
    stage.gateway.store.addList(account, 'Home');
    const page = await open(account, { hasTouch: true, isMobile: true });
    await type(page, 'Fix issue #');
    await page.getByRole('option', { selected: true }).waitFor();
    const backgrounds = page
      .getByRole('option')
      .evaluateAll((options) =>
        options.map((option) => [option.ariaSelected, getComputedStyle(option).backgroundColor !== 'rgba(0, 0, 0, 0)']),
      );
    expect(await backgrounds).toEqual([
      ['true', true],
      ['false', false],
    ]);
  });

  it('leaves # as text when the menu is closed by Esc', async () => {
    const account = stage.account();
    stage.gateway.store.addList(account, 'Home');
    const page = await open(account);
    await type(page, 'Fix issue #');
    await page.getByRole('option', { name: 'Home' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: 'Home' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await stored(account.tasks, { name: 'Fix issue #' });
  });

  it('understands German where the page speaks it', async () => {
    const account = stage.account();
    const page = await open(account, { locale: 'de-DE' });
    await type(page, 'Müll rausbringen alle 2 Wochen am Freitag');
    await page.locator('.chip', { hasText: 'Alle 2 Wochen am Fr' }).waitFor();
    await page.keyboard.press('Enter');
    await stored(account.tasks, { repeat: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR', dueOn: '2026-12-04' });
  });

  it('adds the text as it is while the parser can’t be loaded', async () => {
    const account = stage.account();
    const page = await open(account);
    await page.route(`**${pathOfScript('wednesday')}`, (route) => route.abort());
    await type(page, 'Call mum tomorrow');
    await page.keyboard.press('Enter');
    await stored(account.tasks, { name: 'Call mum tomorrow' });
  });

  it('gives all selected tasks one date', async () => {
    const account = stage.account('One', 'Two', 'Three');
    const page = await open(account);
    await page.locator('.name', { hasText: 'Three' }).waitFor();
    await page.locator('.check').first().focus();
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Date' }).click();
    await page.getByRole('button', { name: /^Tomorrow/ }).click();
    await eventually(() => {
      const dates = [...account.tasks.values()].map(({ name, dueOn }) => [name, dueOn]);
      expect(dates).toEqual([
        ['One', undefined],
        ['Two', '2026-12-02'],
        ['Three', '2026-12-02'],
      ]);
    });
  });
});
