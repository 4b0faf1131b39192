import { EmbeddedStore } from '@tasks/embedded-store';
import { storeOptions } from '../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { EmbeddedTaskRepository } from '../../src/infrastructure/persistence/embedded/embedded-task.repository.js';

/** Opens the embedded store in a folder while no service runs. */
export async function withEmbeddedTasks<Result>(
  dataDirectory: string,
  act: (tasks: EmbeddedTaskRepository, store: EmbeddedStore) => Promise<Result>,
): Promise<Result> {
  const store = await EmbeddedStore.open(storeOptions(dataDirectory));
  try {
    return await act(new EmbeddedTaskRepository(store), store);
  } finally {
    await store.close();
  }
}
