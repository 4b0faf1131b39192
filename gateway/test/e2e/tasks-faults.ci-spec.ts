import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { TestApp } from '../../../test/support/app.js';
import type { TestClient } from '../support/test-client.js';
import { TestGateway } from '../support/test-gateway.js';

/** Longer than a request to the task service may take. */
const PATIENCE_MS = 50_000;

describe('with the real task service', () => {
  let tasks: TestApp;
  let link: FaultyLink;
  let gateway: TestGateway;
  let user: TestClient;
  let accountId: string;

  beforeAll(async () => {
    tasks = await TestApp.start();
    link = await FaultyLink.to(`tcp://127.0.0.1:${String(tasks.port)}`);
    gateway = await TestGateway.start({ TASKS_SERVERS: new URL(link.uri).host }, { tasks: undefined });
    user = await gateway.user();
    accountId = ((await user.get('/session')).body.account as { id: string }).id;
  });

  afterAll(async () => {
    await gateway.stop();
    await link.cut();
    await tasks.stop();
  });

  test('a task added over HTTP is visible over Thrift, with the id of the account', async () => {
    const { body } = await user.post('/tasks', { name: 'from the browser' });
    const [task] = await tasks.client().all({ userId: accountId });
    expect(task).toMatchObject({ id: body.id, userId: accountId, name: 'from the browser', done: false });
  });

  test('every operation works', async () => {
    const id = '6925c1f00a1b2c3d4e5f6071';
    expect((await user.post('/tasks', { name: 'one', id })).status).toBe(201);
    expect((await user.post('/tasks', { name: 'two', id })).body).toMatchObject({ name: 'one' });
    expect((await user.patch(`/tasks/${id}`, { done: true })).body).toMatchObject({ name: 'one', done: true });
    expect((await user.get('/tasks?done=true')).body).toMatchObject({ items: [{ id }], nextCursor: null });
    expect((await user.get('/tasks?text=ONE')).body).toMatchObject({ items: [{ id }] });
    expect((await user.get('/tasks/counts')).body).toEqual({ open: 1, done: 1 });
    expect((await user.delete('/tasks?done=true')).body).toEqual({ removed: 1, more: false });
    expect((await user.get(`/tasks/${id}`)).status).toBe(404);
    expect((await user.get('/tasks?after=nonsense')).status).toBe(422);
  });

  test('another user gets 404 for a task, and 409 for its id', async () => {
    const { id } = (await user.post('/tasks', { name: 'mine' })).body as { id: string };
    const other = await gateway.user();
    expect((await other.get(`/tasks/${id}`)).status).toBe(404);
    expect((await other.patch(`/tasks/${id}`, { done: true })).status).toBe(404);
    expect((await other.delete(`/tasks/${id}`)).status).toBe(404);
    expect((await other.post('/tasks', { name: 'theirs', id })).status).toBe(409);
  });

  test('down: 503 long before the time limit, accounts work; back: works at once', async () => {
    await link.cut();
    const startMs = performance.now();
    const { status, headers } = await user.get('/tasks');
    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '2' });
    expect(performance.now() - startMs).toBeLessThan(7_000);
    expect((await user.get('/session')).status).toBe(200);
    await link.mend();
    expect((await user.get('/tasks')).status).toBe(200);
  });

  test('slow: answers are late, but correct', async () => {
    link.slow(500);
    expect((await user.post('/tasks', { name: 'slow' })).status).toBe(201);
    await link.mend();
  });

  test(
    'hanging: 504 at the time limit, without duplicates afterwards',
    async () => {
      const id = 'a'.repeat(24);
      await user.get('/tasks');
      link.hang();
      const startMs = performance.now();
      const { status } = await user.post('/tasks', { name: 'waiting' });
      expect(status).toBe(504);
      expect(performance.now() - startMs).toBeLessThan(PATIENCE_MS / 2);
      await link.mend();
      const statuses = [
        await user.post('/tasks', { name: 'once', id }),
        await user.post('/tasks', { name: 'once', id }),
      ];
      expect(statuses.map((answer) => answer.status)).toEqual([201, 200]);
      const { items } = (await user.get('/tasks?text=once')).body as { items: unknown[] };
      expect(items).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test('broken connections lose and duplicate nothing', async () => {
    link.cutReplies(5);
    const user2 = await gateway.user();
    const answers = [];
    for (let i = 0; i < 30; i++) answers.push(await user2.post('/tasks', { name: `task ${String(i)}` }));
    await link.mend();
    const added = answers.filter(({ status }) => status === 201 || status === 200).map(({ body }) => body.id);
    const { items } = (await user2.get('/tasks?limit=200')).body as { items: { id: string; name: string }[] };
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(added));
    expect(new Set(items.map(({ name }) => name)).size).toBe(items.length);
    expect(added.length).toBeGreaterThan(20);
  });
});
