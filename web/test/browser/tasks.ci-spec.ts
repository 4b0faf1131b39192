import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames, names } from '../support/browser.js';

const focusedName = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('.task')?.querySelector('.name')?.textContent);

describeInBrowser('tasks', () => {
  const stage = BrowserStage.use();
  const deletes = (): string[] => stage.gateway.requests.filter((request) => request.startsWith('DELETE /tasks'));

  it('loads with the focus in the field for a new task', async () => {
    const page = await stage.open(stage.account());
    await page.locator('#new-task:focus').waitFor();
  });

  it('offers to make several tasks of pasted lines, the first on top', async () => {
    const account = stage.account();
    const { context } = await stage.loggedIn(account);
    const page = await context.newPage();
    await page.goto(stage.gateway.origin);
    await page.locator('#new-task').evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'Milk\n\nEggs \r\nBread\n');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });
    await page.getByRole('button', { name: 'Add 3 tasks' }).click();
    await expectNames(page, ['Milk', 'Eggs', 'Bread']);
    await page.locator('#new-task:focus').waitFor();
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Bread', 'Eggs', 'Milk']);
    });
  });

  it('rolls a rejected task back with the reason, and keeps its text', async () => {
    const page = await stage.open(stage.account('Here'));
    await expectNames(page, ['Here']);
    const errors = [{ in: 'body', pointer: '/name', code: 'too-long' }];
    stage.gateway.faults.push({
      method: 'POST',
      path: '/tasks',
      times: 1,
      effect: { status: 422, type: 'invalid', errors },
    });
    await page.locator('#new-task').fill('Rejected');
    await page.keyboard.press('Enter');
    await page.getByText('“Rejected” wasn’t added. It is too long.').waitFor();
    await expectNames(page, ['Here']);
    await page.getByRole('button', { name: 'Edit' }).click();
    await eventually(async () => {
      expect(await page.locator('#new-task').inputValue()).toBe('Rejected');
    });
    expect(await page.content()).not.toContain('Never shown');
  });

  it('rolls a rejected tick back', async () => {
    const page = await stage.open(stage.account('Here'));
    stage.gateway.faults.push({
      method: 'PATCH',
      path: '/tasks',
      times: 1,
      effect: { status: 403, type: 'scope-missing' },
    });
    await page.getByRole('checkbox', { name: 'Here' }).click();
    await page.getByText('The change wasn’t saved.').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Here' }).isChecked()).toBe(false);
  });

  it('creates a task once though the answer was lost', async () => {
    const account = stage.account();
    const page = await stage.open(account);
    await page.getByText('Nothing to do yet').waitFor();
    stage.gateway.faults.push({ method: 'POST', path: '/tasks', times: 1, effect: 'lost' });
    const before = stage.gateway.requests.length;
    await page.locator('#new-task').fill('Only once');
    await page.keyboard.press('Enter');
    await eventually(() => {
      expect(stage.gateway.requests.slice(before).filter((request) => request === 'POST /tasks')).toHaveLength(2);
    });
    await page.getByRole('img', { name: 'Not saved yet' }).waitFor({ state: 'detached' });
    expect(account.tasks.size).toBe(1);
  });

  it('never sends a task that was added and deleted while offline', async () => {
    const account = stage.account('Old');
    const page = await stage.open(account);
    await expectNames(page, ['Old']);
    await page.context().setOffline(true);
    for (const name of ['Dropped', 'Kept']) {
      await page.locator('#new-task').fill(name);
      await page.keyboard.press('Enter');
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await page.getByText('1 change is kept here').waitFor();
    const before = stage.gateway.requests.length;
    await page.context().setOffline(false);
    await eventually(() => {
      expect([...account.tasks.values()].map(({ name }) => name)).toEqual(['Old', 'Kept']);
    });
    expect(stage.gateway.requests.slice(before).filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });

  it('keeps unsaved changes over a reload, and warns before it', async () => {
    const account = stage.account('Old');
    const page = await stage.open(account);
    await expectNames(page, ['Old']);
    stage.gateway.faults.push({
      method: 'POST',
      path: '/tasks',
      times: 2,
      effect: { status: 503, type: 'unavailable', retryAfter: 60 },
    });
    await page.locator('#new-task').fill('Survivor');
    await page.keyboard.press('Enter');
    await page.getByText('The server is busy').waitFor();
    const warned = page.waitForEvent('dialog');
    const reloaded = page.reload();
    const dialog = await warned;
    expect(dialog.type()).toBe('beforeunload');
    stage.gateway.faults.length = 0;
    await dialog.accept();
    await reloaded;
    await expectNames(page, ['Survivor', 'Old']);
    await eventually(() => {
      expect(account.tasks.size).toBe(2);
    });
    await page.waitForFunction(() => sessionStorage.getItem('tasks-unsaved') === null);
  });

  it('pauses the message while the pointer or the focus is in it', async () => {
    const { context } = await stage.loggedIn(stage.account('One', 'Two'));
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(stage.gateway.origin);
    await page.locator('#check-' + ((await page.locator('.task').first().getAttribute('data-id')) ?? '')).focus();
    const removed = await focusedName(page);
    await page.keyboard.press('Delete');
    // The page moves the focus to the next row: only then does it stay in the message.
    await eventually(async () => {
      expect([undefined, removed]).not.toContain(await focusedName(page));
    });
    await page.getByRole('button', { name: 'Undo' }).focus();
    await page.clock.fastForward(30_000);
    await page.locator('.notice').hover();
    await page.mouse.move(0, 0);
    await page.clock.fastForward(30_000);
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(deletes()).toEqual([]);
    await page.locator('#new-task').focus();
    await page.clock.fastForward(7_000);
    await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
    await eventually(() => {
      expect(deletes()).toHaveLength(1);
    });
    stage.gateway.requests.length = 0;
  });

  it('undoes by Ctrl+Z after the message went, and leaves text fields to the browser', async () => {
    const account = stage.account('One', 'Two');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await eventually(() => {
      expect(account.tasks.size).toBe(1);
    });
    await page.locator('#new-task').fill('typing');
    await page.keyboard.press('Control+z');
    expect(account.tasks.size).toBe(1);
    await page.getByRole('checkbox', { name: 'One' }).focus();
    await page.keyboard.press('Control+z');
    await expectNames(page, ['Two', 'One']);
    await eventually(async () => {
      expect(await focusedName(page)).toBe('Two');
    });
  });

  it('undoes rename, tick and clearing in the same way', async () => {
    const account = stage.account('One', 'Two');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'One' }).focus();
    await page.keyboard.press('F2');
    // The very first key, a space, goes into the name and does not tick the task.
    await page.keyboard.type(' more');
    await page.keyboard.press('Enter');
    await page.locator('.check:focus').waitFor();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Done 1' }).click();
    await page.getByRole('button', { name: 'Clear done' }).click();
    await page.getByRole('button', { name: 'Done 1' }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Done 1' }).waitFor();
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Done 1' }).waitFor({ state: 'detached' });
    await expectNames(page, ['Two', 'One more']);
    await page.keyboard.press('Control+z');
    await expectNames(page, ['Two', 'One']);
  });

  it('works by keyboard alone', async () => {
    const account = stage.account('Three', 'Two', 'One');
    const page = await stage.open(account);
    await expectNames(page, ['One', 'Two', 'Three']);
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const expectFocus = (name: string): Promise<void> =>
      eventually(async () => {
        expect(await focusedName(page)).toBe(name);
      });
    await press('ArrowDown');
    await expectFocus('One');
    await press('ArrowDown');
    await expectFocus('Two');
    await press('k');
    await expectFocus('One');
    await press('j', 'j');
    await expectFocus('Three');
    await press('F2', 'Control+a');
    await page.keyboard.type('Drei');
    await press('Enter');
    await expectFocus('Drei');
    await press('Alt+ArrowUp');
    await expectNames(page, ['One', 'Drei', 'Two']);
    await expectFocus('Drei');
    await press('Control+z');
    await expectNames(page, ['One', 'Two', 'Drei']);
    await press('Space');
    expect(await page.getByRole('checkbox', { name: 'Drei' }).isChecked()).toBe(true);
    await press('Control+z');
    await expectFocus('Drei');
    await press('ArrowUp');
    await expectFocus('Two');
    await press('Delete');
    await expectFocus('Drei');
    await press('Control+z');
    await expectNames(page, ['One', 'Two', 'Drei']);
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press('/');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.type('ei');
    await expectNames(page, ['Drei']);
    await press('Escape');
    await expectNames(page, ['One', 'Two', 'Drei']);
    await page.locator('#new-task:focus').waitFor();
    await press('ArrowDown');
    await expectFocus('One');
    await press('n');
    await page.locator('#new-task:focus').waitFor();
    await page.keyboard.type('j/k?nx');
    expect(await page.locator('#new-task').inputValue()).toBe('j/k?nx');
  });

  it('changes several rows at once, and takes that back at once', async () => {
    const account = stage.account('Three', 'Two', 'One');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'One' }).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 selected').waitFor();
    await page.locator('.name', { hasText: 'Three' }).click({ modifiers: ['Control'] });
    await page.getByText('3 selected').waitFor();
    await page.locator('.name', { hasText: 'Three' }).click({ modifiers: ['Control'] });
    const bar = page.getByRole('toolbar');
    await bar.getByRole('button', { name: 'Date' }).click();
    await page.getByRole('button', { name: /^Tomorrow/ }).click();
    const dates = (): (string | undefined)[] => [...account.tasks.values()].map(({ dueOn }) => dueOn);
    await eventually(() => {
      expect(dates().filter((date) => date !== undefined)).toHaveLength(2);
    });
    expect(stage.gateway.requests.filter((request) => request === 'POST /batch')).toHaveLength(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => {
      expect(dates()).toEqual([undefined, undefined, undefined]);
    });
    await bar.getByRole('button', { name: 'Delete' }).click();
    await expectNames(page, ['Three']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectNames(page, ['One', 'Two', 'Three']);
  });

  it('moves rows by the pointer, and keeps their order over a reload', async () => {
    const page = await stage.open(stage.account('Three', 'Two', 'One'));
    await expectNames(page, ['One', 'Two', 'Three']);
    await page.locator('.name', { hasText: 'Three' }).hover();
    await page.mouse.down();
    const first = await page.locator('.task').first().boundingBox();
    await page.mouse.move((first?.x ?? 0) + 80, (first?.y ?? 0) + 10, { steps: 5 });
    await page.mouse.up();
    await expectNames(page, ['Three', 'One', 'Two']);
    await eventually(() => {
      expect(stage.gateway.requests.at(-1)).toMatch(/^(GET|PATCH)/);
    });
    await page.reload();
    await expectNames(page, ['Three', 'One', 'Two']);
    // Esc drops nothing.
    await page.locator('.name', { hasText: 'Two' }).hover();
    await page.mouse.down();
    await page.mouse.move((first?.x ?? 0) + 80, (first?.y ?? 0) + 10, { steps: 5 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expectNames(page, ['Three', 'One', 'Two']);
  });

  it('keeps a ticked row while it has the focus', async () => {
    const page = await stage.open(stage.account('One', 'Two'));
    await page.clock.install();
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Done 1' }).waitFor();
    await page.clock.fastForward(3_000);
    expect(await names(page)).toEqual(['Two', 'One']);
    await page.keyboard.press('ArrowDown');
    await page.clock.fastForward(3_000);
    await expectNames(page, ['One']);
  });

  it('moves a task to another list, and counts it there', async () => {
    const account = stage.account('One', 'Two');
    const list = stage.gateway.store.addList(account, 'Work');
    const page = await stage.open(account);
    await page.locator('.task').first().hover();
    await page.getByRole('button', { name: 'Actions for “Two”' }).click();
    await page.getByRole('menuitem', { name: 'Move to Work' }).click();
    await expectNames(page, ['One']);
    await eventually(() => {
      expect([...list.tasks.values()].map(({ name }) => name)).toEqual(['Two']);
    });
    await page.getByRole('link', { name: /^Work/ }).click();
    await expectNames(page, ['Two']);
  });

  it('makes links of web addresses and of nothing else', async () => {
    const page = await stage.open(stage.account('See https://example.com/a?b=c, or javascript:alert(1)'));
    const link = page.locator('.name a');
    expect(await link.getAttribute('href')).toBe('https://example.com/a?b=c');
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await link.count()).toBe(1);
  });

  it('turns single-key shortcuts off, and keeps the others', async () => {
    const page = await stage.open(stage.account('One', 'Two'), { path: '/settings' });
    await page.getByRole('switch').uncheck();
    await page.getByRole('link', { name: 'Back to tasks' }).click();
    await page.locator('#new-task:focus').waitFor();
    await expectNames(page, ['Two', 'One']);
    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).toBe('Two');
    for (const key of ['j', 'n', '/', '?']) await page.keyboard.press(key);
    expect(await focusedName(page)).toBe('Two');
    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).toBe('One');
  });

  it('moves the focus on when the focused row is deleted elsewhere', async () => {
    const account = stage.account('One', 'Two', 'Three');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    const gone = [...account.tasks.values()].find(({ name }) => name === 'Two');
    account.tasks.delete(gone?.id ?? '');
    stage.gateway.publish(account, { taskIds: [gone?.id ?? ''] });
    await expectNames(page, ['Three', 'One']);
    await eventually(async () => {
      expect(await focusedName(page)).toBe('One');
    });
  });

  it('clears done tasks after the message went', async () => {
    const account = stage.account();
    stage.gateway.store.addTasks(account, ['One', 'Two', 'Three'], (place) => ({ done: place > 0 }));
    const page = await stage.open(account);
    await page.getByRole('button', { name: 'Done 2' }).click();
    await expectNames(page, ['One', 'Three', 'Two']);
    await page.getByRole('button', { name: 'Clear done' }).click();
    await page.getByText('Cleared 2 done tasks').waitFor();
    await expectNames(page, ['One']);
    expect(account.tasks.size).toBe(3);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await eventually(() => {
      expect(account.tasks.size).toBe(1);
    });
  });

  it('sends a held deletion when the page is closed', async () => {
    const account = stage.account('One', 'Two');
    const page = await stage.open(account);
    await page.getByRole('checkbox', { name: 'Two' }).focus();
    await page.keyboard.press('Delete');
    await expectNames(page, ['One']);
    await page.goto('about:blank');
    await eventually(() => {
      expect(account.tasks.size).toBe(1);
    });
  });
});
