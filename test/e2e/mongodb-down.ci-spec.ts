import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Task } from '@tasks/idl';
import { dropAndStop, TestApp } from '../support/app.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';

const SERVER_SELECTION_TIMEOUT_MS = 500;
const PROBE_INTERVAL_MS = 50;
const PATIENCE_MS = 60_000;
/** Twice a call's limit, and a reserve for a busy machine. The driver's own limit is 30 s. */
const IN_TIME_MS = 2 * SERVER_SELECTION_TIMEOUT_MS + 4_000;
/** A round trip times out after a second, its answer is shared for another one, and a busy machine needs a reserve. */
const NOTICED_MS = 6_000;

await describeWithMongo('The service on a MongoDB that is down', (mongodb) => {
  const { uri, database } = mongodb;
  let link: FaultyLink;
  let app: TestApp;

  beforeAll(async () => {
    link = await FaultyLink.to(uri);
    await link.cut();
    app = await TestApp.start({
      STORE: 'mongo',
      MONGODB_URI: link.uri,
      MONGODB_DATABASE: database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: String(SERVER_SELECTION_TIMEOUT_MS),
      HTTP_PORT: '0',
    });
  }, PATIENCE_MS);

  afterAll(async () => {
    await app.stop();
    await link.cut();
    await dropAndStop(mongodb);
  });

  /** Health is shared for a second, so a change is visible a little later. */
  async function untilReady(status: number): Promise<Response> {
    for (;;) {
      const answer = await app.get('/health/ready');
      if (answer.status === status) return answer;
      await delay(PROBE_INTERVAL_MS);
    }
  }

  async function expectDown(): Promise<void> {
    const startMs = performance.now();
    const ready = untilReady(503).then((answer) => ({ answer, afterMs: performance.now() - startMs }));
    const calls = [app.client().add({ userId: 'alice' }), app.client().page({ userId: 'alice', limit: 1 })];
    const [add, page] = await Promise.allSettled(calls);
    expect(performance.now() - startMs).toBeLessThan(IN_TIME_MS);
    expect(add).toMatchObject({ reason: { code: 'INTERNAL_ERROR', message: '503 Task store unavailable' } });
    expect(page).toMatchObject({ reason: { value: { code: 503, message: 'Task store unavailable' } } });
    const { answer, afterMs } = await ready;
    expect(afterMs).toBeLessThan(NOTICED_MS);
    expect(await app.client().check()).toEqual({ ok: false, message: 'Task store unavailable' });
    const body = (await answer.json()) as { error: { store: { message: string; cause: string } } };
    expect(body.error.store).toMatchObject({ status: 'down', message: 'Task store unavailable' });
    expect(body.error.store.cause).not.toBe('');
    expect((await app.get('/health/live')).status).toBe(200);
  }

  /** Everything acknowledged. */
  const added: Task[] = [];

  async function expectUp(): Promise<void> {
    await untilReady(200);
    added.push(await app.client().add({ userId: 'alice', name: 'back' }));
    const stored = await app.client().all({ userId: 'alice' });
    for (const task of added) expect(stored).toContainEqual(task);
  }

  it('starts nevertheless, and rejects calls with 503 in time', expectDown, PATIENCE_MS);

  it(
    'works as soon as it is up',
    async () => {
      await link.mend();
      await expectUp();
    },
    PATIENCE_MS,
  );

  it(
    'rejects calls again when it is lost, and works again when it is back',
    async () => {
      await link.cut();
      await expectDown();
      await link.mend();
      await expectUp();
    },
    PATIENCE_MS,
  );
});
