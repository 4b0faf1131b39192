import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { AppProcess, TestApp } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** Some 2 MB, in a service with a message limit of half of that. */
const TASKS = 20_000;
const LIMIT = { THRIFT_MAX_MESSAGE_BYTES: '1000000' };
const AT_A_TIME = 100;
const PATIENCE_MS = 60_000;

describe('A user with more tasks than fit into a message', () => {
  let app: TestApp;
  let tasks: TasksClient;

  beforeAll(async () => {
    app = await TestApp.start(LIMIT);
    tasks = app.client();
    for (let added = 0; added < TASKS; added += AT_A_TIME) {
      const adds = Array.from({ length: AT_A_TIME }, (_, n) =>
        tasks.add({ userId: 'alice', name: `task ${String(added + n)}` }),
      );
      await Promise.all(adds);
    }
  }, PATIENCE_MS);

  afterAll(() => app.stop());

  it(
    'gets from `all` an error with the limit and a hint to use `page`',
    async () => {
      const all = tasks.all({ userId: 'alice' }, { timeoutMs: PATIENCE_MS });
      await expect(all).rejects.toMatchObject({
        code: 'INTERNAL_ERROR',
        message: expect.stringMatching(/1000000.*read the tasks in pages with page\(userId, limit, after\)/),
      });
      expect(await tasks.check()).toEqual({ ok: true, message: 'OK' });
    },
    PATIENCE_MS,
  );

  it(
    'gets every one of them with `page`, once and in order',
    async () => {
      const places: string[] = [];
      let after: string | undefined;
      do {
        const page = await tasks.page({ userId: 'alice', limit: 1_000, after });
        places.push(...(page.tasks ?? []).map(({ createdOn = '', id = '' }) => createdOn + id));
        after = page.nextCursor;
      } while (after !== undefined);
      expect(new Set(places).size).toBe(TASKS);
      expect(places.findIndex((place, index) => index > 0 && place >= (places[index - 1] ?? ''))).toBe(-1);
    },
    PATIENCE_MS,
  );
});

/** A memory limit that some twenty of these lists exceed. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=160' };
const LONG_LIST = 15_000;
/** Read in several steps, between which a disconnect is noticed. */
const SHORTER_LIST = 5_000;
const ASKERS = 6;
const CALLS_OF_EACH = 96;

/** `all` of alice, strict binary. */
const ALL = Buffer.concat([
  Buffer.from('80010001', 'hex'),
  Buffer.from('00000003616c6c', 'hex'),
  Buffer.from('00000001', 'hex'),
  Buffer.from('0b000100000005616c69636500', 'hex'),
]);

async function ask(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(Buffer.concat(Array.from({ length: CALLS_OF_EACH }, () => ALL)));
  return socket;
}

describe('A client that disconnects while its long lists are read', () => {
  it('leaves no error in the log, and others are served', async () => {
    // Calls that wait behind long lists would be rejected as overload, with a warning, where the machine is slow.
    const app = await TestApp.start({ LOG_LEVEL: 'debug', THRIFT_MAX_WAIT_MS: String(PATIENCE_MS) });
    const tasks = app.client();
    for (let added = 0; added < SHORTER_LIST; added += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, () => tasks.add({ userId: 'alice', name: 'a task' })));
    }
    const leaving = await ask(app.port);
    // Its first reply has begun: the other calls are waiting.
    await once(leaving, 'data');
    leaving.resetAndDestroy();
    expect(await tasks.all({ userId: 'alice' })).toHaveLength(SHORTER_LIST);
    await app.stop();
    const outcomes = app.logged.filter(({ method }) => method === 'all').map(({ outcome }) => outcome);
    expect(outcomes).toContain('dropped');
    expect(outcomes).toContain('ok');
    expect(app.logged.filter(({ level }) => level !== 'debug' && level !== 'info')).toEqual([]);
  });
});

describe('Many concurrent calls for a long list', () => {
  it.each(['embedded', 'memory'])(
    "don't exhaust memory, waiting or disconnected; others are served (%s store)",
    async (store) => {
      using folder = new ScratchFolder();
      await using app = await AppProcess.start({ STORE: store, DATA_DIR: folder.path, ...SMALL_HEAP });
      const tasks = app.client({ limits: { callTimeoutMs: PATIENCE_MS } });
      for (let added = 0; added < LONG_LIST; added += AT_A_TIME) {
        await Promise.all(Array.from({ length: AT_A_TIME }, () => tasks.add({ userId: 'alice', name: 'a task' })));
      }

      const leaving = await Promise.all(Array.from({ length: ASKERS }, () => ask(app.port)));
      expect(await tasks.add({ userId: 'bob', name: 'meanwhile' })).toMatchObject({ name: 'meanwhile' });
      for (const socket of leaving) socket.resetAndDestroy();
      expect(await tasks.all({ userId: 'alice' })).toHaveLength(LONG_LIST);

      const waiting = await Promise.all(Array.from({ length: ASKERS }, () => ask(app.port)));
      expect(await tasks.add({ userId: 'bob', name: 'meanwhile' })).toMatchObject({ name: 'meanwhile' });
      expect(await tasks.all({ userId: 'bob' })).toHaveLength(2);
      for (const socket of waiting) socket.destroy();
      app.signal('SIGTERM');
      expect(await app.ended()).toMatchObject({ code: 0 });
    },
    2 * PATIENCE_MS,
  );
});
