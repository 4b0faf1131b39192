import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { TaskServiceError } from '../../../src/application/tasks/task-service.error.js';
import { HTTP_LIMITS } from '../../../src/interface/http/http-limits.js';
import { EventReader } from '../../support/event-reader.js';
import { joined, memberId, newList } from '../../support/shared-list.js';
import type { Answer, TestClient } from '../../support/test-client.js';
import { TestGateway } from '../../support/test-gateway.js';

describe('lists as files', () => {
  let gateway: TestGateway;
  let owner: TestClient;
  let list: string;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  beforeEach(async () => {
    owner = await gateway.user();
    list = await newList(owner);
  });

  afterEach(() => {
    gateway.tasks.failure = undefined;
  });

  afterAll(() => gateway.stop());

  function send(text: string, type = 'text/plain', query = '', user = owner): Promise<Answer> {
    return user.post(`/lists/${list}/import${query}`, text, { headers: { 'content-type': type } });
  }

  async function stored(of = list): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for (let after = ''; ;) {
      const { body } = await owner.get(`/lists/${of}/tasks?limit=1000${after}`);
      items.push(...(body.items as Record<string, unknown>[]));
      if (body.nextCursor === null) return items;
      after = `&after=${encodeURIComponent(body.nextCursor as string)}`;
    }
  }

  const namesOf = (tasks: readonly Record<string, unknown>[]): unknown[] =>
    tasks.toSorted((one, other) => (String(one.createdOn) < String(other.createdOn) ? 1 : -1)).map(({ name }) => name);

  describe('an import', () => {
    test.each([
      ['text/plain', '- [x] milk\nbread'],
      ['text/plain; charset=utf-8', '- [x] milk\r\nbread'],
      ['text/markdown', '# Shop\n- [x] milk\n- [ ] bread'],
      ['text/csv', 'TYPE,CONTENT\ntask,milk\ntask,bread'],
      ['application/json', JSON.stringify({ tasks: [{ name: 'milk', done: true, id: 'x' }, { name: 'bread' }] })],
    ])('of %s adds tasks in the order of the file', async (type, text) => {
      const { status, body } = await send(text, type);
      expect({ status, body }).toEqual({ status: 200, body: { added: 2, present: 0, rejected: [] } });
      expect(namesOf(await stored())).toEqual(['milk', 'bread']);
    });

    test('is answered also after the time in which other requests stall', async () => {
      const limits: { stallTimeoutMs: number } = HTTP_LIMITS;
      const limit = jest.replaceProperty(limits, 'stallTimeoutMs', 2_000);
      const strict = await TestGateway.start();
      limit.restore();
      try {
        const [user, other] = [await strict.user(), await strict.user()];
        const release = strict.tasks.hold();
        const headers = { 'content-type': 'text/plain' };
        const path = `/lists/${await newList(user)}/import`;
        const imported = Promise.allSettled([user.post(path, 'milk', { headers })]);
        await strict.tasks.reached();
        // Begun later: once it is cut off, the import has been silent for longer.
        await expect(other.post('/tasks', { name: 'bread' })).rejects.toThrow('fetch failed');
        release();
        expect(await imported).toMatchObject([{ status: 'fulfilled', value: { status: 200, body: { added: 1 } } }]);
      } finally {
        await strict.stop();
      }
    });

    test('repeated doubles nothing, and equal lines stay apart', async () => {
      const text = 'milk\nbread\nmilk\nmilk';
      expect((await send(text)).body).toEqual({ added: 4, present: 0, rejected: [] });
      for (let n = 0; n < 2; n++) expect((await send(text)).body).toEqual({ added: 0, present: 4, rejected: [] });
      expect(await stored()).toHaveLength(4);
      const elsewhere = await newList(owner);
      const again = await owner.post(`/lists/${elsewhere}/import`, text, { headers: { 'content-type': 'text/plain' } });
      expect(again.body).toMatchObject({ added: 4 });
    });

    test('that ended in the middle is repaired by repeating it, in the same order', async () => {
      const lines = Array.from({ length: 350 }, (_one, n) => `line ${String(n)}`);
      gateway.tasks.failAfter(3, new TaskServiceError('UNAVAILABLE', 'away'));
      expect((await send(lines.join('\n'))).status).toBe(503);
      gateway.tasks.failure = undefined;
      const { present, added } = (await send(lines.join('\n'))).body as { present: number; added: number };
      expect({ present, added }).toEqual({ present: 200, added: 150 });
      expect(namesOf(await stored())).toEqual(lines);
    });

    test('of an account has the tasks of all of its lists', async () => {
      await send('milk');
      await owner.post('/tasks', { name: 'bread' });
      const { text } = await owner.get('/account/export');
      const restored = await newList(owner);
      const headers = { 'content-type': 'application/json' };
      const { body } = await owner.post(`/lists/${restored}/import`, text, { headers });
      expect(body).toMatchObject({ added: 2, rejected: [] });
      expect(namesOf(await stored(restored)).toSorted()).toEqual(['bread', 'milk']);
    });

    test('of lists that are none names the place', async () => {
      const { status, body } = await send('{"tasks":[],"lists":[{"tasks":7}]}', 'application/json');
      expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/lists/0/tasks' }] });
    });

    test('tried out adds nothing, and says what is there', async () => {
      await send('milk');
      const report = { added: 1, present: 1, rejected: [{ line: 3, code: 'name-empty', reason: 'The name is empty' }] };
      expect((await send('milk\nbread\n- [ ]', 'text/plain', '?dryRun=true')).body).toEqual(report);
      expect(await stored()).toHaveLength(1);
      expect((await send('milk\nbread\n- [ ]')).body).toEqual(report);
    });

    test('reports what the task service rejects, by line', async () => {
      const text = JSON.stringify({ tasks: [{ name: 'fine' }, { name: 'x', repeat: 'FREQ=DAILY' }, { name: '' }, 7] });
      const { added, rejected } = (await send(text, 'application/json')).body as Record<string, unknown>;
      expect(added).toBe(1);
      expect(rejected).toMatchObject([{ line: 2 }, { line: 3 }, { line: 4 }]);
    });

    test('of a task that was moved since says that it is in another list', async () => {
      await send('milk');
      const [task] = await stored();
      await owner.post(`/lists/${list}/tasks/${String(task?.id)}/move`, { list: await newList(owner) });
      const rejected = [{ line: 1, code: 'id-taken', reason: expect.stringContaining('in another list') }];
      expect((await send('milk')).body).toEqual({ added: 0, present: 0, rejected });
    });

    test.each(['a\u0000b', '\u200b', 'n'.repeat(4_097)])('of text keeps the rules for names: %j', async (name) => {
      const { body } = await send(`${name}\nmilk`);
      expect(body).toMatchObject({
        added: 1,
        rejected: [{ line: 1, code: 'invalid', field: 'name', reason: expect.stringMatching(/^name: must/) }],
      });
    });

    test('reads what spreadsheets make of true', async () => {
      await send('name,done,starred\nmilk,TRUE,1\ntea,FALSE,no', 'text/csv');
      const tasks = (await stored()).map(({ name, done, starred }) => [name, done, starred === true]);
      expect(tasks.toSorted()).toEqual([
        ['milk', true, true],
        ['tea', false, false],
      ]);
    });

    test('takes 10,000 tasks, and one more not', async () => {
      const lines = Array.from({ length: 10_000 }, (_one, n) => `line ${String(n % 5_000)}`);
      expect((await send(lines.join('\n'))).body).toEqual({ added: 10_000, present: 0, rejected: [] });
      expect((await send(lines.join('\n'))).body).toEqual({ added: 0, present: 10_000, rejected: [] });
      expect((await send([...lines, 'more'].join('\n'))).status).toBe(422);
      expect((await send(' '.repeat(5_242_881))).status).toBe(413);
    });

    test('of JSON that is nested too deep rejects it, and adds the rest', async () => {
      const text = `{"tasks":[{"name":"milk","x":${'['.repeat(100_000)}${']'.repeat(100_000)}},{"name":"bread"}]}`;
      const { status, body } = await send(text, 'application/json');
      expect({ status, added: body.added }).toEqual({ status: 200, added: 2 });
    });

    test('reports one event', async () => {
      const stream = await EventReader.open(owner, {}, '/events?lists=all');
      await send(Array.from({ length: 300 }, (_one, n) => `line ${String(n)}`).join('\n'));
      expect(await stream.nextChange()).toEqual({ type: 'list-changed', data: JSON.stringify({ list, all: true }) });
      await owner.post('/tasks', { name: 'x' });
      expect((await stream.nextChange())?.type).toBe('changed');
      stream.close();
    });

    test('stops when its member is removed', async () => {
      const editor = await joined(gateway, owner, list, 'editor');
      const release = gateway.tasks.holdAfter(1);
      const answer = send(
        Array.from({ length: 300 }, (_one, n) => `line ${String(n)}`).join('\n'),
        'text/plain',
        '',
        editor,
      );
      await gateway.tasks.reached();
      await owner.delete(`/lists/${list}/members/${await memberId(owner, list, 'a editor')}`);
      release();
      expect((await answer).status).toBe(404);
      expect(await stored()).toHaveLength(100);
    });

    test('runs once for each account', async () => {
      const release = gateway.tasks.hold();
      const first = send('milk');
      await gateway.tasks.reached();
      const second = await send('bread');
      release();
      expect([second.status, (await first).status]).toEqual([429, 200]);
      expect((await send('bread')).status).toBe(200);
    });

    test.each([
      ['another type', 'text/html', '<p>', 415, 'Send text/csv, text/markdown, text/plain or application/json.'],
      ['another charset', 'text/plain; charset=utf-16', 'milk', 415, 'Bodies are UTF-8: leave the charset out.'],
      ['JSON without tasks', 'application/json', '{}', 422, expect.stringContaining('a file of tasks')],
    ])('of %s is rejected', async (_what, type, text, status, detail) => {
      expect((await send(text, type)).body).toMatchObject({ status, detail });
    });

    test('is the only place for texts', async () => {
      const answer = await owner.post('/tasks', 'milk', { headers: { 'content-type': 'text/plain' } });
      expect(answer.body).toMatchObject({ status: 415, detail: expect.stringContaining('Send JSON') });
    });
  });

  describe('an export', () => {
    const tasks = [
      { name: '=1+1', note: '- [ ] one\n- [x] two', dueOn: '2026-12-01', starred: true },
      { name: 'bread, butter', done: true, doneOn: '2020-02-03T04:05:06.000Z', createdOn: '2020-01-02T03:04:05.000Z' },
    ];

    test.each([
      ['json', 'application/json'],
      ['csv', 'text/csv'],
      ['md', 'text/markdown'],
    ])('as %s is imported as it was', async (format, type) => {
      for (const task of tasks) await owner.post(`/lists/${list}/tasks`, task);
      const file = await owner.get(`/lists/${list}/export?format=${format}`);
      expect(file.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(file.headers.get('content-disposition')).toMatch(
        new RegExp(`^attachment; filename="list-[\\d-]+\\.${format}"$`),
      );
      const copy = await newList(owner);
      const { body } = await owner.post(`/lists/${copy}/import`, file.text, { headers: { 'content-type': type } });
      expect(body).toEqual({ added: 2, present: 0, rejected: [] });
      const plain = (of: readonly Record<string, unknown>[]): unknown =>
        of
          .map(({ name, note, done, dueOn, starred, createdOn, doneOn }) =>
            format === 'md' ? { name, note, done } : { name, note, done, dueOn, starred, createdOn, doneOn },
          )
          .toSorted((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
      expect(plain(await stored(copy))).toEqual(plain(await stored()));
    });

    test('has every task, and says that it is complete', async () => {
      await send(Array.from({ length: 450 }, (_one, n) => `line ${String(n)}`).join('\n'));
      const { body } = await owner.get(`/lists/${list}/export`);
      expect(body).toMatchObject({ list: { name: 'Groceries' }, complete: true });
      expect(new Set((body.tasks as { name: string }[]).map(({ name }) => name)).size).toBe(450);
    });

    test('of nothing is a file without tasks', async () => {
      expect((await owner.get(`/lists/${list}/export`)).body).toEqual({
        list: { name: 'Groceries' },
        tasks: [],
        complete: true,
      });
      expect((await owner.get(`/lists/${list}/export?format=csv`)).text.split('\r\n')).toHaveLength(3);
      expect((await owner.get(`/lists/${list}/export?format=md`)).text).toBe('# Groceries\n\n\n');
    });

    test('is open to viewers, and breaks off when one is removed', async () => {
      await send(Array.from({ length: 300 }, (_one, n) => `line ${String(n)}`).join('\n'));
      const viewer = await joined(gateway, owner, list, 'viewer');
      expect((await viewer.get(`/lists/${list}/export`)).body.complete).toBe(true);
      const release = gateway.tasks.holdAfter(1);
      const file = viewer.get(`/lists/${list}/export`);
      file.catch(() => undefined);
      await gateway.tasks.reached();
      await owner.delete(`/lists/${list}/members/${await memberId(owner, list, 'a viewer')}`);
      release();
      await expect(file).rejects.toThrow();
    });
  });
});
