import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/api/api-error.js';
import type { HttpClient } from '../../../src/api/http.js';
import { ListsApi } from '../../../src/api/lists-api.js';
import { TasksApi } from '../../../src/api/tasks-api.js';
import { Language } from '../../../src/i18n/language.js';
import { ListsModel } from '../../../src/state/lists.js';
import { Notices } from '../../../src/state/notices.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskModel } from '../../../src/state/task-model.js';
import type { Row } from '../../../src/state/task.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { StandInHttp } from '../../support/stand-in-http.js';
import type { StoredList, StoredTask } from '../../support/stand-in-store.js';
import { settle } from '../../support/settle.js';

describe('TaskModel', () => {
  let http: StandInHttp;
  let model: TaskModel;
  let lists: ListsModel;
  let notices: Notices;
  let browser: FakeBrowser;
  let first: StoredList;
  let other: StoredList;

  beforeEach(async () => {
    http = new StandInHttp();
    ({ first } = http.account);
    http.store.addTasks(first, ['Three', 'Two', 'One'], (place) => (place === 1 ? { done: true } : {}));
    other = http.store.addList(http.account, 'Other', 'Elsewhere');
    notices = new Notices();
    browser = new FakeBrowser();
    browser.nowMs = Date.now();
    const client = http as unknown as HttpClient;
    const language = new Language();
    lists = new ListsModel(new ListsApi(client), notices, language, browser);
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    model = new TaskModel(new TasksApi(client), lists, tabs, notices, language, browser);
    await model.list.start(undefined, '');
    await show();
  });
  afterEach(() => {
    model.queue.close();
  });

  const show = async (view: Parameters<TaskModel['list']['show']>[0] = { kind: 'list', list: first.id }, text = '') => {
    await model.list.show(view, text, 'manual');
    await settle();
  };
  const shown = (): string[] => model.list.rows.value.map(({ name, done }) => `${name}${done ? ' ✓' : ''}`);
  const row = (name: string): Row => {
    const found = [...model.list.rows.value, ...model.list.doneRows.value].find((one) => one.name === name);
    if (found === undefined) throw new Error(`No row ${name}`);
    return found;
  };
  const stored = ({ tasks }: StoredList = first): string[] =>
    [...tasks.values()].map(({ name, done }) => `${name}${done ? ' ✓' : ''}`).sort();
  const storedTask = (name: string): StoredTask | undefined =>
    [...first.tasks.values(), ...other.tasks.values()].find((task) => task.name === name);
  const dismissAll = async (): Promise<void> => {
    for (const { key } of notices.shown.value) notices.dismiss(key);
    await settle();
  };
  const counts = () => {
    const [list] = lists.lists.value;
    return list && model.list.countsOf(list);
  };

  it('shows the open tasks, and reads done ones when they are unfolded', async () => {
    expect(shown()).toEqual(['One', 'Three']);
    expect(model.list.doneCount).toBe(1);
    expect(http.requests.some((request) => request.includes('done=true'))).toBe(false);
    model.list.toggleDone();
    await settle();
    expect(model.list.doneRows.value.map(({ name }) => name)).toEqual(['Two']);
  });

  it('adds several tasks in their order by one request, the first on top', async () => {
    model.addAll(first.id, [{ name: 'A' }, { name: ' ' }, { name: 'B', done: true }, { name: 'C', note: 'n' }]);
    expect(shown()).toEqual(['A', 'C', 'One', 'Three']);
    await settle();
    expect(http.changes).toHaveLength(1);
    expect(shown()).toEqual(['A', 'C', 'One', 'Three']);
    expect(stored()).toEqual(['A', 'B ✓', 'C', 'One', 'Three', 'Two ✓']);
  });

  it('adds a single task by a single request', async () => {
    model.add(other.id, { name: ' New ', dueOn: '2026-12-01' });
    await settle();
    expect(http.changes).toEqual([expect.stringMatching(/^POST \/lists\/tasks .*"name":"New","dueOn":"2026-12-01"/)]);
    expect(stored(other)).toEqual(['Elsewhere', 'New']);
  });

  it('takes back what was pasted', async () => {
    model.addAll(first.id, [{ name: 'A' }, { name: 'B' }]);
    await settle();
    model.undo();
    await settle();
    expect(stored()).toEqual(['One', 'Three', 'Two ✓']);
  });

  it('ignores a name of blanks', () => {
    expect(model.add(first.id, { name: '  ' })).toBeUndefined();
    expect(shown()).toHaveLength(2);
  });

  it('takes back a deletion before it is sent', async () => {
    model.remove([row('One'), row('Three')]);
    expect(shown()).toEqual([]);
    model.undo();
    await settle();
    expect(shown()).toEqual(['One', 'Three']);
    expect(http.changes).toEqual([]);
  });

  it('takes back a deletion after it was sent, with all that the task had', async () => {
    const note = `${'x'.repeat(2_000)}\n- [x] step`;
    Object.assign(storedTask('One') ?? {}, { note, dueOn: '2026-12-01', starred: true, position: 'zz' });
    await model.list.live.refresh(row('One').id, [first.id]);
    await show({ kind: 'starred' });
    const before = structuredClone(storedTask('One'));
    model.remove([row('One')]);
    await dismissAll();
    expect(stored()).toEqual(['Three', 'Two ✓']);
    model.undo();
    await settle();
    expect(storedTask('One')).toEqual(before);
  });

  it('brings a task back under another id when its own is taken', async () => {
    const { id } = row('One');
    model.remove([row('One')]);
    await dismissAll();
    const taken = http.store.addAccount('bob', 'velvet tractor sings loudly');
    taken.tasks.set(id, { id, name: 'Theirs', done: false, createdOn: new Date().toISOString() });
    model.undo();
    await settle();
    expect(storedTask('One')?.id).not.toBe(id);
    expect(shown()).toContain('One');
  });

  it('takes back clearing, also of tasks that the page had not read', async () => {
    model.clearDone(first.id);
    http.store.addTasks(first, ['Late'], () => ({ done: true }));
    await dismissAll();
    expect(stored()).toEqual(['One', 'Three']);
    model.undo();
    await settle();
    expect(stored()).toEqual(['Late ✓', 'One', 'Three', 'Two ✓']);
  });

  it('takes back clearing while it runs, with all that the tasks had', async () => {
    Object.assign(storedTask('Two') ?? {}, { note: 'x'.repeat(2_000) });
    http.store.addTasks(first, ['Late'], () => ({ done: true }));
    model.list.toggleDone();
    await settle();
    const before = structuredClone(storedTask('Two'));
    const hold = http.answers.hold(`GET /lists/${first.id}/tasks?done=true`);
    model.clearDone(first.id);
    await dismissAll();
    await hold.arrived;
    expect(model.undo()).toBe(true);
    hold.release();
    await settle();
    expect(storedTask('Two')).toEqual(before);
    expect(stored()).toEqual(['Late ✓', 'One', 'Three', 'Two ✓']);
  });

  it('withdraws what was not sent yet without a network', async () => {
    browser.isOnlineNow = false;
    const hold = http.answers.hold('GET /tasks?limit=1');
    model.clearDone(first.id);
    await dismissAll();
    model.undo();
    hold.release();
    await settle();
    expect(http.changes).toEqual([]);
    expect(model.queue.unsaved.value).toBe(0);
  });

  it('brings back no task with the beginning of its note only', async () => {
    Object.assign(storedTask('One') ?? {}, { note: 'x'.repeat(2_000) });
    await model.list.refresh();
    browser.nowMs += 10_000;
    await model.list.refresh();
    await settle();
    const one = row('One');
    expect(one.note).toHaveLength(1_024);
    model.remove([one]);
    first.tasks.delete(one.id);
    await dismissAll();
    model.undo();
    await settle();
    expect(stored()).toEqual(['Three', 'Two ✓']);
    expect(notices.shown.value[0]?.text).toContain('can’t be undone');
  });

  it('undoes commands on several rows as a whole, the newest first', async () => {
    const both = (): Row[] => [row('One'), row('Three')];
    model.edit(both(), { dueOn: '2026-12-01', starred: true });
    model.move(both(), other.id);
    await show({ kind: 'list', list: other.id });
    await settle();
    expect(stored(other)).toEqual(['Elsewhere', 'One', 'Three']);
    model.undo();
    await settle();
    expect(stored(other)).toEqual(['Elsewhere']);
    expect(storedTask('One')).toMatchObject({ dueOn: '2026-12-01', starred: true });
    model.undo();
    await settle();
    expect(storedTask('One')).not.toHaveProperty('dueOn');
    expect(storedTask('Three')).not.toHaveProperty('starred');
    expect(model.undo()).toBe(false);
  });

  it('deletes a task that is renamed to nothing', () => {
    model.rename(row('One'), ' ');
    expect(shown()).not.toContain('One');
  });

  it('rolls a rejected rename back, and keeps its text for another try', async () => {
    http.failure = new ApiError(422, 'invalid', [{ pointer: '/name', code: 'too-long' }]);
    model.rename(row('One'), 'Far too long');
    expect(shown()).toContain('Far too long');
    await settle();
    expect(shown()).toContain('One');
    const [notice] = notices.shown.value;
    expect(notice?.text).toContain('It is too long.');
    notice?.action?.run();
    expect(model.editing.value).toEqual({ id: row('One').id, text: 'Far too long' });
  });

  it('reverts a rejected task, and puts its text back into the field', async () => {
    http.failure = new ApiError(422, 'invalid');
    model.add(first.id, { name: 'Rejected' });
    await settle();
    expect(shown()).not.toContain('Rejected');
    notices.shown.value[0]?.action?.run();
    expect(model.draft.value).toBe('Rejected');
  });

  it('removes the row when the task was deleted elsewhere', async () => {
    first.tasks.delete(row('One').id);
    model.edit([row('One')], { starred: true });
    await settle();
    expect(shown()).not.toContain('One');
    expect(notices.shown.value[0]?.text).toContain('It was deleted elsewhere.');
  });

  describe('a tick', () => {
    it('keeps the row for a moment, and while it has the focus', async () => {
      model.setDone([row('One')], true);
      expect(shown()).toEqual(['One ✓', 'Three']);
      model.list.pins.onFocus(row('One').id);
      await settle();
      browser.fire(1_200);
      expect(shown()).toEqual(['One ✓', 'Three']);
      model.list.pins.onFocus(undefined);
      expect(shown()).toEqual(['Three']);
      model.setDone([row('Three')], true);
      browser.fire(1_200);
      expect(shown()).toEqual([]);
    });

    it('shows the next task of a series, which its undo removes', async () => {
      Object.assign(storedTask('One') ?? {}, { dueOn: '2026-12-01', repeat: 'FREQ=DAILY' });
      await model.list.live.refresh(row('One').id, [first.id]);
      model.setDone([row('One')], true);
      await settle();
      expect(shown()).toEqual(['One', 'One ✓', 'Three']);
      expect(http.changes.at(-1)).toMatch(/"done":true,"now":"\d{4}-\d\d-\d\dT\d\d:\d\d"/);
      model.undo();
      await settle();
      expect(shown()).toEqual(['One', 'Three']);
      expect(stored()).toEqual(['One', 'Three', 'Two ✓']);
    });

    it('is counted at once, and once', async () => {
      expect(counts()).toEqual({ open: 2, done: 1 });
      model.setDone([row('One')], true);
      expect(counts()).toEqual({ open: 1, done: 2 });
      await settle();
      expect(counts()).toMatchObject({ open: 1, done: 2 });
      model.clearDone(first.id);
      expect(counts()).toMatchObject({ open: 1, done: 0 });
    });
  });

  describe('the order', () => {
    beforeEach(async () => {
      const now = Date.now();
      const createdOn = (place: number): string => new Date(now + place).toISOString();
      http.store.addTasks(first, ['D', 'C', 'B', 'A'], (place) => ({ createdOn: createdOn(place) }));
      browser.nowMs += 1_000;
      await model.list.refresh();
      await settle();
      expect(shown()).toEqual(['A', 'B', 'C', 'D', 'One', 'Three']);
    });

    it('changes by one request for each move, and by its undo', async () => {
      model.reorder(row('D'), { before: row('A').id });
      expect(shown()).toEqual(['D', 'A', 'B', 'C', 'One', 'Three']);
      expect(model.shift(row('A'), 2)).toBe(3);
      await settle();
      expect(shown()).toEqual(['D', 'B', 'C', 'A', 'One', 'Three']);
      expect(http.changes).toHaveLength(2);
      model.undo();
      model.undo();
      await settle();
      expect(shown()).toEqual(['A', 'B', 'C', 'D', 'One', 'Three']);
      expect(storedTask('A')).not.toHaveProperty('position');
    });

    it('is that of the dates where the view is about dates', async () => {
      model.edit([row('D')], { dueOn: '2020-01-01' });
      model.edit([row('A')], { dueOn: '2020-01-02' });
      await show({ kind: 'today' });
      expect(shown()).toEqual(['D', 'A']);
      expect(model.shift(row('A'), -1)).toBeUndefined();
    });

    it('puts new tasks above the first', async () => {
      model.reorder(row('D'), { before: row('A').id });
      await settle();
      browser.nowMs += 60_000;
      model.add(first.id, { name: 'New' });
      expect(shown()[0]).toBe('New');
    });
  });

  it('searches all lists for words in any order, and the server for done tasks', async () => {
    http.store.addTasks(other, ['Überweisung schreiben']);
    http.store.addTasks(first, ['Schreiben: eine Überweisung'], () => ({ done: true }));
    await show({ kind: 'list', list: first.id }, 'schreiben uberweisung');
    expect(shown()).toEqual(['Überweisung schreiben']);
    expect(model.list.doneRows.value.map(({ name }) => name)).toEqual(['Schreiben: eine Überweisung']);
  });

  it('reads tasks that change in quick succession together', async () => {
    const { id } = row('One');
    const reads = (): number => http.requests.filter((request) => request.endsWith(`/tasks/${id}`)).length;
    for (let event = 0; event < 50; event++) void model.list.live.onChanged(first.id, [id]);
    await settle();
    expect(reads()).toBe(1);
    browser.fire(250);
    await settle();
    expect(reads()).toBe(2);
    browser.fire(250);
    await settle();
    expect(reads()).toBe(2);
  });

  it('keeps a task that another device moved to another list', async () => {
    const task = storedTask('One');
    if (task === undefined) throw new Error('no task');
    first.tasks.delete(task.id);
    other.tasks.set(task.id, task);
    await Promise.all([model.list.live.refresh(task.id, [other.id]), model.list.live.refresh(task.id, [first.id])]);
    expect(shown()).toEqual(['Three']);
    expect(model.list.find(task.id)?.list).toBe(other.id);
  });

  it('keeps the rows of unsaved tasks while others are confirmed', () => {
    http.until = new Promise(() => undefined);
    model.addAll(first.id, [{ name: 'A' }, { name: 'B' }]);
    const [before] = model.list.rows.value;
    model.setDone([row('One')], true);
    expect(model.list.rows.value[0]).toBe(before);
  });

  describe('the start', () => {
    it.each([
      [{ dueOn: '2020-01-01' }, 'today'],
      [{ dueOn: '2999-01-01' }, 'list'],
    ])('with a task %j is %s', async (fields, kind) => {
      Object.assign(storedTask('Elsewhere') ?? {}, fields);
      const again = new TaskModel(
        new TasksApi(http as unknown as HttpClient),
        lists,
        new Tabs(browser.openChannel('tasks-a'), 'other'),
        notices,
        new Language(),
        browser,
      );
      await again.list.start(undefined, '');
      await settle();
      expect(again.list.home?.kind).toBe(kind);
    });
  });
});
