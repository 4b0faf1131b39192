import { effect } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpClient } from '../../../src/api/http.js';
import { ListsApi } from '../../../src/api/lists-api.js';
import { TasksApi } from '../../../src/api/tasks-api.js';
import { Language } from '../../../src/i18n/language.js';
import { ListsModel } from '../../../src/state/lists.js';
import { Notices } from '../../../src/state/notices.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskModel } from '../../../src/state/task-model.js';
import type { View } from '../../../src/state/view.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { StandInHttp } from '../../support/stand-in-http.js';
import { settle } from '../../support/settle.js';

const LISTS = 20;

describe('TaskList', () => {
  let http: StandInHttp;
  let lists: ListsModel;
  let model: TaskModel;
  let own: View;
  let browser: FakeBrowser;

  beforeEach(async () => {
    http = new StandInHttp();
    const { first } = http.account;
    own = { kind: 'list', list: first.id };
    http.store.addTasks(first, ['Old', 'Bread', 'Butter'], (place) => ({ done: place > 0 }));
    for (let place = 1; place < LISTS; place++) http.store.addList(http.account, `List ${String(place)}`, 'Task');
    browser = new FakeBrowser();
    browser.nowMs = Date.now();
    makeModel();
    await model.list.start(undefined, '');
    await show(own);
  });
  afterEach(() => {
    model.queue.close();
  });

  const makeModel = (): void => {
    const client = http as unknown as HttpClient;
    const language = new Language();
    const notices = new Notices();
    lists = new ListsModel(new ListsApi(client), notices, language, browser);
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    model = new TaskModel(new TasksApi(client), lists, tabs, notices, language, browser);
  };
  const show = async (view: View, text = ''): Promise<void> => {
    void model.list.show(view, text, 'manual');
    await settle();
  };
  /** Number of requests for tasks since the last call, with that text. */
  const asked = (text: string): number =>
    http.requests.splice(0).filter((request) => request.includes('/tasks?') && request.includes(text)).length;
  /** Holds back the answers until the returned function runs. */
  const hold = (): (() => Promise<void>) => {
    let release = (): void => undefined;
    http.until = new Promise((resolve) => (release = resolve));
    return async () => {
      http.until = Promise.resolve();
      release();
      await settle();
    };
  };
  const done = (): string[] => model.list.doneRows.value.map(({ name }) => name).sort();

  it('searches a few lists at a time, and none for a text that is out of date', async () => {
    await show({ kind: 'all' });
    asked('');
    const release = hold();
    await show({ kind: 'all' }, 'brea');
    expect(asked('text=brea')).toBe(4);
    await show({ kind: 'all' }, 'bread');
    expect(asked('text=bread')).toBe(4);
    await release();
    expect(http.requests.filter((request) => /text=brea(&|$)/.test(request))).toEqual([]);
    expect(asked('text=bread')).toBe(LISTS - 4);
    expect(done()).toEqual(['Bread']);
  });

  it('checks a few lists at a time for changes', async () => {
    await show({ kind: 'all' });
    asked('');
    const release = hold();
    void model.list.poll();
    await settle();
    expect(asked('')).toBe(4);
    await release();
    expect(asked('')).toBe(LISTS - 4);
  });

  it('notices while it checks for changes that a list is gone', async () => {
    await show({ kind: 'all' });
    const [, list] = http.store.listsOf(http.account);
    list?.members.splice(0);
    http.requests.length = 0;
    await model.list.poll();
    expect(http.requests.filter((request) => request.startsWith('GET /lists?'))).toHaveLength(1);
  });

  it('reads what was read while changes are reported again only after a while', async () => {
    const other: View = { kind: 'list', list: http.store.listsOf(http.account)[1]?.id ?? '' };
    const askedLater = async (milliseconds: number): Promise<number> => {
      asked('');
      browser.nowMs += milliseconds;
      await show(other);
      await show(own);
      return asked(http.account.first.id);
    };
    expect(await askedLater(1_500)).toBe(0);
    expect(await askedLater(1_500)).toBe(1);
    browser.nowMs++;
    model.list.onLive(true);
    // What was read before may have changed before it was reported.
    expect(await askedLater(5_000)).toBe(1);
    model.list.onLive(true);
    expect(await askedLater(10_000)).toBe(0);
    expect(await askedLater(10_000)).toBe(1);
    model.list.onLive(false);
    expect(await askedLater(5_000)).toBe(1);
  });

  it.each([
    ['is loaded', (): Promise<void> => show({ kind: 'starred' })],
    ['is read again', (): Promise<void> => model.list.refresh()],
  ])('reads again what changed while a view %s', async (_, read) => {
    model.list.onLive(true);
    await show({ kind: 'starred' });
    await show(own);
    browser.nowMs += 60_000;
    const release = hold();
    void read();
    await settle();
    http.store.addTasks(http.account, ['Jam'], () => ({ starred: true }));
    void model.list.refresh();
    await release();
    expect(model.list.rows.value.map(({ name }) => name)).toContain('Jam');
  });

  it('does not read the first list again while it is read by its id', async () => {
    model.queue.close();
    makeModel();
    const { list } = model;
    const held = http.answers.hold(`GET /lists/${http.account.first.id}/tasks?`);
    // As soon as the lists are known: the reading without an id, whose answer comes first, learns the id later.
    const stop = effect(() => {
      if (lists.first !== undefined) void list.show(own, '', 'manual');
    });
    await list.start(undefined, '');
    await settle();
    stop();
    asked('');
    browser.nowMs += 60_000;
    await show({ kind: 'starred' });
    await show(own);
    expect(asked(http.account.first.id)).toBe(0);
    held.release();
    await settle();
    expect(list.state.value.state).toBe('ready');
  });

  it('shows the last of several searches, and looks no further for the others', async () => {
    http.store.addTasks(
      http.account,
      Array.from({ length: 6_000 }, (_, place) => `Task ${String(place)}`),
    );
    await model.list.refresh();
    const { list } = model;
    void list.show(own, 'task 1', 'manual');
    void list.show(own, 'task 22', 'manual');
    await settle();
    expect(list.selection.value?.text).toBe('task 22');
    const found = list.rows.value.map(({ name }) => name);
    expect([found.length > 0, found.filter((name) => !name.includes('22'))]).toEqual([true, []]);
    void list.show(own, 'task 3', 'manual');
    list.close();
    await settle();
    expect(list.selection.value?.text).toBe('task 22');
  });

  it('goes on with a search on which midnight comes', async () => {
    http.store.addTasks(
      http.account,
      Array.from({ length: 3_000 }, (_, place) => `Task ${String(place)}`),
    );
    await model.list.refresh();
    void model.list.show(own, 'task 22', 'manual');
    browser.nowMs += 86_400_000;
    void model.list.refresh();
    await settle();
    expect(model.list.selection.value?.text).toBe('task 22');
  });

  it.each([
    ['of a list', ''],
    ['of a search', 'b'],
  ])('removes done tasks %s that were deleted elsewhere', async (_, text) => {
    model.list.toggleDone();
    await show(own, text);
    expect(done()).toEqual(['Bread', 'Butter']);
    const { tasks } = http.account.first;
    for (const { id, name } of [...tasks.values()]) if (name === 'Bread') tasks.delete(id);
    await model.list.refresh();
    expect(done()).toEqual(['Butter']);
  });

  it('shows the done tasks of a search that is sorted anew while they are read', async () => {
    const release = hold();
    await show(own, 'b');
    void model.list.show(own, 'b', 'due');
    await release();
    expect(model.list.doneState.value).toBe('ready');
  });
});
