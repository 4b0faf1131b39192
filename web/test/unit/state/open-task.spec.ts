import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { effect } from '@preact/signals-core';
import { ApiError } from '../../../src/api/api-error.js';
import type { HttpClient } from '../../../src/api/http.js';
import { ListsApi } from '../../../src/api/lists-api.js';
import { TasksApi } from '../../../src/api/tasks-api.js';
import { Language } from '../../../src/i18n/language.js';
import { ListsModel } from '../../../src/state/lists.js';
import { Notices } from '../../../src/state/notices.js';
import type { OpenTask } from '../../../src/state/open-task.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskModel } from '../../../src/state/task-model.js';
import type { Row } from '../../../src/state/task.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { StandInHttp } from '../../support/stand-in-http.js';
import type { StoredTask } from '../../support/stand-in-store.js';
import { settle } from '../../support/settle.js';

/** Longer than what lists have of a note. */
const BEFORE = 'Before '.repeat(300);

describe('OpenTaskModel', () => {
  let http: StandInHttp;
  let browser: FakeBrowser;
  let notices: Notices;
  let model: TaskModel;
  let list: string;
  let task: StoredTask;

  beforeEach(async () => {
    http = new StandInHttp();
    const { first } = http.account;
    list = first.id;
    http.store.addTasks(first, ['One'], () => ({ note: BEFORE }));
    const [stored] = first.tasks.values();
    if (stored === undefined) throw new Error('no task');
    task = stored;
    browser = new FakeBrowser();
    notices = new Notices();
    model = await newPage();
    await model.open.show(task.id, list);
  });
  afterEach(() => {
    http.answers.releaseAll();
    model.queue.close();
  });

  /** A page that has read the list. */
  const newPage = async (): Promise<TaskModel> => {
    const client = http as unknown as HttpClient;
    const language = new Language();
    const lists = new ListsModel(new ListsApi(client), notices, language, browser);
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    const page = new TaskModel(new TasksApi(client), lists, tabs, notices, language, browser);
    await page.list.start(undefined, '');
    await page.list.show({ kind: 'list', list }, '', 'manual');
    await settle();
    return page;
  };
  const open = (): OpenTask | undefined => model.open.current.value;
  const row = (): Row => {
    const found = model.list.find(task.id);
    if (found === undefined) throw new Error('no row');
    return found;
  };
  const type = (note: string): void => {
    model.edit([row()], { note });
  };
  /** Another device changes the task. */
  const changeElsewhere = (changes: Partial<StoredTask>): void => {
    Object.assign(task, changes, { changedOn: new Date().toISOString() });
  };
  const loseNetwork = async (change: () => void): Promise<void> => {
    http.failure = new ApiError(0, 'unreachable');
    change();
    await settle();
    http.failure = undefined;
  };
  const retry = async (): Promise<void> => {
    model.queue.retryNow();
    await settle();
  };

  it('has the whole note', () => {
    expect(open()?.note).toEqual({ state: 'ready', text: BEFORE });
  });

  it('changes the note if nobody else did', async () => {
    type('After');
    expect(open()?.note).toEqual({ state: 'ready', text: 'After' });
    await settle();
    model.edit([row()], { starred: true });
    await settle();
    type('At last');
    await settle();
    expect(task).toMatchObject({ note: 'At last', starred: true });
    model.undo();
    await settle();
    expect(task.note).toBe('After');
  });

  it('saves what is typed while the note before is on its way', async () => {
    const hold = http.answers.hold('PATCH');
    type('After');
    await settle();
    type('At last');
    hold.release();
    await settle();
    expect(task.note).toBe('At last');
    expect(open()?.typed).toBeUndefined();
  });

  it('saves a note again whose answer was lost, and what was typed meanwhile', async () => {
    type('After');
    http.until = Promise.reject(new ApiError(0, 'unreachable'));
    await settle();
    http.until = Promise.resolve();
    expect(task.note).toBe('After');
    type('At last');
    await retry();
    expect(task.note).toBe('At last');
    expect(open()?.typed).toBeUndefined();
  });

  describe('when another device changes the note', () => {
    const expectKept = (): void => {
      expect(task.note).toBe('Theirs');
      expect(open()).toMatchObject({ note: { state: 'ready', text: 'Theirs' }, typed: 'Mine' });
      expect(notices.shown.value[0]?.text).toContain('changed elsewhere');
    };

    it('shows that note, and keeps what was typed', async () => {
      changeElsewhere({ note: 'Theirs' });
      type('Mine');
      await settle();
      expectKept();
    });

    it('keeps what was typed after a task is closed, until the user decides', async () => {
      changeElsewhere({ note: 'Theirs' });
      await loseNetwork(() => {
        type('Mine');
        model.open.close();
      });
      await retry();
      expect(task.note).toBe('Theirs');
      await model.open.show(task.id, list);
      expectKept();
      model.open.close();
      await model.open.show(task.id, list);
      expectKept();
      model.open.dropTyped(task.id);
      expect(open()?.typed).toBeUndefined();
    });

    it('keeps what was typed when the details close with it', async () => {
      const shown = open();
      changeElsewhere({ note: 'Theirs' });
      model.open.close();
      model.edit([row()], { note: 'Mine' }, shown);
      await settle();
      await model.open.show(task.id, list);
      expectKept();
    });

    it('overwrites nothing when the details are opened again before the note is sent', async () => {
      await loseNetwork(() => {
        type('Min');
        model.open.close();
      });
      changeElsewhere({ note: 'Theirs' });
      await model.open.show(task.id, list);
      type('Mine');
      await retry();
      expectKept();
    });

    it('overwrites nothing after a reload', async () => {
      await loseNetwork(() => {
        type('Mine');
      });
      const kept = JSON.parse(JSON.stringify(model.queue.changes.value)) as typeof model.queue.changes.value;
      model.queue.close();
      changeElsewhere({ note: 'Theirs' });
      model = await newPage();
      const opened = model.open.show(task.id, list);
      model.queue.restore(kept);
      await opened;
      await settle();
      expectKept();
    });
  });

  it('saves a note although something else was changed elsewhere', async () => {
    changeElsewhere({ starred: true });
    type('Mine');
    await settle();
    expect(task).toMatchObject({ note: 'Mine', starred: true });
    expect(open()?.typed).toBeUndefined();
  });

  it('saves a note that waited behind another change of the task, after it is closed', async () => {
    await loseNetwork(() => {
      model.edit([row()], { starred: true });
      type('Mine');
      model.open.close();
    });
    await retry();
    expect(task).toMatchObject({ note: 'Mine', starred: true });
    await model.open.show(task.id, list);
    expect(open()?.typed).toBeUndefined();
  });

  it('ignores an answer that is older than a change', async () => {
    const hold = http.answers.hold(`GET /lists/${list}/tasks/`);
    const reading = model.open.show(task.id, list);
    await hold.arrived;
    type('After');
    await settle();
    hold.release();
    await reading;
    expect(open()?.note).toEqual({ state: 'ready', text: 'After' });
    type('At last');
    await settle();
    expect(task.note).toBe('At last');
  });

  it('reads the task again after a change elsewhere', async () => {
    const stop = effect(() => {
      model.open.follow();
    });
    changeElsewhere({ note: 'Theirs' });
    await model.list.live.refresh(task.id, [list]);
    await settle();
    stop();
    expect(open()?.note).toEqual({ state: 'ready', text: 'Theirs' });
  });
});
