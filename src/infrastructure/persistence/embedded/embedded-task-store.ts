import type { SqliteStore, StoreLog } from '@tasks/embedded-store';
import type { OpenTaskStore } from '../../../application/task.repository.js';
import { EmbeddedTaskRepository } from './embedded-task.repository.js';
import { openTasks } from './open-tasks.js';
import type { TaskOperations } from './task-operations.js';

/** The task store in one SQLite file. */
export class EmbeddedTaskStore implements OpenTaskStore {
  readonly tasks: EmbeddedTaskRepository;
  readonly #store: SqliteStore<TaskOperations>;

  private constructor(store: SqliteStore<TaskOperations>) {
    this.#store = store;
    this.tasks = new EmbeddedTaskRepository(store);
  }

  /** Opens the file in a folder. @throws EmbeddedStoreError */
  static async open(folder: string, log?: StoreLog): Promise<EmbeddedTaskStore> {
    return new EmbeddedTaskStore(await openTasks(folder, 'service', log));
  }

  get logBytes(): number {
    return this.#store.logBytes;
  }

  /** Commits an empty transaction, which proves that the disk stores tasks. */
  roundTrip(): Promise<void> {
    return this.#store.probe();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
