import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TaskServiceError } from '../../../src/application/tasks/task-service.error.js';
import { EventReader } from '../../support/event-reader.js';
import { firstList, joined, newList } from '../../support/shared-list.js';
import type { TestClient } from '../../support/test-client.js';
import { TestGateway } from '../../support/test-gateway.js';

interface Result {
  readonly status: number;
  readonly task?: Readonly<Record<string, unknown>>;
  readonly problem?: { readonly type: string; readonly instance: string };
}

let ids = 0;

/** A new task id. */
function newId(): string {
  return (++ids).toString(16).padStart(24, '0');
}

describe('across lists', () => {
  let gateway: TestGateway;
  let owner: TestClient;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  beforeEach(async () => {
    owner = await gateway.user();
  });

  afterEach(() => {
    gateway.tasks.failure = undefined;
  });

  afterAll(() => gateway.stop());

  async function batch(user: TestClient, operations: readonly object[]): Promise<readonly Result[]> {
    const { status, body } = await user.post('/batch', { operations });
    expect(status).toBe(200);
    return body.results as Result[];
  }

  const insert = (name: string, list?: string): { op: string; id: string; name: string; list?: string } => {
    return { op: 'insert', id: newId(), name, ...(list !== undefined && { list }) };
  };

  describe('a batch', () => {
    test('makes its changes in order, each with a result', async () => {
      const list = await newList(owner);
      const [one, two] = [insert('one'), insert('two', list)];
      const results = await batch(owner, [
        one,
        two,
        { op: 'edit', id: one.id, done: true, note: 'milk' },
        { op: 'move', id: one.id, to: list },
        { op: 'edit', id: one.id, list, note: null },
        { op: 'remove', id: two.id, list },
      ]);
      expect(results.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 204]);
      expect(results[2]?.task).toMatchObject({ id: one.id, done: true, note: 'milk' });
      expect(results[4]?.task).not.toHaveProperty('note');
      expect((await owner.get('/tasks')).body.items).toEqual([]);
      expect((await owner.get(`/lists/${list}/tasks`)).body.items).toMatchObject([{ id: one.id, done: true }]);
    });

    test('changes nothing when it is repeated', async () => {
      const list = await newList(owner);
      const [one, two] = [insert('one'), insert('two', list)];
      const operations = [one, two, { op: 'edit', id: one.id, done: true }, { op: 'remove', id: two.id, list }];
      await batch(owner, operations);
      const before = (await owner.get('/tasks')).text;
      const again = await batch(owner, [one, operations[2] ?? {}, { op: 'remove', id: two.id, list }]);
      expect(again.map(({ status }) => status)).toEqual([200, 200, 204]);
      expect((await owner.get('/tasks')).text).toBe(before);
    });

    test('adds consecutive tasks of a list by one call, and removes them so', async () => {
      const list = await newList(owner);
      const operations = [insert('a'), insert('b'), insert('c', list), insert('d', list), insert('e')];
      const before = { ...gateway.tasks.calls };
      await batch(owner, operations);
      await batch(
        owner,
        operations.map(({ id, list: of }) => ({ op: 'remove', id, list: of })),
      );
      const { insertAll = 0, removeSome = 0 } = before;
      expect(gateway.tasks.calls).toEqual({ ...before, insertAll: insertAll + 3, removeSome: removeSome + 3 });
    });

    test('reports one event for each list', async () => {
      const list = await newList(owner);
      const stream = await EventReader.open(owner, {}, '/events?lists=all');
      const operations = [insert('a', list), insert('b'), insert('c', list)];
      await batch(owner, operations);
      const [a, b, c] = operations.map(({ id }) => id);
      const events = [await stream.nextChange(), await stream.nextChange()];
      expect(events).toEqual([
        { type: 'list-changed', data: JSON.stringify({ list, taskIds: [a, c] }) },
        { type: 'changed', data: JSON.stringify({ taskIds: [b] }) },
      ]);
      stream.close();
    });

    test('rejects single operations, and goes on', async () => {
      const list = await newList(owner);
      const viewer = await joined(gateway, owner, list, 'viewer');
      const taken = insert('theirs');
      await batch(owner, [taken]);
      const results = await batch(viewer, [
        { ...taken, name: 'mine' },
        insert('read only', list),
        insert('of a list that is not theirs', await newList(owner)),
        { op: 'edit', id: newId(), done: true },
        { ...insert('repeat without a date'), repeat: 'FREQ=DAILY' },
        { op: 'move', id: taken.id, to: list },
        insert('fine'),
      ]);
      expect(results.map(({ status }) => status)).toEqual([409, 403, 404, 404, 422, 403, 201]);
      expect(results[1]?.problem?.type).toBe('urn:tasks:problem:role-too-low');
    });

    test('begins no later operation of a task whose state nobody knows', async () => {
      const [one, two] = [insert('one'), insert('two')];
      await batch(owner, [one, two]);
      gateway.tasks.failAfter(0, new TaskServiceError('TIMEOUT', 'as scripted'));
      const release = gateway.tasks.holdAfter(1);
      const results = batch(owner, [
        { op: 'edit', id: one.id, done: true },
        { op: 'edit', id: two.id, done: true },
        { op: 'remove', id: one.id },
        insert('three'),
      ]);
      await gateway.tasks.reached();
      gateway.tasks.failure = undefined;
      release();
      expect((await results).map(({ status }) => status)).toEqual([504, 200, 424, 201]);
    });

    test('logs a failure once, under the instance of its results', async () => {
      const stays = insert('stays');
      await batch(owner, [stays]);
      for (const [failure, status, level] of [
        [new TaskServiceError('FAILED', 'as scripted'), 502, 'warn'],
        [new Error('as scripted'), 500, 'error'],
      ] as const) {
        gateway.tasks.failure = failure;
        const before = gateway.logged.length;
        const edit = { op: 'edit', id: stays.id, done: true };
        const results = await batch(owner, [insert('a'), insert('b'), edit, { op: 'remove', id: stays.id }]);
        gateway.tasks.failure = undefined;
        expect(results.map((result) => result.status)).toEqual([status, status, status, 424]);
        const lines = gateway.logged.slice(before).filter((line) => 'instance' in line);
        expect(lines.map((line) => [line.instance, line.level, line.route])).toEqual([
          [results[0]?.problem?.instance, level, '/api/v1/batch'],
        ]);
        expect(new Set(results.slice(0, 3).map(({ problem }) => problem?.instance)).size).toBe(1);
      }
      const before = gateway.logged.length;
      expect((await batch(owner, [{ op: 'edit', id: newId(), done: true }]))[0]?.status).toBe(404);
      expect(gateway.logged.slice(before).filter((line) => 'instance' in line)).toEqual([]);
    });

    test.each([
      ['nothing', []],
      ['101 operations', Array.from({ length: 101 }, () => ({ op: 'remove', id: 'f'.repeat(24) }))],
      ['an unknown operation', [{ op: 'add', id: 'f'.repeat(24) }]],
      ['an operation without an id', [{ op: 'insert', name: 'x' }]],
      ['an unknown member', [{ op: 'remove', id: 'f'.repeat(24), name: 'x' }]],
    ])('of %s is 422 as a whole', async (_what, operations) => {
      const calls = { ...gateway.tasks.calls };
      expect((await owner.post('/batch', { operations })).status).toBe(422);
      expect(gateway.tasks.calls).toEqual(calls);
    });

    test('counts as one request for each ten operations, before any of them', async () => {
      const limited = await TestGateway.start({ GATEWAY_REQUESTS_PER_ACCOUNT: '9' });
      const user = await limited.user();
      const operations = Array.from({ length: 100 }, () => insert('x'));
      expect((await user.post('/batch', { operations: operations.slice(0, 50) })).status).toBe(200);
      expect((await user.post('/batch', { operations })).status).toBe(429);
      expect(limited.tasks.owners.map((id) => limited.tasks.sizeOf(id))).toEqual([50]);
      await limited.stop();
    });

    test('takes 1,000 of the longest names in ten requests', async () => {
      for (let n = 0; n < 10; n++) {
        const results = await batch(
          owner,
          Array.from({ length: 100 }, () => insert('x'.repeat(4_096))),
        );
        expect(results.every(({ status }) => status === 201)).toBe(true);
      }
      expect((await owner.get('/tasks/counts')).body).toMatchObject({ open: 1_000 });
    });
  });

  describe('a move', () => {
    test('needs an editor of both lists, and is undone by moving back', async () => {
      const list = await newList(owner);
      const viewer = await joined(gateway, owner, list, 'viewer');
      const { body: task } = await owner.post('/tasks', { name: 'milk', dueOn: '2026-12-01' });
      const path = `/tasks/${String(task.id)}`;
      for (let n = 0; n < 2; n++) expect((await owner.post(`${path}/move`, { list })).body).toEqual(task);
      expect((await owner.get(path)).status).toBe(404);
      expect((await owner.get(`/lists/${list}${path}`)).body).toEqual(task);
      const to = await firstList(viewer);
      expect((await viewer.post(`/lists/${list}${path}/move`, { list: to })).status).toBe(403);
      const { body: own } = await viewer.post('/tasks', { name: 'own' });
      expect((await viewer.post(`/tasks/${String(own.id)}/move`, { list })).status).toBe(403);
      expect((await viewer.post(`/tasks/${String(own.id)}/move`, { list: await firstList(owner) })).status).toBe(404);
      expect((await owner.post(`/lists/${list}${path}/move`, { list: await firstList(owner) })).body).toEqual(task);
      expect((await owner.get(path)).body).toEqual(task);
    });
  });

  describe('the agenda', () => {
    test('has open tasks of all lists by date, page by page', async () => {
      const list = await newList(owner);
      const other = await newList(await gateway.user());
      const add = (of: string, name: string, fields: object): Promise<unknown> =>
        owner.post(`${of}/tasks`, { name, ...fields });
      await add('', 'second', { dueOn: '2026-12-02' });
      await add(`/lists/${list}`, 'first', { dueOn: '2026-12-01T09:30' });
      await add(`/lists/${list}`, 'third', { dueOn: '2026-12-03', starred: true });
      await add('', 'done', { dueOn: '2026-12-01', done: true });
      await add('', 'undated', {});
      expect((await owner.get(`/lists/${other}/tasks`)).status).toBe(404);
      const namesOf = async (query: string): Promise<string[]> => {
        const { body } = await owner.get(`/agenda?${query}`);
        return (body.items as { name: string }[]).map(({ name }) => name);
      };
      expect(await namesOf('view=due')).toEqual(['first', 'second', 'third']);
      expect(await namesOf('view=due&until=2026-12-03&from=2026-12-02')).toEqual(['second']);
      expect(await namesOf('view=starred')).toEqual(['third']);
      const { body } = await owner.get('/agenda?view=due&limit=2');
      expect(body.items).toMatchObject([{ list }, { list: await firstList(owner) }]);
      expect(await namesOf(`view=due&limit=2&after=${encodeURIComponent(String(body.nextCursor))}`)).toEqual(['third']);
      expect((await owner.get('/agenda')).status).toBe(422);
      for (const [query, pointer] of [
        ['view=due&from=0001-01-01', '/from'],
        ['view=due&until=2026-02-30', '/until'],
        ['view=starred&from=2026-12-01', '/view'],
      ]) {
        const { status, body } = await owner.get(`/agenda?${String(query)}`);
        expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ in: 'query', pointer }] });
      }
    });

    test('is that of the lists that a token reaches', async () => {
      const list = await newList(owner);
      await owner.post('/tasks', { name: 'first', starred: true });
      await owner.post(`/lists/${list}/tasks`, { name: 'other', starred: true });
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const namesBy = async (lists: unknown): Promise<string[]> => {
        const { body } = await owner.post('/tokens', { name: 't', scopes: ['tasks:read'], lists, expiresAt });
        const headers = { authorization: `Bearer ${String(body.token)}` };
        const agenda = await gateway.client().get('/agenda?view=starred', { headers });
        return (agenda.body.items as { name: string }[]).map(({ name }) => name);
      };
      expect(await namesBy(undefined)).toEqual(['first']);
      expect(await namesBy([list])).toEqual(['other']);
      expect(await namesBy('all')).toEqual(['first', 'other']);
    });
  });
});
