import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SqliteStore } from '@tasks/embedded-store';
import { withTimeout } from '@tasks/service';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import { EmbeddedTaskRepository } from './embedded-task.repository.js';
import { openTasks } from './open-tasks.js';
import type { TaskOperations } from './task-operations.js';

/** Time limit of closing. Acknowledged changes are stored already, so nothing is lost. */
const CLOSE_LIMIT_MS = 2_000;

/** Location of the embedded store. */
interface EmbeddedStoreFolder {
  /** The folder; created when missing. */
  readonly dataDirectory: string;
}

/** Commits an empty transaction, which proves that the disk stores tasks. */
class EmbeddedHealthProbe extends HealthProbe {
  readonly #store: SqliteStore<TaskOperations>;

  constructor(store: SqliteStore<TaskOperations>) {
    super();
    this.#store = store;
  }

  override roundTrip(): Promise<void> {
    return this.#store.probe();
  }
}

/** The embedded store in a local folder: provides `TaskRepository` and `HealthProbe`. */
@Module({})
export class EmbeddedPersistenceModule implements OnApplicationShutdown {
  readonly #store: SqliteStore<TaskOperations>;

  constructor(@Inject(SqliteStore) store: SqliteStore<TaskOperations>) {
    this.#store = store;
  }

  /** Fails the application's start (EmbeddedStoreError) when the folder can't be used. */
  static register({ dataDirectory }: EmbeddedStoreFolder): DynamicModule {
    const log = new Logger('EmbeddedStore');
    return {
      module: EmbeddedPersistenceModule,
      providers: [
        {
          provide: SqliteStore,
          useFactory: () =>
            openTasks(dataDirectory, 'service', {
              info: (message) => {
                log.log(message);
              },
              warn: (message) => {
                log.warn(message);
              },
              error: (message) => {
                log.error(message);
              },
            }),
        },
        {
          provide: TaskRepository,
          useFactory: (store: SqliteStore<TaskOperations>) => new EmbeddedTaskRepository(store),
          inject: [SqliteStore],
        },
        {
          provide: HealthProbe,
          useFactory: (store: SqliteStore<TaskOperations>) => new EmbeddedHealthProbe(store),
          inject: [SqliteStore],
        },
      ],
      exports: [TaskRepository, HealthProbe],
    };
  }

  /** Runs after the last call was answered. */
  async onApplicationShutdown(): Promise<void> {
    await withTimeout(this.#store.close(), CLOSE_LIMIT_MS, () => undefined);
  }
}
