import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames, names } from '../support/browser.js';
import type { StoredAccount } from '../support/stand-in-store.js';

describeInBrowser('rows of the list', () => {
  const stage = BrowserStage.use();

  const focusRow = (page: Page, name: string): Promise<void> =>
    page.getByRole('checkbox', { name, exact: true }).focus();
  const focused = (page: Page, name: string): Promise<void> =>
    page.getByRole('checkbox', { name, exact: true }).and(page.locator(':focus')).waitFor();
  /** An account that has tasks of its own and may only read the list `Rota`. */
  const viewer = (): StoredAccount => {
    const account = stage.account('Mine', 'Mine too');
    const rota = stage.gateway.store.addList(stage.account(), 'Rota', 'Theirs');
    stage.gateway.store.addMember(rota, account, 'viewer');
    return account;
  };

  it('changes no selected row of a list that the account only reads', async () => {
    const page = await stage.open(viewer(), { path: '/all' });
    await page.locator('.task').nth(2).waitFor();
    await focusRow(page, 'Mine');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Space');
    await page.getByText('2 tasks done').waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+a');
    await focusRow(page, 'Theirs');
    await page.keyboard.press('Delete');
    await page.getByText('Deleted 2 tasks').waitFor();
    await expectNames(page, ['Theirs']);
    await focused(page, 'Theirs');
  });

  it('says that a row can only be read, and does not let it be dragged', async () => {
    const account = viewer();
    const page = await stage.open(account, { path: '/all' });
    await page.locator('.task').nth(2).waitFor();
    const before = await names(page);
    const row = page.locator('.task', { hasText: 'Theirs' });
    const check = row.getByRole('checkbox', { disabled: true });
    await check.click({ force: true });
    expect(await check.isChecked()).toBe(false);
    expect(await check.getAttribute('title')).toBe('View only');
    const from = await row.locator('.name').boundingBox();
    if (from === null) throw new Error('The row is shown');
    const to = from.y + (before[0] === 'Theirs' ? 120 : -120);
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(from.x + 5, to, { steps: 5 });
    expect(await page.locator('.is-dragged').count()).toBe(0);
    await page.mouse.up();
    expect(await names(page)).toEqual(before);
  });

  it('focuses the next row after the selected ones were deleted', async () => {
    const page = await stage.open(stage.account('One', 'Two', 'Three', 'Four'), { path: '/all' });
    for (const name of ['Three', 'Two'])
      await page.locator('.name', { hasText: name }).click({ modifiers: ['Control'] });
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    await expectNames(page, ['Four', 'One']);
    await focused(page, 'One');
  });

  it('deletes by the keyboard what was selected by the mouse, and selects no text', async () => {
    const page = await stage.open(stage.account('One', 'Two', 'Three', 'Four'), { path: '/all' });
    const click = (name: string, key: 'Control' | 'Shift'): Promise<void> =>
      page.locator('.name', { hasText: name }).click({ modifiers: [key] });
    await click('Three', 'Control');
    await click('One', 'Shift');
    expect(await page.evaluate(() => String(getSelection()))).toBe('');
    await page.keyboard.press('Delete');
    await expectNames(page, ['Four']);
  });

  it('scrolls no further than the list while a row is dragged', async () => {
    const names = Array.from({ length: 25 }, (_, place) => `Task ${String(place + 1)}`);
    const page = await stage.open(stage.account(...names));
    await page.locator('.task').nth(10).waitFor();
    const { height } = page.viewportSize() ?? { height: 0 };
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    const box = await page.locator('.task .name').first().boundingBox();
    if (!box) throw new Error('no row');
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 5, height - 5, { steps: 5 });
    await page.waitForFunction((bottom) => scrollY + innerHeight >= bottom - 1, whole);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let frames = 0;
          const next = (): void => {
            if (++frames < 30) requestAnimationFrame(next);
            else resolve();
          };
          next();
        }),
    );
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(whole + 48);
    await page.mouse.up();
    await page.locator('.task[aria-posinset="25"] .name', { hasText: String(names.at(-1)) }).waitFor();
  });

  it.each([900, 1440])('focuses the next row after a deletion in the details at %d px', async (width) => {
    const page = await stage.open(stage.account('One', 'Two', 'Three'), {
      path: '/all',
      viewport: { width, height: 800 },
    });
    await focusRow(page, 'Two');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Delete task' }).click();
    await expectNames(page, ['Three', 'One']);
    await focused(page, 'One');
    await page.locator('#new-task').focus();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectNames(page, ['Three', 'Two', 'One']);
  });

  it('leaves the focus in a field when a row appears again that was wanted before', async () => {
    const account = stage.account('One', 'Two');
    const page = await stage.open(account, { path: '/starred' });
    await page.getByText('No starred tasks').waitFor();
    await page.goto(`${stage.gateway.origin}/all`);
    await expectNames(page, ['Two', 'One']);
    await focusRow(page, 'Two');
    await page.keyboard.press('Delete');
    await page.getByRole('link', { name: /^Starred/ }).click();
    await page.getByText('No starred tasks').waitFor();
    // Brings a row back that this view does not have.
    await page.keyboard.press('Control+z');
    // Before the next frame.
    await page.getByRole('link', { name: /^All/ }).evaluate((link: HTMLElement) => {
      document.querySelector<HTMLElement>('#new-task')?.focus();
      link.click();
    });
    await expectNames(page, ['Two', 'One']);
    await page.locator('#new-task:focus').waitFor();
  });

  it('goes on by j and k over headings and beyond the drawn rows', async () => {
    const account = stage.account();
    const today = new Date().toISOString().slice(0, 10);
    stage.gateway.store.addTasks(account, ['Now', 'Late'], (place) => ({ dueOn: place === 0 ? today : '2020-01-01' }));
    stage.gateway.store.addTasks(
      account,
      Array.from({ length: 80 }, (_, place) => `Task ${String(place + 1)}`),
    );
    const page = await stage.open(account, { path: '/today' });
    await focusRow(page, 'Late');
    await page.keyboard.press('j');
    await focused(page, 'Now');
    await page.keyboard.press('k');
    await focused(page, 'Late');
    await page.getByRole('link', { name: /^All/ }).click();
    await page.locator('.task[aria-posinset="10"]').waitFor();
    await page.locator('.task .check').first().focus();
    for (let step = 0; step < 60; step++) await page.keyboard.press('j');
    await page.locator('.task[aria-posinset="61"] .check:focus').waitFor();
  });

  it.each([
    ['j', 'k'],
    ['ArrowDown', 'ArrowUp'],
  ])('counts every %s that comes before rows are drawn', async (down, up) => {
    const names = Array.from({ length: 80 }, (_, place) => `Task ${String(place + 1)}`);
    const page = await stage.open(stage.account(...names), { path: '/all' });
    await page.locator('.task .check').first().focus();
    const press = (key: string, times: number): Promise<void> =>
      page.evaluate(
        ([name, count]) => {
          for (let step = 0; step < count; step++)
            document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
        },
        [key, times] as const,
      );
    await press(down, 60);
    await page.locator('.task[aria-posinset="61"] .check:focus').waitFor();
    await press(up, 50);
    await page.locator('.task[aria-posinset="11"] .check:focus').waitFor();
  });

  it('moves the focus to a row that is drawn within the key', async () => {
    const page = await stage.open(stage.account('One', 'Two', 'Three'));
    await focusRow(page, 'Three');
    const reached = await page.evaluate(() => {
      const event = new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
      return document.activeElement?.closest('.task')?.querySelector('.name')?.textContent;
    });
    expect(reached).toBe('Two');
  });

  it('gives a key to what the key before it gave the focus, also before that is drawn', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await focusRow(page, 'Two');
    await page.evaluate(() => {
      const check = document.activeElement;
      for (const key of ['F2', 'x'])
        check?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await page.locator('.rename:focus').waitFor();
    expect(await page.locator('.task.is-selected').count()).toBe(0);
  });

  /** 200 tasks, so that most rows are not drawn. */
  const many = (): StoredAccount =>
    stage.account(...Array.from({ length: 200 }, (_, place) => `Task ${String(place)}`));
  /** Scrolls to a place, and waits until all rows there are drawn. */
  const scrollToPlace = async (page: Page, y: number, place: number): Promise<void> => {
    await page.evaluate((to) => {
      scrollTo(0, to);
    }, y);
    await page.locator(`.task[aria-posinset="${String(place)}"]`).waitFor();
    await page.locator(`.task[aria-posinset="${String(place + 16)}"]`).waitFor();
  };
  const twoFrames = (page: Page): Promise<void> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              resolve();
            });
          });
        }),
    );

  it('stays where somebody scrolls while a row has the focus', async () => {
    const page = await stage.open(many());
    await focusRow(page, 'Task 196');
    await scrollToPlace(page, 6_000, 130);
    // Rows are put in order last.
    await eventually(async () => {
      const places = await page
        .locator('.task')
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-posinset'))));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    });
    await twoFrames(page);
    expect(await page.evaluate(() => scrollY)).toBe(6_000);
    await focused(page, 'Task 196');
  });

  it('leaves a name open for editing while somebody scrolls away and back', async () => {
    const page = await stage.open(many());
    await focusRow(page, 'Task 196');
    await page.keyboard.press('F2');
    await page.locator('.rename').fill('Half of a na');
    for (const [y, place] of [
      [6_000, 130],
      [0, 1],
      [6_000, 130],
    ] as const) {
      await scrollToPlace(page, y, place);
      // What follows the last pass of drawing.
      for (let frame = 0; frame < 10; frame++) await twoFrames(page);
    }
    await page.keyboard.type('me');
    expect(await page.locator('.rename:focus').inputValue()).toBe('Half of a name');
  });

  it('stays where somebody scrolls while a rename ends', async () => {
    const page = await stage.open(many());
    await focusRow(page, 'Task 196');
    await page.keyboard.press('F2');
    await page.locator('.rename').fill('Renamed');
    await page.evaluate(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector('.rename') !== null) return;
        observer.disconnect();
        scrollTo(0, 6_000);
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.keyboard.press('Enter');
    await page.locator('.task[aria-posinset="130"]').waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(6_000);
    await focused(page, 'Renamed');
  });

  it('shows of every row its own state after scrolling, and of none that of another', async () => {
    const account = stage.account();
    const tasks = Array.from({ length: 200 }, (_, place) => ({
      name: `Task ${String(place)}`,
      starred: place % 7 === 0,
    }));
    stage.gateway.store.addTasks(
      account,
      tasks.map(({ name }) => name),
      (place) => ({ starred: place % 7 === 0 }),
    );
    const page = await stage.open(account);
    const ticked = ['Task 198', 'Task 190'];
    for (const name of ticked) await page.getByRole('checkbox', { name, exact: true }).click();
    await page.locator('.task[aria-setsize="198"]').first().waitFor();
    await focusRow(page, 'Task 196');
    await page.keyboard.press('F2');
    await page.locator('.rename').fill('Renamed');
    await page.keyboard.press('Enter');
    await page.locator('.name', { hasText: 'Renamed' }).waitFor();
    const expected = tasks
      .toReversed()
      .filter(({ name }) => !ticked.includes(name))
      .map(({ name, starred }, place) => {
        const shown = name === 'Task 196' ? 'Renamed' : name;
        return [place + 1, shown, `Star “${shown}”`, `Actions for “${shown}”`, starred, false, shown];
      });
    for (const [top, first] of [
      [6_000, 130],
      [0, 1],
      [3_000, 65],
    ] as const) {
      await page.evaluate((y) => {
        scrollTo(0, y);
      }, top);
      await page.locator(`.task[aria-posinset="${String(first)}"]`).waitFor();
      await eventually(async () => {
        const rows = await page.locator('.task').evaluateAll((items) =>
          items.map((item) => {
            const check = item.querySelector<HTMLInputElement>('.check');
            const label = document.getElementById(check?.getAttribute('aria-labelledby') ?? '');
            return [
              Number(item.getAttribute('aria-posinset')),
              item.querySelector('.name')?.textContent,
              item.querySelector('.star')?.getAttribute('aria-label'),
              item.querySelector('.more')?.getAttribute('aria-label'),
              item.querySelector('.star')?.getAttribute('aria-pressed') === 'true',
              check?.checked === true || item.matches('.is-done, .is-editing'),
              label?.textContent,
            ] as const;
          }),
        );
        expect(rows).toEqual(rows.map(([place]) => expected[place - 1]));
      });
    }
  });

  it('leaves the focus on a star whose row moves', async () => {
    const account = stage.account('One', 'Two', 'Three', 'Four');
    const { context } = await stage.loggedIn(account);
    // Without it, as in some browsers, an element that is moved loses the focus.
    await context.addInitScript(() => Reflect.deleteProperty(Element.prototype, 'moveBefore'));
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await expectNames(page, ['Four', 'Three', 'Two', 'One']);
    const star = page.getByRole('button', { name: 'Star “Three”' });
    await star.focus();
    // The other way round, so that all elements but one are moved.
    for (const [place, task] of [...account.tasks.values()].entries()) task.position = `z${String(place)}`;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expectNames(page, ['One', 'Two', 'Three', 'Four']);
    await star.and(page.locator(':focus')).waitFor();
  });

  it('keeps letters that are typed while the address takes the ones before', async () => {
    const page = await stage.open(stage.account('One'), { path: '/all' });
    const search = page.getByPlaceholder('Search all lists');
    await page.evaluate(() => {
      const push = history.pushState.bind(history);
      history.pushState = (...state) => {
        push(...state);
        const field = document.querySelector<HTMLInputElement>('#search');
        if (field?.value !== 'a') return;
        field.value = 'ab';
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      };
    });
    await search.fill('a');
    await page.waitForURL(/q=ab$/);
    expect(await search.inputValue()).toBe('ab');
    await page.goBack();
    await page.waitForURL(/\/all$/);
    await page.locator('#search:placeholder-shown').waitFor();
  });

  it('says once that a list of the address is unknown, and goes to the first', async () => {
    const account = stage.account('One');
    const page = await stage.open(account, { path: `/lists/${'f'.repeat(32)}` });
    await page.getByText('This list doesn’t exist, or you no longer have it.').waitFor();
    await page.waitForURL(`**/lists/${account.first.id}`);
    await expectNames(page, ['One']);
  });
});
