import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpClient } from '../../../src/api/http.js';
import { ListsApi, type List } from '../../../src/api/lists-api.js';
import { Language } from '../../../src/i18n/language.js';
import { canEdit, ListsModel } from '../../../src/state/lists.js';
import { Notices } from '../../../src/state/notices.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { problemAnswer } from '../../support/problem-answer.js';
import { settle } from '../../support/settle.js';

const REFRESH_PAUSE_MS = 1_000;

function list(id: string, fields: Partial<List> = {}): List {
  return { id, name: id, color: null, position: null, role: 'owner', members: 1, isFirst: false, ...fields };
}

describe('ListsModel', () => {
  const browserFetch = globalThis.fetch;
  const first = list('first', { name: null, isFirst: true });
  let stored: readonly List[];
  let requests: string[];
  /** Answers of the next requests; unset: success. */
  let faults: { status: number; type: string }[];
  let held: (() => void)[] | undefined;
  let browser: FakeBrowser;
  let notices: Notices;
  let model: ListsModel;

  const answer = (method: string, path: string): Response => {
    if (method === 'GET' && path.startsWith('/lists?')) return Response.json({ items: stored });
    const { status, type } = faults.shift() ?? { status: 200, type: '' };
    if (status >= 400) return problemAnswer(status, type);
    if (path.endsWith('/members')) return Response.json({ items: [{ id: 'm1', isSelf: true }] });
    return Response.json({});
  };
  beforeEach(async () => {
    stored = [first, list('a'), list('b')];
    [requests, faults, held] = [[], [], undefined];
    globalThis.fetch = async (input, init) => {
      const path = (input as string).replace('/api/v1', '');
      const method = init?.method ?? 'GET';
      const body = typeof init?.body === 'string' ? ` ${init.body}` : '';
      requests.push(`${method} ${path}${body}`);
      if (held) await new Promise<void>((resolve) => held?.push(resolve));
      return answer(method, path);
    };
    browser = new FakeBrowser();
    notices = new Notices();
    model = new ListsModel(new ListsApi(new HttpClient('account')), notices, new Language(), browser);
    await model.refresh();
    requests.length = 0;
  });
  afterEach(() => {
    globalThis.fetch = browserFetch;
  });

  const shown = (): string[] => model.lists.value.map((one) => model.nameOf(one));
  const messages = (): string[] => notices.shown.value.map(({ text }) => text);
  const find = (id: string): List => {
    const found = model.find(id);
    if (found === undefined) throw new Error(`No list ${id}`);
    return found;
  };

  it('names a first list that was never renamed in the language of the page', () => {
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(model.first?.id).toBe('first');
  });

  it('shows a new list at once and stores it under the id that it chose', async () => {
    const id = model.create('  Groceries ');
    expect(shown()).toEqual(['Inbox', 'a', 'b', 'Groceries']);
    await settle();
    expect(requests).toEqual([`POST /lists {"id":"${String(id)}","name":"Groceries"}`]);
    expect(shown()).toEqual(['Inbox', 'a', 'b', 'Groceries']);
    expect(model.create('   ')).toBeUndefined();
  });

  it('takes back what the server rejects, and says why', async () => {
    faults.push({ status: 409, type: 'limit-reached' });
    const id = model.create('Groceries') ?? '';
    await expect(model.whenStored(id)).rejects.toMatchObject({ type: 'limit-reached' });
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(messages()).toEqual(['The list “Groceries” wasn’t added. There are too many of these. Delete one first.']);
    faults.push({ status: 403, type: 'role-too-low' });
    model.rename(find('a'), 'A');
    expect(shown()).toEqual(['Inbox', 'A', 'b']);
    await settle();
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(messages()).toEqual(['The list “a” wasn’t changed. Your role in the list doesn’t allow this.']);
  });

  it.each([429, 503])('sends a command again after %i, and keeps what it shows', async (status) => {
    faults.push({ status, type: 'unavailable' }, { status, type: 'unavailable' });
    const id = model.create('Groceries') ?? '';
    for (const pause of [500, 1_000]) {
      await settle();
      expect(browser.pauses).toEqual([pause]);
      expect(shown()).toEqual(['Inbox', 'a', 'b', 'Groceries']);
      browser.fire(pause);
    }
    await model.whenStored(id);
    expect(requests).toEqual(Array(3).fill(`POST /lists {"id":"${id}","name":"Groceries"}`));
    expect(messages()).toEqual([]);
  });

  it('sends again at once when it is asked to, and the later commands after it', async () => {
    faults.push({ status: 503, type: 'unavailable' });
    model.rename(find('a'), 'A');
    model.setColor(find('b'), 'red');
    await settle();
    expect(requests).toHaveLength(1);
    model.retryNow();
    await settle();
    expect(requests.slice(1)).toEqual(['PATCH /lists/a {"name":"A"}', 'PATCH /lists/b {"color":"red"}']);
  });

  it('leaves no timer of a command when it is closed', async () => {
    faults.push({ status: 503, type: 'unavailable' });
    model.rename(find('a'), 'A');
    await settle();
    model.close();
    expect(browser.pauses).toEqual([]);
  });

  it('gives a command up when the session has ended', async () => {
    faults.push({ status: 401, type: 'log-in-required' });
    model.rename(find('a'), 'A');
    await settle();
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(requests).toHaveLength(1);
  });

  it('resolves at once for a list that the server knows', async () => {
    await model.whenStored('a');
    expect(requests).toEqual([]);
  });

  it('sends commands one after the other', async () => {
    held = [];
    const id = model.create('New') ?? '';
    model.rename(find(id), 'Newer');
    await settle();
    expect(requests).toHaveLength(1);
    const waiting = held;
    held = undefined;
    for (const release of waiting) release();
    await settle();
    expect(requests.slice(1)).toEqual([`PATCH /lists/${id} {"name":"Newer"}`]);
  });

  it('keeps a change that an answer asked for earlier does not have', async () => {
    held = [];
    const refreshed = model.refresh();
    await settle();
    const [answerOld] = held;
    held = undefined;
    model.setColor(find('a'), 'red');
    await settle();
    answerOld?.();
    await refreshed;
    expect(find('a').color).toBe('red');
    expect(browser.pauses).toContain(REFRESH_PAUSE_MS);
  });

  it('deletes a list, and restores it on undo', async () => {
    model.remove(find('a'));
    expect(shown()).toEqual(['Inbox', 'b']);
    expect(model.isRemovedHere('a')).toBe(true);
    await settle();
    notices.shown.value[0]?.action?.run();
    expect(shown()).toContain('a');
    expect(model.isRemovedHere('a')).toBe(false);
    await settle();
    expect(requests).toEqual(['DELETE /lists/a', 'POST /lists/a/restoration']);
  });

  it('does not count a list as removed here once the server rejects that, or it is joined again', async () => {
    faults.push({ status: 403, type: 'role-too-low' });
    model.remove(find('a'));
    await settle();
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(model.isRemovedHere('a')).toBe(false);
    const left = find('b');
    model.leave(left);
    await settle();
    model.adopt(left);
    expect(model.isRemovedHere('b')).toBe(false);
  });

  it('accepts that a list was deleted before', async () => {
    faults.push({ status: 404, type: 'not-found' });
    model.remove(find('a'));
    await settle();
    expect(shown()).toEqual(['Inbox', 'b']);
    expect(notices.shown.value).toHaveLength(1);
  });

  it('leaves a list by its own membership', async () => {
    model.leave(find('b'));
    expect(shown()).toEqual(['Inbox', 'a']);
    await settle();
    expect(requests).toEqual(['GET /lists/b/members', 'DELETE /lists/b/members/m1']);
  });

  it('gives a position to the moved list and to those above it that have none', async () => {
    model.reorder(find('b'), 1);
    expect(shown()).toEqual(['Inbox', 'b', 'a']);
    await settle();
    expect(requests.map((request) => request.split(' ').slice(0, 2).join(' '))).toEqual([
      'PATCH /lists/first',
      'PATCH /lists/b',
    ]);
    requests.length = 0;
    model.reorder(find('a'), 0);
    expect(shown()).toEqual(['a', 'Inbox', 'b']);
    await settle();
    expect(requests).toHaveLength(1);
    model.reorder(find('a'), 0);
    await settle();
    expect(requests).toHaveLength(1);
  });

  it('reads the lists by the day of the reader', async () => {
    browser.nowMs = new Date(2026, 11, 1, 23, 59).getTime();
    await model.refresh();
    expect(requests).toEqual(['GET /lists?today=2026-12-01']);
  });

  it('reads the lists once for many changes', async () => {
    for (let change = 0; change < 5; change++) model.refreshSoon();
    browser.fire(REFRESH_PAUSE_MS);
    await settle();
    expect(requests).toHaveLength(1);
  });

  describe('before the lists are known', () => {
    let early: ListsModel;
    beforeEach(() => {
      early = new ListsModel(new ListsApi(new HttpClient('account')), notices, new Language(), browser);
    });
    afterEach(() => {
      early.close();
    });
    const ids = (): string[] => early.lists.value.map(({ id }) => id);
    /** What the first request does not know, then its answer. */
    const answerAfter = async (change: () => void): Promise<void> => {
      held = [];
      const read = early.refresh();
      await settle();
      const [answerFirst] = held;
      held = undefined;
      change();
      await settle();
      expect(early.state.value.state).toBe('loading');
      answerFirst?.();
      await read;
    };

    it('counts no tasks, and adopts the first answer', async () => {
      await answerAfter(() => {
        for (let change = 0; change < 5; change++) early.adjust('a', { open: 1 });
      });
      expect(ids()).toEqual(['first', 'a', 'b']);
      expect(early.state.value.state).toBe('ready');
      expect(requests).toHaveLength(1);
    });

    it('asks again at once when a list was added meanwhile', async () => {
      await answerAfter(() => {
        early.adopt(list('joined'));
        stored = [...stored, list('joined')];
      });
      expect(ids()).toEqual(['first', 'a', 'b', 'joined']);
      expect(early.state.value.state).toBe('ready');
      expect(requests).toHaveLength(2);
    });
  });

  it('keeps the lists when they cannot be read', async () => {
    stored = [];
    globalThis.fetch = () => Promise.reject(new TypeError('offline'));
    await model.refresh();
    expect(shown()).toEqual(['Inbox', 'a', 'b']);
    expect(model.state.value.state).toBe('ready');
  });

  it('lets neither viewers nor members of a list without an owner change tasks', () => {
    expect(canEdit(list('a'))).toBe(true);
    expect(canEdit(list('a', { role: 'editor' }))).toBe(true);
    expect(canEdit(list('a', { role: 'viewer' }))).toBe(false);
    expect(canEdit(list('a', { role: 'editor', endsOn: '2026-12-08T00:00:00.000Z' }))).toBe(false);
  });
});
