import { jest } from '@jest/globals';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { EmbeddedTaskStore } from '../../../../src/infrastructure/persistence/embedded/embedded-task-store.js';
import { describeSeries } from '../../../support/series-races.js';

jest.setTimeout(60_000);

describeSeries('A task that repeats, in the embedded store', 30, async () => {
  const folder = new ScratchFolder();
  const store = await EmbeddedTaskStore.open(folder.path);
  const stop = async (): Promise<void> => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { tasks: store.tasks, stop };
});
