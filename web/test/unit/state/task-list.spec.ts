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

const LISTS = 20;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('TaskList', () => {
  let http: StandInHttp;
  let model: TaskModel;
  let own: View;

  beforeEach(async () => {
    http = new StandInHttp();
    const { first } = http.account;
    own = { kind: 'list', list: first.id };
    http.store.addTasks(first, ['Old', 'Bread', 'Butter'], (place) => ({ done: place > 0 }));
    for (let place = 1; place < LISTS; place++) http.store.addList(http.account, `List ${String(place)}`, 'Task');
    const browser = new FakeBrowser();
    browser.nowMs = Date.now();
    const client = http as unknown as HttpClient;
    const language = new Language();
    const notices = new Notices();
    const lists = new ListsModel(new ListsApi(client), notices, language, browser);
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    model = new TaskModel(new TasksApi(client), lists, tabs, notices, language, browser);
    await model.list.start(undefined, '');
    await show(own);
  });
  afterEach(() => {
    model.queue.close();
  });

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
