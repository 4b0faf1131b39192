import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TestApp } from '../../../test/support/app.js';
import { accountId, firstList, joined, newList } from '../support/shared-list.js';
import type { TestClient } from '../support/test-client.js';
import { TestGateway } from '../support/test-gateway.js';

let ids = 0;

function newId(): string {
  return (++ids).toString(16).padStart(24, '0');
}

describe('lists with the real task service', () => {
  let tasks: TestApp;
  let gateway: TestGateway;
  let owner: TestClient;

  beforeAll(async () => {
    tasks = await TestApp.start();
    gateway = await TestGateway.start({ TASKS_SERVERS: `127.0.0.1:${String(tasks.port)}` }, { tasks: undefined });
  });

  beforeEach(async () => {
    owner = await gateway.user();
  });

  afterAll(async () => {
    await gateway.stop();
    await tasks.stop();
  });

  test('a task keeps every detail, and ETags are its revisions', async () => {
    const list = await newList(owner);
    const details = {
      note: '- [ ] milk',
      dueOn: '2026-12-01T09:30',
      starred: true,
      repeat: 'FREQ=WEEKLY',
      position: 'a0',
    };
    const created = await owner.post(`/lists/${list}/tasks`, { name: 'shop', ...details });
    expect(created.body).toMatchObject({ ...details, repeat: 'FREQ=WEEKLY;BYDAY=TU', steps: { done: 0, total: 1 } });
    const path = created.headers.get('location') ?? '';
    const read = await owner.get(path);
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
    const changed = await owner.patch(
      path,
      { name: 'shopping' },
      { headers: { 'if-match': read.headers.get('etag') ?? '' } },
    );
    expect(changed.status).toBe(200);
    const late = await owner.patch(path, { note: null }, { headers: { 'if-match': read.headers.get('etag') ?? '' } });
    expect(late.status).toBe(412);
    const again = await owner.patch(
      path,
      { name: 'shopping' },
      { headers: { 'if-match': read.headers.get('etag') ?? '' } },
    );
    expect(again.status).toBe(200);
    expect((await owner.get(path)).headers.get('etag')).toBe(changed.headers.get('etag'));
    const stale = await owner.delete(path, undefined, { headers: { 'if-match': read.headers.get('etag') ?? '' } });
    expect(stale.status).toBe(412);
    const gone = { headers: { 'if-match': changed.headers.get('etag') ?? '' } };
    for (let n = 0; n < 2; n++) expect((await owner.delete(path, undefined, gone)).status).toBe(204);
  });

  test('of two devices that change a task at once with If-Match, one is told', async () => {
    const { headers } = await owner.post('/tasks', { name: 'milk' });
    const path = headers.get('location') ?? '';
    for (let round = 0; round < 20; round++) {
      const etag = (await owner.get(path)).headers.get('etag') ?? '';
      const names = ['one', 'two', 'three'].map((name) => `${name} ${String(round)}`);
      const answers = await Promise.all(
        names.map((name) => owner.copy().patch(path, { name }, { headers: { 'if-match': etag } })),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
      expect((await owner.get(path)).body).toEqual(winners[0]?.body);
    }
  });

  test('without If-Match the fields of two devices are merged', async () => {
    const { headers } = await owner.post('/tasks', { name: 'milk' });
    const path = headers.get('location') ?? '';
    await Promise.all([
      owner.patch(path, { note: 'two' }),
      owner.copy().patch(path, { starred: true }),
      owner.copy().patch(path, { dueOn: '2026-12-01' }),
    ]);
    expect((await owner.get(path)).body).toMatchObject({ note: 'two', starred: true, dueOn: '2026-12-01' });
  });

  test('a done task that repeats is followed by the next one', async () => {
    const { headers } = await owner.post('/tasks', { name: 'rent', dueOn: '2026-11-01', repeat: 'FREQ=MONTHLY' });
    const path = headers.get('location') ?? '';
    const { body } = await owner.patch(path, { done: true, now: '2026-12-03T10:00' });
    expect(body).toMatchObject({ done: true, next: { name: 'rent', done: false, dueOn: '2027-01-01' } });
    expect((await owner.patch(path, { done: true, now: '2026-12-03T10:00' })).body.next).toEqual(body.next);
    expect((await owner.get('/tasks?done=false')).body.items).toHaveLength(1);
    const reopened = await owner.patch(path, { done: false });
    expect(reopened.body).not.toHaveProperty('next');
    expect((await owner.get('/tasks')).body.items).toHaveLength(1);
  });

  test('lists count what is due, and the agenda has it', async () => {
    const list = await newList(owner);
    for (const [of, dueOn] of [
      ['', '2026-11-30'],
      [`/lists/${list}`, '2026-12-01T09:30'],
      [`/lists/${list}`, '2026-12-02'],
    ] as const) {
      await owner.post(`${of}/tasks`, { name: dueOn, dueOn, starred: dueOn.endsWith('2') });
    }
    const { items } = (await owner.get('/lists?today=2026-12-01')).body as { items: { totals: object }[] };
    expect(items.map(({ totals }) => totals)).toEqual([
      { open: 1, done: 0, overdue: 1, dueToday: 0 },
      { open: 2, done: 0, overdue: 0, dueToday: 1 },
    ]);
    const agenda = await owner.get('/agenda?view=due&until=2026-12-02');
    expect(agenda.body.items).toMatchObject([{ name: '2026-11-30', list: await firstList(owner) }, { list }]);
    expect((await owner.get('/agenda?view=starred')).body.items).toMatchObject([{ name: '2026-12-02', list }]);
    const page = await owner.get('/agenda?view=due&limit=2');
    const rest = await owner.get(`/agenda?view=due&after=${encodeURIComponent(page.body.nextCursor as string)}`);
    expect(rest.body.items).toMatchObject([{ name: '2026-12-02' }]);
  });

  test('a task is moved, and moved back', async () => {
    const list = await newList(owner);
    const { body, headers } = await owner.post('/tasks', { name: 'milk', note: 'two' });
    const path = `/tasks/${String(body.id)}`;
    for (let n = 0; n < 2; n++) {
      const moved = await owner.post(`${path}/move`, { list });
      expect({ body: moved.body, etag: moved.headers.get('etag') }).toEqual({ body, etag: headers.get('etag') });
    }
    expect((await owner.get(path)).status).toBe(404);
    await owner.post(`/lists/${list}${path}/move`, { list: await firstList(owner) });
    expect((await owner.get(path)).body).toEqual(body);
  });

  test('1,000 tasks are added by ten batches, and removed by ten', async () => {
    const list = await newList(owner);
    const batches = Array.from({ length: 10 }, () =>
      Array.from({ length: 100 }, () => ({ op: 'insert', id: newId(), name: 'task', list })),
    );
    for (const operations of batches) {
      const { results } = (await owner.post('/batch', { operations })).body as { results: { status: number }[] };
      expect(results.every(({ status }) => status === 201)).toBe(true);
    }
    expect((await owner.get(`/lists/${list}/tasks/counts`)).body).toEqual({ open: 1_000, done: 0 });
    expect((await owner.get(`/lists/${list}/tasks?limit=1000`)).body.items).toHaveLength(1_000);
    for (const operations of batches) {
      await owner.post('/batch', { operations: operations.map(({ id }) => ({ op: 'remove', id, list })) });
    }
    expect((await owner.get(`/lists/${list}/tasks/counts`)).body).toEqual({ open: 0, done: 0 });
  });

  test('an import of 10,000 lines, repeated twice, adds each once', async () => {
    const list = await newList(owner);
    const text = Array.from({ length: 10_000 }, (_one, n) => `line ${String(n % 4_000)}`).join('\n');
    const reports: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const options = { headers: { 'content-type': 'text/plain' } };
      reports.push((await owner.post(`/lists/${list}/import`, text, options)).body);
    }
    expect(reports).toEqual([
      { added: 10_000, present: 0, rejected: [] },
      { added: 0, present: 10_000, rejected: [] },
      { added: 0, present: 10_000, rejected: [] },
    ]);
    const { items } = (await owner.get(`/lists/${list}/tasks?limit=1000`)).body as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(
      Array.from({ length: items.length }, (_one, n) => `line ${String(n)}`),
    );
  }, 120_000);

  test('what the task service rejects is reported by line', async () => {
    const list = await newList(owner);
    const text = 'name,dueOn,repeat\nfine,2026-12-01,\nno day,2026-13-45,\nno rule,2026-12-01,FREQ=HOURLY\n';
    const { body } = await owner.post(`/lists/${list}/import`, text, { headers: { 'content-type': 'text/csv' } });
    expect(body).toEqual({
      added: 1,
      present: 0,
      rejected: [
        { line: 3, code: 'invalid', field: 'dueOn', reason: expect.stringContaining('dueOn') },
        { line: 4, code: 'invalid', reason: expect.stringContaining('repeat') },
      ],
    });
  });

  test('the owner of the tasks of a list is nobody that HTTP knows', async () => {
    const list = await newList(owner);
    const editor = await joined(gateway, owner, list, 'editor');
    const { body } = await editor.post(`/lists/${list}/tasks`, { name: 'milk' });
    for (const user of [owner, editor]) {
      const account = await accountId(user);
      await expect(tasks.client().get({ taskId: String(body.id), userId: account })).rejects.toThrow();
    }
    expect((await owner.get(`/lists/${list}/tasks/${String(body.id)}`)).body).toEqual(body);
  });
});
