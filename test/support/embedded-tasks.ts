import type { SqliteStore } from '@tasks/embedded-store';
import { EmbeddedTaskRepository } from '../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { openTasks } from '../../src/infrastructure/persistence/embedded/open-tasks.js';
import type { TaskOperations } from '../../src/infrastructure/persistence/embedded/task-operations.js';

/** Opens the embedded store in a folder while no service runs. */
export async function withEmbeddedTasks<Result>(
  dataDirectory: string,
  act: (tasks: EmbeddedTaskRepository, store: SqliteStore<TaskOperations>) => Promise<Result>,
): Promise<Result> {
  const store = await openTasks(dataDirectory, 'service');
  try {
    return await act(new EmbeddedTaskRepository(store), store);
  } finally {
    await store.close();
  }
}
