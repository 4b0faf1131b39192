import { describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { Deferred } from '@tasks/testing/deferred';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { verify } from '../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { AppProcess } from '../support/app.js';
import { addSeries, expectOneSuccessorEach, NOW } from '../support/series.js';

const SERIES = 300;
const CALLERS = 8;
const userId = 'alice';

/** Completes the tasks in an order of its own, until a call fails. */
async function complete(client: TasksClient, taskIds: readonly string[], onDone: () => void): Promise<void> {
  for (const taskId of taskIds) {
    try {
      await client.edit({ taskId, userId, edit: { done: true, now: NOW } });
    } catch {
      return;
    }
    onDone();
  }
}

describe('A series of tasks in the embedded store', () => {
  it('has one successor for each task that is completed after kill -9', async () => {
    using folder = new ScratchFolder();
    const variables = { DATA_DIR: folder.path };
    let ofSeries: Awaited<ReturnType<typeof addSeries>> = [];
    // Each end comes later, and finds tasks that are completed, half completed and open.
    for (const calls of [1, 40, 170]) {
      await using app = await AppProcess.start(variables);
      if (ofSeries.length === 0) ofSeries = await addSeries(app.client(), userId, SERIES);
      const ids = ofSeries.map(({ id = '' }) => id);
      const enough = new Deferred<undefined>();
      let done = 0;
      const callers = Array.from({ length: CALLERS }, (_, n) =>
        // Two callers at once begin with the same task.
        complete(app.client(), [...ids.slice(n >> 1), ...ids.slice(0, n >> 1)], () => {
          if (++done === calls) enough.resolve(undefined);
        }),
      );
      await enough.promise;
      app.signal('SIGKILL');
      await Promise.all(callers);
      await app.ended();
      expect(verify(folder.path).tasks).toBeGreaterThanOrEqual(SERIES);
    }
    await using app = await AppProcess.start(variables);
    for (const { id = '' } of ofSeries) await app.client().edit({ taskId: id, userId, edit: { done: true, now: NOW } });
    await expectOneSuccessorEach(app.client(), userId, ofSeries);
    expect(await app.client().count({ userId })).toEqual({ open: BigInt(SERIES), done: BigInt(SERIES) });
  }, 60_000);
});
