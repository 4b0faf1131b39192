import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ControlServer, EmbeddedStore } from '@tasks/embedded-store';
import { withTimeout } from '@tasks/service';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import { maintenanceCommands, storeOptions } from './embedded-archive.js';
import { EmbeddedTaskRepository } from './embedded-task.repository.js';
import { ListCache } from './list-cache.js';
import { PROBE_KEY } from './task-entries.js';

/** Time limit of closing. Acknowledged changes are stored already, so nothing is lost. */
const CLOSE_LIMIT_MS = 2_000;

/** Location of the embedded store. */
interface EmbeddedStoreFolder {
  /** The folder; created when missing. */
  readonly dataDirectory: string;
}

/** Writes a mark durably, which proves that the disk stores tasks. */
class EmbeddedHealthProbe extends HealthProbe {
  readonly #store: EmbeddedStore;

  constructor(store: EmbeddedStore) {
    super();
    this.#store = store;
  }

  override roundTrip(): Promise<void> {
    return this.#store.write(({ put }) => {
      put(PROBE_KEY, String(Date.now()));
    });
  }
}

/** A change that failed may have been stored nevertheless, and appears when LevelDB is reopened. */
function openStore(folder: string, lists: ListCache): Promise<EmbeddedStore> {
  return EmbeddedStore.open({
    ...storeOptions(folder),
    onReopened: () => {
      lists.clear();
    },
  });
}

/**
 * The embedded store in a local folder: provides `TaskRepository` and `HealthProbe`, and serves maintenance commands.
 */
@Module({})
export class EmbeddedPersistenceModule implements OnApplicationShutdown {
  readonly #store: EmbeddedStore;
  readonly #control: Promise<ControlServer | undefined>;

  constructor(
    @Inject(EmbeddedStore) store: EmbeddedStore,
    @Inject(EmbeddedTaskRepository) tasks: EmbeddedTaskRepository,
  ) {
    this.#store = store;
    this.#control = ControlServer.listen(store.folder, maintenanceCommands(store, tasks)).catch((error: unknown) => {
      const what = `No maintenance commands while the service runs: no socket can be made in ${store.folder}`;
      new Logger('EmbeddedStore').warn(`${what} (${String(error)})`);
      return undefined;
    });
  }

  /** Fails the application's start (EmbeddedStoreError) when the folder can't be used. */
  static register({ dataDirectory }: EmbeddedStoreFolder): DynamicModule {
    return {
      module: EmbeddedPersistenceModule,
      providers: [
        { provide: ListCache, useFactory: () => new ListCache() },
        {
          provide: EmbeddedStore,
          useFactory: (lists: ListCache) => openStore(dataDirectory, lists),
          inject: [ListCache],
        },
        {
          provide: EmbeddedTaskRepository,
          useFactory: (store: EmbeddedStore, lists: ListCache) => new EmbeddedTaskRepository(store, lists),
          inject: [EmbeddedStore, ListCache],
        },
        { provide: TaskRepository, useExisting: EmbeddedTaskRepository },
        {
          provide: HealthProbe,
          useFactory: (store: EmbeddedStore) => new EmbeddedHealthProbe(store),
          inject: [EmbeddedStore],
        },
      ],
      exports: [TaskRepository, HealthProbe],
    };
  }

  /** Runs after the last call was answered. */
  async onApplicationShutdown(): Promise<void> {
    const control = await this.#control;
    await withTimeout(Promise.all([control?.close(), this.#store.close()]), CLOSE_LIMIT_MS, () => undefined);
  }
}
