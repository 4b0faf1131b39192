import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TaskServiceError, type TaskServiceErrorCode } from '../../../src/application/tasks/task-service.error.js';
import { invite, newList } from '../../support/shared-list.js';
import type { TestClient } from '../../support/test-client.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

const ID = '6925c1f00a1b2c3d4e5f6071';

/** Gives an account this many tasks, without a request for each. */
async function fill({ tasks }: TestGateway, user: TestClient, count: number): Promise<void> {
  const { account } = (await user.get('/session')).body as { account: { id: string } };
  const idOf = (n: number): string => String(n).padStart(8, '0') + account.id.slice(0, 16);
  await tasks.insertAll(
    account.id,
    Array.from({ length: count }, (_one, n) => ({ id: idOf(n), name: `task ${String(n)}` })),
  );
}

describe('tasks', () => {
  let gateway: TestGateway;
  let user: TestClient;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    user = await gateway.user();
  });

  afterAll(() => gateway.stop());

  test('a new task has an id, and its path in Location', async () => {
    const { status, body, headers } = await user.post('/tasks', { name: 'milk' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[\da-f]{24}$/),
      name: 'milk',
      done: false,
      createdOn: expect.any(String),
    });
    expect((await user.get(headers.get('location') ?? '')).body).toEqual(body);
  });

  test('the same id again returns the stored task, without a second one', async () => {
    const first = await user.post('/tasks', { name: 'bread', id: ID });
    const again = await user.post('/tasks', { name: 'other bread', id: ID });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect((await (await gateway.user()).post('/tasks', { name: 'theirs', id: ID })).status).toBe(409);
  });

  test('PATCH changes the given fields, with either media type', async () => {
    const { id } = (await user.post('/tasks', { name: 'before' })).body as { id: string };
    expect((await user.patch(`/tasks/${id}`, { done: true })).body).toMatchObject({ name: 'before', done: true });
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    expect((await user.patch(`/tasks/${id}`, { name: 'after' }, merge)).body).toMatchObject({
      name: 'after',
      done: true,
    });
    expect((await user.patch(`/tasks/${id}`, { userId: 'x' })).status).toBe(422);
    expect((await user.patch(`/tasks/${id}`, { name: null })).status).toBe(422);
    expect((await user.patch(`/tasks/${id}`, {})).body).toMatchObject({ name: 'after', done: true });
  });

  test('a new task is one call to the task service', async () => {
    const before = { ...gateway.tasks.calls };
    for (const id of [undefined, '6925c1f00a1b2c3d4e5f6079', '6925c1f00a1b2c3d4e5f6079']) {
      await user.post('/tasks', { name: 'one call', id });
    }
    expect(gateway.tasks.calls).toEqual({ ...before, insertAll: (before.insertAll ?? 0) + 3 });
  });

  test('DELETE is 204, then 404', async () => {
    const { id } = (await user.post('/tasks', { name: 'gone' })).body as { id: string };
    expect((await user.delete(`/tasks/${id}`)).status).toBe(204);
    expect((await user.delete(`/tasks/${id}`)).status).toBe(404);
  });

  test('pages have links that keep their filter', async () => {
    const many = await gateway.user();
    for (const name of ['a 1', 'b', 'a 2', 'a 3']) await many.post('/tasks', { name });
    const first = await many.get('/tasks?limit=2&text=A&done=false');
    expect((first.body.items as { name: string }[]).map(({ name }) => name)).toEqual(['a 3', 'a 2']);
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const last = await many.get(next);
    expect((last.body.items as { name: string }[]).map(({ name }) => name)).toEqual(['a 1']);
    expect(last.body.nextCursor).toBeNull();
    expect(last.headers.get('link')).toBeNull();
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'done=yes', 'unknown=1', 'text=', 'after='])(
    'rejects ?%s',
    async (query) => {
      expect((await user.get(`/tasks?${query}`)).status).toBe(422);
    },
  );

  test.each(['1.5', 'x'])('names the rule that ?limit=%s breaks', async (limit) => {
    const { body } = await user.get(`/tasks?limit=${limit}`);
    expect(body.detail).toBe('query /limit: must be a whole number from 1 to 1000.');
  });

  test.each([
    ['an empty name', { name: '' }],
    ['a name of 4,097 characters', { name: 'x'.repeat(4_097) }],
    ['half a character', '{"name":"\\ud800"}'],
    ['an id in upper case', { name: 'x', id: ID.toUpperCase() }],
    ['a name that is no text', { name: 1 }],
    ['an array', []],
  ])('rejects %s', async (_name, body) => {
    expect((await user.post('/tasks', body)).status).toBe(422);
  });

  test('clears done tasks', async () => {
    const tidy = await gateway.user();
    await tidy.post('/tasks', { name: 'open' });
    const { id } = (await tidy.post('/tasks', { name: 'done' })).body as { id: string };
    await tidy.patch(`/tasks/${id}`, { done: true });
    expect((await tidy.get('/tasks/counts')).body).toEqual({ open: 1, done: 1 });
    expect((await tidy.delete('/tasks')).status).toBe(422);
    expect((await tidy.delete('/tasks?done=true')).body).toEqual({ removed: 1, more: false });
    expect((await tidy.get('/tasks/counts')).body).toEqual({ open: 1, done: 0 });
  });

  test.each(['/tasks', '/tasks/counts', `/tasks/${ID}`])(
    '%s answers 304 for its ETag until it changes',
    async (path) => {
      await user.patch(`/tasks/${ID}`, { done: false });
      const etag = (await user.get(path)).headers.get('etag') ?? '';
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const { status, text, headers } = await user.get(path, { headers: { 'if-none-match': known } });
        expect({ status, text, etag: headers.get('etag') }).toEqual({ status: 304, text: '', etag });
      }
      expect((await user.get(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
      await user.patch(`/tasks/${ID}`, { done: true });
      expect((await user.get(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    },
  );

  describe('If-Match', () => {
    /** A new task with its ETag, and a change elsewhere, so that another ETag is the current one. */
    async function changedTask(): Promise<{ path: string; old: string; current: string }> {
      const created = await user.post('/tasks', { name: 'first' });
      const path = `/tasks/${String(created.body.id)}`;
      const { headers } = await user.patch(path, { name: 'second' });
      return { path, old: created.headers.get('etag') ?? '', current: headers.get('etag') ?? '' };
    }
    const given = (etag: string): { headers: Record<string, string> } => ({ headers: { 'if-match': etag } });

    test('the ETag of a new and of a changed task is that of GET', async () => {
      const { path, old, current } = await changedTask();
      expect((await user.get(path)).headers.get('etag')).toBe(current);
      expect(old).toMatch(/^"[^"]+"$/);
      expect(old).not.toBe(current);
    });

    test.each([
      ['an old ETag', ({ old }: { old: string }) => old],
      ['a weak one', ({ current }: { current: string }) => `W/${current}`],
      ['others', ({ old }: { old: string }) => `"other", ${old}`],
      ['nothing', () => ''],
    ])('PATCH and DELETE with %s are 412 and change nothing', async (_what, etagOf) => {
      const task = await changedTask();
      for (const answer of [
        await user.patch(task.path, { name: 'mine' }, given(etagOf(task))),
        await user.delete(task.path, undefined, given(etagOf(task))),
      ]) {
        expect(answer).toMatchObject({ status: 412, body: { type: 'urn:tasks:problem:precondition-failed' } });
      }
      expect((await user.get(task.path)).headers.get('etag')).toBe(task.current);
    });

    test.each([
      ['the current ETag', (current: string) => current],
      ['a list with it', (current: string) => `W/"x","other" , ${current}`],
      ['*', () => '*'],
    ])('PATCH and DELETE with %s are done', async (_what, etagOf) => {
      const { path, current } = await changedTask();
      const changed = await user.patch(path, { done: true }, given(etagOf(current)));
      expect(changed).toMatchObject({ status: 200, body: { name: 'second', done: true } });
      const etag = etagOf(changed.headers.get('etag') ?? '');
      expect((await user.delete(path, undefined, given(etag))).status).toBe(204);
    });

    test('a PATCH repeated after its answer was lost is 200', async () => {
      const { path, current } = await changedTask();
      const first = await user.patch(path, { name: 'third' }, given(current));
      const again = await user.patch(path, { name: 'third' }, given(current));
      expect([first.status, again.status]).toEqual([200, 200]);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    });

    test.each(['*', '"any"'])('PATCH of a task that is missing is 404, also with %s', async (etag) => {
      expect((await user.patch(`/tasks/${'f'.repeat(24)}`, { done: true }, given(etag))).status).toBe(404);
    });

    test('a DELETE repeated after its answer was lost is 204', async () => {
      const { path, current } = await changedTask();
      expect((await user.delete(path, undefined, given(current))).status).toBe(204);
      expect((await user.delete(path, undefined, given(current))).status).toBe(204);
      expect((await user.delete(path)).status).toBe(404);
    });

    test('of two changes of one task at once, one is 412', async () => {
      const { path, current } = await changedTask();
      const answers = await Promise.all(
        ['mine', 'yours'].map((name) => user.copy().patch(path, { name }, given(current))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const [stored] = answers.filter(({ status }) => status === 200);
      expect((await user.get(path)).body).toEqual(stored?.body);
    });
  });

  test('a create repeated after its answer was lost adds the task once', async () => {
    const id = '6925c1f00a1b2c3d4e5f6072';
    await loseAnswer({ name: 'bread', id });
    expect(await user.post('/tasks', { name: 'bread', id })).toMatchObject({ status: 200, body: { id } });
  });

  test('a create repeated after the task was removed elsewhere adds it again', async () => {
    const id = '6925c1f00a1b2c3d4e5f6073';
    await loseAnswer({ name: 'bread', id });
    expect((await user.copy().delete(`/tasks/${id}`)).status).toBe(204);
    expect(await user.post('/tasks', { name: 'bread', id })).toMatchObject({ status: 201, body: { id } });
  });

  /** Adds a task on a connection that ends before the answer. */
  async function loseAnswer(task: { readonly name: string; readonly id: string }): Promise<void> {
    const release = gateway.tasks.hold();
    const abort = new AbortController();
    const lost = user.post('/tasks', task, { signal: abort.signal });
    await gateway.tasks.reached();
    abort.abort();
    await expect(lost).rejects.toThrow();
    release();
    // The task service finishes what it was asked.
    while ((await user.get(`/tasks/${task.id}`)).status !== 200);
  }

  const failures: Readonly<Record<TaskServiceErrorCode, number>> = {
    NOT_FOUND: 404,
    ID_TAKEN: 409,
    CHANGED: 412,
    INVALID: 422,
    UNAVAILABLE: 503,
    OUTDATED: 503,
    TIMEOUT: 504,
    FAILED: 502,
  };

  test.each(Object.entries(failures))('%s of the task service is %i', async (code, status) => {
    gateway.tasks.failure = new TaskServiceError(code as TaskServiceErrorCode, 'as scripted');
    const answer = await user.get('/tasks/counts');
    gateway.tasks.failure = undefined;
    expect(answer.status).toBe(status);
    expect(answer.headers.has('retry-after')).toBe(status === 503);
  });

  test('the export is complete, with every task', async () => {
    const leaver = await gateway.user('leaver');
    await fill(gateway, leaver, 450);
    const { body, headers } = await leaver.get('/account/export');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="tasks-[\d-]+\.json"$/);
    expect(body).toMatchObject({ account: { username: 'leaver' }, complete: true });
    expect(new Set((body.tasks as { name: string }[]).map(({ name }) => name)).size).toBe(450);
    expect(Object.keys(body).at(-1)).toBe('complete');
  });

  test('the export has the lists of the account, with the tasks of its own ones', async () => {
    const [leaver, other] = [await gateway.user(), await gateway.user()];
    const [own, shared] = [await newList(leaver, 'Own'), await newList(other, 'Theirs')];
    const secret = await invite(other, shared, 'editor');
    await leaver.post('/invitations/acceptance', { secret, name: 'Leaver' });
    await leaver.post(`/lists/${own}/tasks`, { name: 'mine' });
    await leaver.post(`/lists/${shared}/tasks`, { name: 'ours' });
    const { body } = await leaver.get('/account/export');
    expect(body.lists).toMatchObject([
      { isFirst: true },
      { id: own, name: 'Own', tasks: [{ name: 'mine' }] },
      { id: shared, name: 'Theirs', role: 'editor' },
    ]);
    expect(JSON.stringify(body)).not.toContain('ours');
  });

  test('an export that fails half-way breaks the connection', async () => {
    const leaver = await gateway.user();
    await fill(gateway, leaver, 450);
    gateway.tasks.failAfter(1, new TaskServiceError('UNAVAILABLE', 'away'));
    await expect(leaver.get('/account/export')).rejects.toThrow();
    gateway.tasks.failure = undefined;
    expect((await leaver.get('/account/export')).body.complete).toBe(true);
  });

  describe('an export', () => {
    /** Starts an export of two pages; returns once the first one is read and the second one is asked for. */
    async function exportOf(leaver: TestClient): Promise<{ file: Promise<string>; release: () => void }> {
      await fill(gateway, leaver, 300);
      const release = gateway.tasks.holdAfter(1);
      const file = leaver.get('/account/export').then(({ text }) => text);
      file.catch(() => undefined);
      await gateway.tasks.reached();
      return { file, release };
    }

    test('ends with its session, without what was written since', async () => {
      const leaver = await gateway.user();
      const { file, release } = await exportOf(leaver);
      const other = leaver.copy();
      expect((await other.delete('/session')).status).toBe(204);
      release();
      await expect(file).rejects.toThrow();
    });

    test('reads no further page once its session has ended', async () => {
      const leaver = await gateway.user();
      const { file, release } = await exportOf(leaver);
      const { body } = await leaver.get('/sessions');
      const [{ id } = { id: '' }] = body.items as readonly { id: string }[];
      expect((await leaver.copy().delete(`/sessions/${id}`)).status).toBe(204);
      const found = gateway.tasks.calls.find;
      release();
      await expect(file).rejects.toThrow();
      expect(gateway.tasks.calls.find).toBe(found);
    });

    test('goes on when another session of the account ends', async () => {
      const leaver = await gateway.user('third-leaver');
      const other = gateway.client();
      await other.post('/session', { username: 'third-leaver', password: PASSWORD });
      const { file, release } = await exportOf(leaver);
      expect((await other.delete('/session')).status).toBe(204);
      release();
      expect(JSON.parse(await file)).toMatchObject({ complete: true });
    });
  });

  test('an export that takes too long breaks the connection, and another one may start', async () => {
    const LIMIT_MS = 1_500;
    const hurried = await TestGateway.start({}, { exportLimitMs: LIMIT_MS });
    const leaver = await hurried.user();
    await fill(hurried, leaver, 300);
    const release = hurried.tasks.holdAfter(1);
    const file = leaver.get('/account/export');
    file.catch(() => undefined);
    await hurried.tasks.reached();
    // Starts after the timer of the export, so it ends after it.
    await once(AbortSignal.timeout(LIMIT_MS), 'abort');
    release();
    await expect(file).rejects.toThrow();
    expect((await leaver.get('/account/export')).status).toBe(200);
    await hurried.stop();
  });

  test('a failed export is 503 and not in the audit log; a successful one is', async () => {
    const leaver = await gateway.user('second-leaver');
    const audited = (): number =>
      gateway.logged.filter(({ audit }) => (audit as { type?: string } | undefined)?.type === 'account-exported')
        .length;
    const before = audited();
    gateway.tasks.failure = new TaskServiceError('UNAVAILABLE', 'away');
    const { status, body } = await leaver.get('/account/export');
    gateway.tasks.failure = undefined;
    expect({ status, type: body.type }).toEqual({ status: 503, type: 'urn:tasks:problem:unavailable' });
    expect(audited()).toBe(before);
    expect((await leaver.get('/account/export')).body.complete).toBe(true);
    expect(audited()).toBe(before + 1);
  });

  test.each([
    ['white space', ' \t\n\u00a0\u3000', 'empty'],
    ['format characters', '\u200b\u2060\ufeff', 'empty'],
    ['a null', 'a\u0000b', 'control-character'],
    ['an escape', '\u001b[31mred', 'control-character'],
    ['a control character of Latin 1', 'a\u009bb', 'control-character'],
    ['nothing', '', 'too-short'],
  ])('a name with %s is 422, new or changed', async (_what, name, code) => {
    const created = await user.post('/tasks', { name: 'Milk' });
    for (const answer of [
      await user.post('/tasks', { name }),
      await user.patch(`/tasks/${String(created.body.id)}`, { name }),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/name', code })]);
    }
  });

  test.each(['two\nlines\tand a tab', '👩\u200d👩\u200d👧', 'می\u200cخواهم', '.', ' padded '])(
    'a name may be %j',
    async (name) => {
      const { status, body } = await user.post('/tasks', { name });
      expect({ status, name: body.name }).toEqual({ status: 201, name });
    },
  );
});
