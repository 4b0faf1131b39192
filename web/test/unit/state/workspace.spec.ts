import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Language } from '../../../src/i18n/language.js';
import { AppModel } from '../../../src/state/app-model.js';
import { Workspace } from '../../../src/state/workspace.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { settle } from '../../support/settle.js';

const MINE = { id: 'a', username: 'mine' };
const THEIRS = { id: 'b', username: 'theirs' };

/** A request whose answer the test gives. */
interface Asked {
  readonly request: string;
  readonly account: string | undefined;
  answer(body: object, status?: number): Promise<void>;
}

describe('One account at a time', () => {
  const browserFetch = globalThis.fetch;
  let browser: FakeBrowser;
  let asked: Asked[];
  const find = (request: string): Asked => {
    const place = asked.findIndex((one) => one.request.startsWith(request));
    const [found] = place < 0 ? [] : asked.splice(place, 1);
    if (found === undefined) throw new Error(`No ${request} among ${asked.map((one) => one.request).join(', ')}`);
    return found;
  };

  beforeEach(() => {
    browser = new FakeBrowser();
    asked = [];
    globalThis.fetch = (input, init) =>
      new Promise((resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          reject(new DOMException('', 'AbortError'));
        });
        asked.push({
          request: `${String(init?.method)} ${(input as string).replace('/api/v1', '')}`,
          account: (init?.headers as Record<string, string>)['Tasks-Account'],
          answer: (body, status = 200) => {
            const type = status < 400 ? 'application/json' : 'application/problem+json';
            resolve(Response.json(body, { status, headers: { 'content-type': type } }));
            return settle();
          },
        });
      });
  });
  /** Answers what was asked, since each request has a timer until then. */
  const answerAll = async (): Promise<void> => {
    while (asked.length > 0) await find('').answer({}, 503);
  };
  afterEach(async () => {
    await answerAll();
    globalThis.fetch = browserFetch;
  });

  const list = {
    id: 'l'.padStart(32, '0'),
    name: null,
    color: null,
    position: null,
    role: 'owner',
    members: 1,
    isFirst: true,
    totals: { open: 1, done: 0, overdue: 0, dueToday: 0 },
  };
  const lists = { items: [list] };
  const none = { items: [], nextCursor: null };
  const tasksOf = `/lists/${list.id}/tasks`;
  /** Answers what a page asks for first. */
  const answerStart = async (tasks: object = none): Promise<void> => {
    await find('GET /lists?').answer(lists);
    await find('GET /agenda?').answer(none);
    await find('GET /tasks?').answer(tasks);
  };

  const task = { id: '1'.padStart(24, '0'), name: 'Mine', done: false, createdOn: '2026-01-01T00:00:00.000Z' };

  describe('Workspace', () => {
    let workspace: Workspace;

    beforeEach(async () => {
      workspace = new Workspace(browser, new Language(), MINE.id);
      await answerStart();
      workspace.open();
      await settle();
      await answerAll();
    });

    it('leaves no stream, timer or channel when it is disposed of', async () => {
      workspace.tasks.add(list.id, { name: 'New' });
      await settle();
      await find(`POST ${tasksOf}`).answer({ type: 'urn:tasks:problem:unavailable' }, 503);
      await settle();
      expect(browser.pauses.length).toBeGreaterThan(0);
      expect(workspace.dispose()).toBe(1);
      expect(browser.pauses).toEqual([]);
      expect(browser.streams.map(({ readyState }) => readyState)).toEqual([2]);
      expect(browser.channels.get('tasks-a')?.isClosed).toBe(true);
      expect(browser.sessionStorage.items.size).toBe(0);
    });

    it('counts a deletion that can still be undone among the lost changes, and sets no timer afterwards', async () => {
      browser.fire(200);
      workspace.tasks.clearDone(list.id);
      expect(workspace.unsaved.value).toBe(0);
      expect(workspace.dispose()).toBe(1);
      await settle();
      expect(browser.pauses).toEqual([]);
    });

    it('neither adopts nor sends anything once it is disposed of', async () => {
      workspace.tasks.add(list.id, { name: 'New' });
      workspace.tasks.add(list.id, { name: 'Next' });
      await settle();
      const sending = find(`POST ${tasksOf}`);
      workspace.dispose();
      await sending.answer(task);
      expect(asked).toEqual([]);
      expect(workspace.tasks.list.find(task.id)).toBeUndefined();
      expect(browser.sessionStorage.items.size).toBe(0);
    });

    const done = {
      items: Array.from({ length: 101 }, (_, place) => ({ ...task, id: String(place).padStart(24, '0'), done: true })),
      nextCursor: null,
    };
    const removed = (count: number): object => ({ results: Array.from({ length: count }, () => ({ status: 204 })) });

    it('stops to clear done tasks', async () => {
      workspace.tasks.clearDone(list.id);
      workspace.tasks.queue.releaseAll();
      await settle();
      await find(`GET ${tasksOf}?done=true`).answer(done);
      const clearing = find('POST /batch');
      workspace.dispose();
      await clearing.answer(removed(100));
      expect(asked).toEqual([]);
    });

    it('clears on until nothing is left while it is open', async () => {
      workspace.tasks.clearDone(list.id);
      workspace.tasks.queue.releaseAll();
      await settle();
      await find(`GET ${tasksOf}?done=true`).answer(done);
      await find('POST /batch').answer(removed(100));
      await find('POST /batch').answer(removed(1));
      expect(workspace.unsaved.value).toBe(0);
    });

    it('saves its queue at once, then not with each of many changes, and when the page closes', async () => {
      const kept = (): number =>
        (JSON.parse(browser.sessionStorage.getItem('tasks-unsaved') ?? '{"changes":[]}') as { changes: [] }).changes
          .length;
      browser.fire(200);
      workspace.tasks.addAll(list.id, [{ name: 'A' }, { name: 'B' }]);
      await settle();
      expect(kept()).toBe(2);
      workspace.tasks.add(list.id, { name: 'C' });
      await settle();
      expect(kept()).toBe(2);
      browser.fire(200);
      await settle();
      expect(kept()).toBe(3);
      workspace.tasks.add(list.id, { name: 'D' });
      workspace.onPageHidden();
      expect(kept()).toBe(4);
    });

    it('removes the saved queue at once when all is sent', async () => {
      browser.fire(200);
      workspace.tasks.add(list.id, { name: 'New' });
      await settle();
      expect(browser.sessionStorage.items.size).toBe(1);
      await find(`POST ${tasksOf}`).answer(task);
      expect(browser.sessionStorage.items.size).toBe(0);
    });

    it('sends a hundred deletions when the page closes, and saves the others', async () => {
      const names = Array.from({ length: 150 }, (_, place) => `Task ${String(place)}`);
      const rows = names.map((name, place) => ({ ...task, list: list.id, name, id: String(place).padStart(24, '0') }));
      workspace.tasks.remove(rows);
      workspace.onPageHidden();
      const kept = JSON.parse(browser.sessionStorage.getItem('tasks-unsaved') ?? '{}') as { changes: { id: string }[] };
      expect(kept.changes.map(({ id }) => id)).toEqual(rows.slice(100).map(({ id }) => id));
      await find('POST /batch').answer(removed(100));
    });

    it('restores the queue of an earlier page, and discards that of another account', async () => {
      workspace.tasks.addAll(list.id, [{ name: 'A' }, { name: 'B' }]);
      workspace.onPageHidden();
      const again = new Workspace(browser, new Language(), MINE.id);
      expect(again.open()).toBe(0);
      expect(again.unsaved.value).toBe(2);
      again.onPageHidden();
      expect(new Workspace(browser, new Language(), THEIRS.id).open()).toBe(2);
      await settle();
      expect(browser.sessionStorage.items.size).toBe(0);
    });
  });

  describe('AppModel', () => {
    let app: AppModel;
    const open = async (): Promise<void> => {
      void app.start();
      await find('GET /session').answer({ account: MINE });
      await answerStart({ items: [task], nextCursor: null });
      await app.open?.workspace.tasks.list.show({ kind: 'list', list: list.id }, '', 'manual');
    };
    const receive = async (kind: string, account: string): Promise<void> => {
      browser.channels.get('tasks')?.onmessage?.({ data: { kind, account } } as MessageEvent);
      await settle();
    };
    const rows = (): string[] | undefined => app.open?.workspace.tasks.list.rows.value.map(({ name }) => name);

    beforeEach(() => {
      app = new AppModel(browser, new Language());
    });

    it('asks for the tasks of the last account while it looks up the session', async () => {
      browser.localStorage.setItem('tasks-account', MINE.id);
      void app.start();
      await answerStart({ items: [task], nextCursor: null });
      expect(app.session.value).toEqual({ state: 'checking' });
      await find('GET /session').answer({ account: MINE });
      await app.open?.workspace.tasks.list.show({ kind: 'list', list: list.id }, '', 'manual');
      expect(rows()).toEqual(['Mine']);
    });

    it('shows nothing that it asked for early to another account', async () => {
      browser.localStorage.setItem('tasks-account', MINE.id);
      void app.start();
      await answerStart({ items: [task], nextCursor: null });
      await find('GET /session').answer({ account: THEIRS });
      expect(app.open?.account).toEqual(THEIRS);
      expect(rows()).toEqual([]);
      expect(find('GET /tasks?').account).toBe(THEIRS.id);
    });

    it('keeps unsaved changes when the session cannot be looked up', async () => {
      browser.sessionStorage.setItem('tasks-unsaved', JSON.stringify({ account: MINE.id, changes: [] }));
      browser.localStorage.setItem('tasks-account', MINE.id);
      void app.start();
      await find('GET /session').answer({ type: 'urn:tasks:problem:unavailable' }, 503);
      expect(app.session.value.state).toBe('failed');
      expect(browser.sessionStorage.items.size).toBe(1);
    });

    it('opens a new workspace for the account that logs in elsewhere', async () => {
      await open();
      const mine = app.open?.workspace;
      await receive('logged-in', THEIRS.id);
      await find('GET /session').answer({ account: THEIRS });
      expect(app.open?.account).toEqual(THEIRS);
      expect(app.open?.workspace).not.toBe(mine);
      expect(rows()).toEqual([]);
      expect(app.notices.shown.value[0]?.text).toContain('theirs');
    });

    it('keeps its workspace when the same account logs in again', async () => {
      await open();
      const mine = app.open?.workspace;
      mine?.expire();
      app.onLoggedIn(MINE);
      expect(app.open?.workspace).toBe(mine);
      expect(mine?.access.value).toBe('granted');
    });

    it('looks up who it is when an answer says that the account changed', async () => {
      await open();
      void app.open?.workspace.lists.refresh();
      await find('GET /lists?').answer({ type: 'urn:tasks:problem:account-changed' }, 409);
      await find('GET /session').answer({ type: 'urn:tasks:problem:unavailable' }, 503);
      expect(app.open?.workspace.access.value).toBe('ended');
      expect(app.open?.account).toEqual(MINE);
    });

    it('ignores a look-up that a log-in overtook', async () => {
      await open();
      await receive('logged-in', THEIRS.id);
      const late = find('GET /session');
      app.onLoggedIn(THEIRS);
      await late.answer({ account: MINE });
      expect(app.open?.account).toEqual(THEIRS);
    });

    it('leaves on the log-out of its account alone', async () => {
      await open();
      await receive('logged-out', THEIRS.id);
      expect(app.session.value.state).toBe('open');
      await receive('logged-out', MINE.id);
      expect(app.session.value.state).toBe('signed-out');
    });

    it('does not forget an account for a workspace that is gone', async () => {
      await open();
      const mine = app.open?.workspace;
      app.onLoggedIn(THEIRS);
      if (mine) app.forget(mine);
      expect(app.open?.account).toEqual(THEIRS);
    });
  });
});
