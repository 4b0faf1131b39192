import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { dropAndStop } from '../../../test/support/app.js';
import { EventReader } from '../support/event-reader.js';
import { MemoryTaskService } from '../support/memory-task-service.js';
import { TestClient, type Answer } from '../support/test-client.js';
import { PASSWORD, TestGateway } from '../support/test-gateway.js';

jest.setTimeout(60_000);

/** Time limit of the driver's server selection; the other limits derive from it. */
const SELECTION_MS = 2_000;
/** Several times the maximum time of an answer. */
const LIMIT_MS = 10_000;

await describeWithMongo('The gateway on MongoDB', (mongo) => {
  const variables = {
    GATEWAY_STORE: 'mongo',
    GATEWAY_MONGODB_DATABASE: mongo.database,
    MONGO_SERVER_SELECTION_TIMEOUT_MS: String(SELECTION_MS),
    GATEWAY_OPS_HOST: '127.0.0.1',
    GATEWAY_OPS_PORT: '0',
  };

  afterAll(() => dropAndStop(mongo));

  /** Repeats until every part is ready. */
  async function ready(gateway: TestGateway): Promise<void> {
    while ((await healthOf(gateway, 'ready')).status !== 200) await delay(20);
  }

  describe('while the account store fails', () => {
    let link: FaultyLink;
    let gateway: TestGateway;
    let user: TestClient;

    beforeAll(async () => {
      link = await FaultyLink.to(mongo.uri);
      gateway = await TestGateway.start({ ...variables, GATEWAY_MONGODB_URI: link.uri });
      await ready(gateway);
      user = await gateway.user(`faults-${mongo.database}`);
    });

    afterEach(async () => {
      await link.mend();
      await recovered();
    });

    afterAll(async () => {
      await gateway.stop();
      await link.cut();
    });

    /** Repeats until the account store is back. */
    async function recovered(): Promise<void> {
      while ((await user.get('/tasks')).status !== 200) await delay(20);
      await ready(gateway);
    }

    async function inTime(answer: Promise<Answer>): Promise<Answer> {
      const startMs = performance.now();
      const result = await answer;
      expect(performance.now() - startMs).toBeLessThan(LIMIT_MS);
      return result;
    }

    const faults: Readonly<Record<string, () => unknown>> = {
      down: () => link.cut(),
      hanging: () => {
        link.hang();
      },
    };

    test.each(Object.keys(faults))('%s: requests get 503 with Retry-After in time', async (fault) => {
      await faults[fault]?.();
      const newcomer = gateway.client();
      const credentials = { username: `new-${mongo.database}`, password: PASSWORD };
      for (const answer of await Promise.all([
        inTime(user.get('/tasks')),
        inTime(user.post('/tasks', { name: 'not added' })),
        inTime(user.get('/sessions')),
        inTime(newcomer.post('/session', credentials)),
        inTime(newcomer.post('/accounts', credentials)),
      ])) {
        expect(answer).toMatchObject({ status: 503, body: { type: 'urn:tasks:problem:unavailable', status: 503 } });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    });

    test.each(Object.keys(faults))('%s: ready is 503 and names the store, live stays 200', async (fault) => {
      await faults[fault]?.();
      let ready = await healthOf(gateway, 'ready');
      while (ready.status === 200) {
        await delay(20);
        ready = await healthOf(gateway, 'ready');
      }
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({
        error: { accounts: { status: 'down', message: 'Account store unavailable' } },
        info: { tasks: { status: 'up' } },
      });
      expect((await healthOf(gateway, 'live')).status).toBe(200);
    });

    test('requests without an account are always answered', async () => {
      await link.cut();
      expect((await user.get('/openapi.json')).status).toBe(200);
      expect((await gateway.client().get('/tasks')).status).toBe(401);
    });

    test('slow: answers are late, but correct', async () => {
      link.slow(200);
      expect((await user.post('/tasks', { name: 'slow' })).status).toBe(201);
      expect((await user.get('/session')).status).toBe(200);
    });

    test('an event stream survives it', async () => {
      const stream = await EventReader.open(user);
      await link.cut();
      expect((await user.get('/tasks')).status).toBe(503);
      await link.mend();
      await recovered();
      await user.post('/tasks', { name: 'after the outage' });
      expect((await stream.nextChange())?.type).toBe('changed');
      stream.close();
    });

    test('a gateway starts without it, and works once it is up', async () => {
      await link.cut();
      const early = await TestGateway.start({ ...variables, GATEWAY_MONGODB_URI: link.uri });
      const known = new TestClient(early.origin);
      for (const [name, value] of user.cookies) known.cookies.set(name, value);
      expect((await known.get('/tasks')).status).toBe(503);
      await link.mend();
      while ((await known.get('/tasks')).status !== 200) await delay(20);
      await early.stop();
    });
  });

  describe('with two instances', () => {
    const tasks = new MemoryTaskService();
    let instances: TestGateway[];
    let here: TestClient;
    let there: TestClient;

    beforeEach(async () => {
      const shared = { ...variables, GATEWAY_MONGODB_URI: mongo.uri };
      instances = await Promise.all([0, 1].map(() => TestGateway.start(shared, { tasks, heartbeatMs: 100 })));
      const [one, other] = instances as [TestGateway, TestGateway];
      await Promise.all([ready(one), ready(other)]);
      here = await one.user(`two-${String(performance.now())}-${mongo.database}`);
      there = new TestClient(other.origin);
      for (const [name, value] of here.cookies) there.cookies.set(name, value);
    });

    afterEach(async () => {
      for (const instance of instances) await instance.stop();
    });

    test('a change by one is in the next list of the other, with a new ETag', async () => {
      const before = await there.get('/tasks');
      const unchanged = { headers: { 'if-none-match': before.headers.get('etag') ?? '' } };
      expect((await there.get('/tasks', unchanged)).status).toBe(304);
      const { body } = await here.post('/tasks', { name: 'by one' });
      const after = await there.get('/tasks', unchanged);
      expect(after).toMatchObject({ status: 200, body: { items: [body] } });
      expect((await here.get('/tasks')).headers.get('etag')).toBe(after.headers.get('etag'));
      await here.delete(`/tasks/${body.id as string}`);
      expect((await there.get('/tasks')).headers.get('etag')).toBe(before.headers.get('etag'));
    });

    test('a session ended at one has ended at the other, its stream by the next heartbeat', async () => {
      const stream = await EventReader.open(there);
      await here.delete('/session');
      expect((await there.get('/session')).status).toBe(401);
      while ((await stream.next()) !== undefined);
    });

    test('failed log-ins at one slow down the other', async () => {
      const { username } = (await here.get('/session')).body.account as { username: string };
      const statuses = [];
      for (let n = 0; n < 8; n++) {
        const stranger = new TestClient(n % 2 ? here.origin : there.origin);
        statuses.push((await stranger.post('/session', { username, password: 'not the right password' })).status);
      }
      expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);
      expect(statuses).toContain(429);
    });
  });
});

function healthOf({ opsPort }: TestGateway, kind: 'live' | 'ready'): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(opsPort)}/health/${kind}`);
}
