import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedTaskStore } from '../../../../src/infrastructure/persistence/embedded/embedded-task-store.js';
import { describeStore } from '../../../support/store-contract.js';

describeStore('The embedded store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tasks-embedded-'));
  const store = await EmbeddedTaskStore.open(join(folder, 'not/there/yet'));
  const stop = async () => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { tasks: store.tasks, probe: store, stop };
});
