import { beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '../../src/api/api-error.js';
import type { TasksApi } from '../../src/api/tasks-api.js';
import { Language } from '../../src/i18n/language.js';
import { Notices } from '../../src/state/notices.js';
import { Tabs } from '../../src/state/tabs.js';
import { TaskModel } from '../../src/state/task-model.js';
import type { Row, Task, TaskChanges, TaskQuery } from '../../src/state/task.js';
import { FakeBrowser } from '../support/fake-browser.js';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** The routes under /tasks in memory. */
class FakeApi {
  readonly tasks = new Map<string, Task>();
  readonly calls: string[] = [];
  failure: ApiError | undefined;

  async list({ filter }: TaskQuery): Promise<{ items: Task[]; nextCursor: null; changed: boolean }> {
    const items = [...this.tasks.values()].filter(({ done }) => filter === 'all' || done === (filter === 'done'));
    return Promise.resolve({ items: items.toReversed(), nextCursor: null, changed: true });
  }

  async counts(): Promise<{ open: number; done: number }> {
    const done = [...this.tasks.values()].filter((task) => task.done).length;
    return Promise.resolve({ open: this.tasks.size - done, done });
  }

  async get(id: string): Promise<Task> {
    return Promise.resolve(this.#find(id));
  }

  async create(id: string, name: string): Promise<Task> {
    this.#call(`create ${name}`);
    const task = this.tasks.get(id) ?? { id, name, done: false, createdOn: new Date().toISOString() };
    this.tasks.set(id, task);
    return Promise.resolve(task);
  }

  async patch(id: string, changes: TaskChanges): Promise<Task> {
    this.#call(`patch ${JSON.stringify(changes)}`);
    const task = { ...this.#find(id), ...changes };
    this.tasks.set(id, task);
    return Promise.resolve(task);
  }

  async remove(id: string): Promise<void> {
    this.#call(`remove ${this.#find(id).name}`);
    this.tasks.delete(id);
    return Promise.resolve();
  }

  async clearDone(): Promise<{ removed: number; more: boolean }> {
    this.#call('clear done');
    for (const task of this.tasks.values()) if (task.done) this.tasks.delete(task.id);
    return Promise.resolve({ removed: 1, more: false });
  }

  #call(call: string): void {
    this.calls.push(call);
    if (this.failure) throw this.failure;
  }

  #find(id: string): Task {
    const task = this.tasks.get(id);
    if (task === undefined) throw new ApiError(404, 'not-found');
    return task;
  }
}

describe('TaskModel', () => {
  let api: FakeApi;
  let model: TaskModel;
  let notices: Notices;
  let browser: FakeBrowser;

  beforeEach(async () => {
    api = new FakeApi();
    notices = new Notices();
    browser = new FakeBrowser();
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    model = new TaskModel(api as unknown as TasksApi, tabs, notices, new Language(), browser);
    for (const name of ['One', 'Two', 'Three']) await api.create(name.padEnd(24, '0'), name);
    await api.patch('Two'.padEnd(24, '0'), { done: true });
    api.calls.length = 0;
    await model.list.load();
    await settle();
  });

  const shown = (): string[] => model.list.rows.value.map(({ name, done }) => `${name}${done ? ' ✓' : ''}`);
  const row = (name: string): Row => {
    const found = model.list.rows.value.find((one) => one.name === name);
    if (found === undefined) throw new Error(`No row ${name}`);
    return found;
  };
  const dismissAll = (): void => {
    for (const { key } of notices.shown.value) notices.dismiss(key);
  };

  it('adds pasted lines in their order, the first on top', async () => {
    model.addAll(['A', 'B']);
    expect(shown().slice(0, 2)).toEqual(['A', 'B']);
    await settle();
    expect(api.calls).toEqual(['create B', 'create A']);
  });

  it('mentions once that the filter hides pasted lines', async () => {
    await model.list.show({ filter: 'done', text: '' });
    model.addAll(['A', 'B', 'C']);
    expect(notices.shown.value.map(({ text }) => text)).toEqual(['“A” was added. The current filter hides it.']);
  });

  it('reads tasks that change in quick succession together', async () => {
    let reads = 0;
    const one = row('One');
    const { id } = one;
    api.get = () => Promise.resolve({ ...one, name: `Read ${String(++reads)}` });
    for (let event = 0; event < 50; event++) void model.list.refreshTasks([id]);
    await settle();
    expect(reads).toBe(1);
    browser.fire(250);
    await settle();
    expect(reads).toBe(2);
    browser.fire(250);
    await settle();
    expect(reads).toBe(2);
    expect(model.list.find(id)?.name).toBe('Read 2');
  });

  it('keeps the rows of unsaved tasks while others are confirmed', () => {
    api.create = () => new Promise(() => undefined);
    model.addAll(['A', 'B', 'C']);
    const [first] = model.list.rows.value;
    model.setDone(row('One'), true);
    expect(model.list.rows.value[0]).toBe(first);
  });

  it('ignores a name of blanks', () => {
    expect(model.add('  ')).toBe(false);
    expect(shown()).toHaveLength(3);
  });

  it('takes back a deletion before it is sent', async () => {
    model.remove(row('One'));
    expect(shown()).not.toContain('One');
    model.undo();
    await settle();
    expect(shown()).toContain('One');
    expect(api.calls).toEqual([]);
  });

  it('takes back a deletion after it was sent, with its tick', async () => {
    model.remove(row('Two'));
    dismissAll();
    await settle();
    expect(api.calls).toEqual(['remove Two']);
    model.undo();
    await settle();
    expect(api.tasks.get(row('Two').id)).toMatchObject({ name: 'Two', done: true });
  });

  it('takes back clearing, also of tasks that the list had not loaded', async () => {
    model.clearDone();
    await api.create('f'.repeat(24), 'Elsewhere');
    await api.patch('f'.repeat(24), { done: true });
    dismissAll();
    await settle();
    expect([...api.tasks.values()].map(({ name }) => name)).toEqual(['One', 'Three']);
    model.undo();
    await settle();
    expect([...api.tasks.values()].map(({ name, done }) => `${name}${done ? ' ✓' : ''}`)).toEqual([
      'One',
      'Three',
      'Two ✓',
      'Elsewhere ✓',
    ]);
  });

  it('undoes rename and tick, the newest first', async () => {
    model.rename(row('One'), 'Uno');
    model.setDone(row('Uno'), true);
    model.undo();
    model.undo();
    expect(model.undo()).toBe(false);
    await settle();
    expect(api.tasks.get(row('One').id)).toMatchObject({ name: 'One', done: false });
  });

  it('deletes a task that is renamed to nothing', () => {
    model.rename(row('One'), ' ');
    expect(shown()).not.toContain('One');
  });

  it('rolls a rejected rename back, and keeps its text for another try', async () => {
    api.failure = new ApiError(422, 'invalid', [{ pointer: '/name', code: 'too-long' }]);
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
    api.failure = new ApiError(422, 'invalid');
    model.add('Rejected');
    await settle();
    expect(shown()).not.toContain('Rejected');
    notices.shown.value[0]?.action?.run();
    expect(model.draft.value).toBe('Rejected');
  });

  it('removes the row when the task was deleted elsewhere', async () => {
    const { id: gone } = row('One');
    api.tasks.delete(gone);
    model.setDone(row('One'), true);
    await settle();
    expect(shown()).not.toContain('One');
    expect(notices.shown.value[0]?.text).toContain('It was deleted elsewhere.');
  });

  it('shows a message when the filter hides a new task', async () => {
    await model.list.show({ filter: 'done', text: '' });
    model.add('Open one');
    expect(shown()).toEqual(['Two ✓']);
    expect(notices.shown.value[0]?.text).toContain('The current filter hides it');
  });

  it('keeps a ticked row in a filtered list until it is unpinned', async () => {
    await model.list.show({ filter: 'open', text: '' });
    const { id: ticked } = row('One');
    model.setDone(row('One'), true);
    expect(shown()).toContain('One ✓');
    model.list.unpin(ticked);
    expect(shown()).toEqual(['Three']);
  });

  it('counts a new task once when the server counts it before it answers', async () => {
    const created = api.create.bind(api);
    let answer = (): void => undefined;
    api.create = async (id, name) => {
      const task = await created(id, name);
      await new Promise<void>((resolve) => (answer = resolve));
      return task;
    };
    model.add('New');
    await settle();
    void model.list.refreshTasks([]);
    await settle();
    expect(model.list.counts.value).toEqual({ open: 3, done: 1 });
    answer();
    await settle();
    expect(model.list.counts.value).toEqual({ open: 3, done: 1 });
    browser.fire(2_000);
    await settle();
    expect(model.list.counts.value).toEqual({ open: 3, done: 1 });
  });

  it('counts what is not confirmed yet', async () => {
    model.setDone(row('One'), true);
    expect(model.list.counts.value).toEqual({ open: 1, done: 2 });
    await settle();
    expect(model.list.counts.value).toEqual({ open: 1, done: 2 });
    model.clearDone();
    expect(model.list.counts.value).toEqual({ open: 1, done: 0 });
  });
});
