import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '../../src/interface/thrift/tasks.generated.js';
import { TestApp } from '../support/app.js';

/** Some 2 MB, in a service that sends half of that at most. */
const TASKS = 20_000;
const LIMIT = { THRIFT_MAX_MESSAGE_BYTES: '1000000' };
const AT_A_TIME = 100;
const PATIENCE_MS = 60_000;

describe('A user with more tasks than a message may hold', () => {
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
    'is told by `all` how large the reply may be, and to use `page`',
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
    'gets every one of them by `page`, once and in order',
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
