import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mongo as driver } from 'mongoose';
import type { Task, TasksClient } from '@tasks/idl';
import { dropAndStop, TestApp, type Variables } from '../support/app.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { NOT_PRIMARY, ScriptedMongo } from '@tasks/testing/scripted-mongo';

jest.setTimeout(60_000);

const LIMIT_MS = 1_500;
/** The reserve is for a busy machine. The driver's own limit is 30 s. */
const RESERVE_MS = 4_000;
const IN_TIME_MS = LIMIT_MS + RESERVE_MS;
/** A round trip times out after a second, and its answer is shared for another one. */
const NOTICED_MS = 2_000 + RESERVE_MS;
const REJECTED = { code: 'INTERNAL_ERROR', message: '503 Task store unavailable' };

await describeWithMongo('The service on a failing MongoDB', (mongo) => {
  const client = new driver.MongoClient(mongo.uri);
  const documents = client.db(mongo.database).collection('tasks');
  let app: TestApp;
  let tasks: TasksClient;

  async function start(uri: string, variables: Variables = {}): Promise<void> {
    app = await TestApp.start({
      STORE: 'mongo',
      MONGODB_URI: uri,
      MONGODB_DATABASE: mongo.database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: String(LIMIT_MS),
      HTTP_PORT: '0',
      ...variables,
    });
    tasks = app.client();
  }

  async function untilReady(status: number): Promise<Response> {
    for (;;) {
      const answer = await app.get('/health/ready');
      if (answer.status === status) return answer;
      await delay(20);
    }
  }

  /** Resolves to the time until health is not ready, from now on, and its answer. */
  async function noticed(): Promise<{ readonly afterMs: number; readonly body: string }> {
    const startMs = performance.now();
    const answer = await untilReady(503);
    return { afterMs: performance.now() - startMs, body: await answer.text() };
  }

  /** The answer of a new round trip, not a shared one. */
  async function freshlyReady(leastMs: number): Promise<number> {
    for (;;) {
      const startMs = performance.now();
      const { status } = await app.get('/health/ready');
      if (performance.now() - startMs >= leastMs) return status;
    }
  }

  async function untilAdded(): Promise<Task> {
    for (;;) {
      const added = await tasks.add({ userId: 'alice' }).catch(() => undefined);
      if (added) return added;
      await delay(20);
    }
  }

  async function rejectsInTime(): Promise<void> {
    const startMs = performance.now();
    const calls = [tasks.add({ userId: 'alice' }), tasks.all({ userId: 'alice' })];
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: REJECTED });
    expect(performance.now() - startMs).toBeLessThan(IN_TIME_MS);
  }

  afterAll(async () => {
    await client.close();
    await dropAndStop(mongo);
  });

  describe('behind a faulty link', () => {
    let link: FaultyLink;

    beforeAll(async () => {
      link = await FaultyLink.to(mongo.uri);
      const uri = new URL(link.uri);
      // Few, so that they can be exhausted; not one, which creating the index may occupy.
      uri.searchParams.set('maxPoolSize', '3');
      await start(uri.href);
      await untilReady(200);
    });
    afterEach(async () => {
      await link.mend();
      await untilAdded();
      await untilReady(200);
    });
    afterAll(async () => {
      await app.stop();
      await link.cut();
    });

    it('that hangs: calls and health get 503 in time', async () => {
      link.hang();
      const notice = noticed();
      const hungMs = performance.now();
      await expect(tasks.all({ userId: 'alice' })).rejects.toMatchObject(REJECTED);
      expect(performance.now() - hungMs).toBeLessThan(IN_TIME_MS);
      await rejectsInTime();
      expect((await notice).afterMs).toBeLessThan(NOTICED_MS);
      expect((await app.get('/health/live')).status).toBe(200);
      expect(await tasks.check()).toEqual({ ok: false, message: 'Task store unavailable' });
    });

    it('that is slow: calls take longer and succeed, and health stays up', async () => {
      link.slow(100);
      const startMs = performance.now();
      const added = await tasks.add({ userId: 'slow' });
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(100);
      expect(await tasks.all({ userId: 'slow' })).toEqual([added]);
      expect(await freshlyReady(100)).toBe(200);
      expect(await tasks.check()).toEqual({ ok: true, message: 'OK' });
    });

    it('with all connections in use: calls that wait too long get 503, others work', async () => {
      // Waiting for the connection takes less than the limit, and so does the answer; both together exceed it.
      link.slow(0.6 * LIMIT_MS);
      const startMs = performance.now();
      const calls = await Promise.allSettled(Array.from({ length: 30 }, () => tasks.add({ userId: 'crowd' })));
      expect(performance.now() - startMs).toBeLessThan(IN_TIME_MS);
      const rejected = calls.filter(({ status }) => status === 'rejected');
      for (const call of rejected) expect(call).toMatchObject({ reason: REJECTED });
      expect(rejected.length).toBeGreaterThan(0);
      expect(rejected.length).toBeLessThan(30);
    });

    it('with all connections in use for long: health is 503, for lack of a connection', async () => {
      // Less than health waits for an answer, and more than it waits in all once it needs a connection as well.
      link.slow(700);
      const enough = new AbortController();
      const crowd = Array.from({ length: 30 }, async () => {
        while (!enough.signal.aborted) await tasks.add({ userId: 'crowd' }).catch(() => undefined);
      });
      const { afterMs, body } = await noticed();
      enough.abort();
      expect(afterMs).toBeLessThan(NOTICED_MS);
      expect(body).toContain('Task store unavailable');
      expect((await app.get('/health/live')).status).toBe(200);
      await Promise.all(crowd);
    });
  });

  it('that breaks off a reply: 503, the task is stored once, the service stays ready', async () => {
    const single = await ScriptedMongo.before(mongo.uri, 'single');
    await start(`mongodb://${single.address}/?maxPoolSize=3`);
    await untilReady(200);
    const { id } = await untilAdded();
    single.fail('insert', { kind: 'cut-reply' });
    await expect(tasks.add({ userId: 'cut', name: 'unknown' })).rejects.toMatchObject(REJECTED);
    const [round] = [single.commands.filter((name) => name === 'find').length];
    while (single.commands.filter((name) => name === 'find').length === round) {
      expect((await app.get('/health/ready')).status).toBe(200);
    }
    expect(await documents.countDocuments({ userId: 'cut' })).toBe(1);
    expect(await documents.countDocuments({ _id: new driver.ObjectId(id) })).toBe(1);
    await app.stop();
    await single.close();
  });

  it('that hangs from the start: the service starts, calls get 503, and it recovers', async () => {
    const link = await FaultyLink.to(mongo.uri);
    link.hang();
    // Longer than health waits, as by default.
    const limitMs = 1_500;
    await start(link.uri, { MONGO_SERVER_SELECTION_TIMEOUT_MS: String(limitMs) });
    const notice = noticed();
    const startMs = performance.now();
    const calls = [tasks.add({ userId: 'alice' }), tasks.all({ userId: 'alice' })];
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: REJECTED });
    expect(performance.now() - startMs).toBeLessThan(limitMs + RESERVE_MS);
    const { afterMs, body } = await notice;
    expect(afterMs).toBeLessThan(NOTICED_MS);
    expect(body).toContain('No answer within 1000 ms');
    await link.mend();
    await untilAdded();
    await untilReady(200);
    // While it runs, the answer is the same.
    link.hang();
    const again = await noticed();
    expect(again.afterMs).toBeLessThan(NOTICED_MS);
    expect(again.body).toContain('No answer within 1000 ms');
    await link.mend();
    await app.stop();
    await link.cut();
  });

  describe('that is a replica set', () => {
    let set: ScriptedMongo;

    beforeAll(async () => {
      set = await ScriptedMongo.before(mongo.uri);
      await start(`mongodb://${set.address}/?maxPoolSize=1`);
      await untilReady(200);
    });
    afterAll(async () => {
      await app.stop();
      await set.close();
    });

    it('whose primary steps down briefly: the call is retried and stores one task', async () => {
      set.fail('insert', { kind: 'reject', reply: NOT_PRIMARY });
      const before = set.commands.filter((name) => name === 'insert').length;
      const added = await tasks.add({ userId: 'stepdown', name: 'once' });
      expect(set.commands.filter((name) => name === 'insert')).toHaveLength(before + 2);
      expect(await tasks.all({ userId: 'stepdown' })).toEqual([added]);
    });

    it('without a primary: calls and health get 503, and recover after an election', async () => {
      set.isPrimary = false;
      // A secondary still answers a ping.
      set.rejection = { commands: ['insert', 'find'], reply: NOT_PRIMARY };
      const notice = noticed();
      await rejectsInTime();
      expect((await notice).afterMs).toBeLessThan(NOTICED_MS);
      set.rejection = undefined;
      set.isPrimary = true;
      await untilAdded();
      await untilReady(200);
    });

    it('that breaks off a reply: the driver retries, and one task is stored', async () => {
      set.fail('insert', { kind: 'cut-reply' });
      const added = await tasks.add({ userId: 'twice', name: 'once' });
      expect(await tasks.all({ userId: 'twice' })).toEqual([added]);
      expect(await documents.countDocuments({ userId: 'twice' })).toBe(1);
    });

    it.each([
      ['update', 'findAndModify'],
      ['remove', 'delete'],
    ] as const)('that breaks off the reply to %s: the retry has the first answer', async (method, command) => {
      const userId = `cut ${method}`;
      const { id: taskId } = await tasks.add({ userId, name: 'before' });
      const kept = await tasks.add({ userId, name: 'another' });
      set.fail(command, { kind: 'cut-reply' });
      const tries = set.commands.filter((name) => name === command).length;
      if (method === 'update') {
        const changed = await tasks.update({ taskId, userId, name: 'after' });
        expect(changed).toMatchObject({ id: taskId, name: 'after' });
        expect(await tasks.all({ userId })).toEqual([kept, changed]);
      } else {
        // Executed twice, it would find nothing the second time: 404 for a task that it has removed.
        await tasks.remove({ taskId, userId });
        expect(await tasks.all({ userId })).toEqual([kept]);
      }
      expect(set.commands.filter((name) => name === command)).toHaveLength(tries + 2);
    });
  });

  it('that rejects the password: 503 with the reason, no password logged, recovery', async () => {
    const server = await ScriptedMongo.before(mongo.uri);
    const reply = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' };
    server.rejection = { commands: ['saslStart'], reply };
    await start(`mongodb://alice:hunter2@${server.address}/?authMechanism=PLAIN&maxPoolSize=1`);
    const notice = noticed();
    await rejectsInTime();
    const { afterMs, body } = await notice;
    expect(afterMs).toBeLessThan(NOTICED_MS);
    expect(body).toContain('Authentication failed');
    server.rejection = undefined;
    await untilReady(200);
    await untilAdded();
    await app.stop();
    await server.close();
    const log = JSON.stringify(app.logged);
    expect(log).toContain('Authentication failed');
    expect(log + body).not.toContain('hunter2');
  });
});
