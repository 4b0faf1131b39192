import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { AppProcess, dropAndStop } from '../support/app.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import type { TasksClient } from '@tasks/idl';

jest.setTimeout(60_000);

/** Longer than anything here should take: only the drain ends the call, and only its own time limit the closing. */
const STORE_TIMEOUT_MS = '20000';
const DRAIN_MS = 300;
/** The drain, the time to close MongoDB, and a reserve for a busy machine. */
const ENDED_WITHIN_MS = DRAIN_MS + 2_000 + 8_000;

await describeWithMongo('The service that is stopped while MongoDB hangs', (mongo) => {
  let link: FaultyLink;

  beforeAll(async () => {
    link = await FaultyLink.to(mongo.uri);
  });
  afterAll(async () => {
    await link.cut();
    await dropAndStop(mongo);
  });

  it('cuts the call at the drain limit with an error reply, and exits with 0', async () => {
    await using app = await AppProcess.start({
      STORE: 'mongo',
      MONGODB_URI: link.uri,
      MONGODB_DATABASE: mongo.database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: STORE_TIMEOUT_MS,
      DRAIN_TIMEOUT_MS: String(DRAIN_MS),
    });
    const tasks = app.client();
    await tasks.add({ userId: 'alice', name: 'before' });
    link.hang();
    const stuck = tasks.add({ userId: 'alice', name: 'stuck' });
    const cut = expect(stuck).rejects.toMatchObject({
      executed: 'maybe',
      message: expect.stringMatching(/^Deadline exceeded: the server closes/),
    });
    // It takes a second, in which the call has arrived.
    expect(await app.client().check()).toMatchObject({ ok: false });

    const startMs = performance.now();
    app.signal('SIGTERM');
    await cut;
    const { code, stdout } = await app.ended();
    expect(performance.now() - startMs).toBeLessThan(ENDED_WITHIN_MS);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      last: expect.stringContaining('"Stopped"') as unknown,
    });
  });
});

await describeWithMongo('The service after an uncaught error', (mongo) => {
  const DRAIN_DELAY_MS = 3_000;
  const CRASH = `process.once('SIGUSR2', () => { throw new Error('boom'); });`;
  let link: FaultyLink;
  let app: AppProcess;

  beforeEach(async () => {
    link = await FaultyLink.to(mongo.uri);
    app = await AppProcess.start({
      STORE: 'mongo',
      MONGODB_URI: link.uri,
      MONGODB_DATABASE: mongo.database,
      HTTP_PORT: '0',
      DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CRASH)}`,
    });
    await app.client({ waitForConnection: true }).add({ userId: 'alice', name: 'before' });
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
    await link.cut();
  });
  afterAll(() => dropAndStop(mongo));

  function lastOf(stdout: string): unknown {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  }

  /** Resolves once the service has read the calls before: it reads those of a connection in order. */
  async function haveArrived(tasks: TasksClient): Promise<void> {
    await expect(tasks.remove({ taskId: '', userId: '' })).rejects.toThrow('userId must not be empty');
  }

  it('answers calls under way, waits for no others, and ends with 1', async () => {
    const tasks = app.client();
    link.slow(200);
    const underWay = tasks.add({ userId: 'alice', name: 'under way' });
    await haveArrived(tasks);
    app.signal('SIGUSR2');
    expect(await underWay).toMatchObject({ name: 'under way' });
    const { code, stdout } = await app.ended();
    expect({ code, last: lastOf(stdout) }).toMatchObject({ code: 1, last: { msg: 'Stopped', exit_code: 1 } });
  });

  it('ends with 1 within a second although a call is under way', async () => {
    const tasks = app.client();
    link.slow(10_000);
    const underWay = tasks.add({ userId: 'alice', name: 'under way' }).catch(String);
    await haveArrived(tasks);
    app.signal('SIGUSR2');
    await app.printed(/Uncaught exception: stopping/);
    const startMs = performance.now();
    const { code, stdout } = await app.ended();
    expect(performance.now() - startMs).toBeLessThan(DRAIN_DELAY_MS);
    expect({ code, last: lastOf(stdout) }).toMatchObject({
      code: 1,
      last: { level: 'fatal', msg: 'Not stopped within 500 ms: ending at once' },
    });
    expect(await underWay).toContain('Error');
  });

  it('during its shutdown: answers calls under way, waits for no others, and ends with 1', async () => {
    const tasks = app.client();
    link.slow(200);
    app.signal('SIGTERM');
    await app.printed(/SIGTERM: stopping/);
    const underWay = tasks.add({ userId: 'alice', name: 'under way' });
    await haveArrived(tasks);
    app.signal('SIGUSR2');
    expect(await underWay).toMatchObject({ name: 'under way' });
    const { code, stdout } = await app.ended();
    expect({ code, last: lastOf(stdout) }).toMatchObject({ code: 1, last: { msg: 'Stopped', exit_code: 1 } });
  });
});
