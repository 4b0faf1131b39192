import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import { EmbeddedStore, type EmbeddedStoreOptions } from './embedded-store.js';
import { EmbeddedTaskRepository } from './embedded-task.repository.js';

/** The store in a file of this machine: provides `TaskRepository` and `HealthProbe`. */
@Module({})
export class EmbeddedPersistenceModule implements OnApplicationShutdown {
  constructor(@Inject(EmbeddedStore) private readonly store: EmbeddedStore) {}

  /** The application doesn't start (EmbeddedStoreError) when the file can't be used. */
  static register(options: EmbeddedStoreOptions): DynamicModule {
    return {
      module: EmbeddedPersistenceModule,
      providers: [
        { provide: EmbeddedStore, useFactory: () => EmbeddedStore.open(options) },
        {
          provide: TaskRepository,
          useFactory: (store: EmbeddedStore) => new EmbeddedTaskRepository(store),
          inject: [EmbeddedStore],
        },
        { provide: HealthProbe, useExisting: EmbeddedStore },
      ],
      exports: [TaskRepository, HealthProbe],
    };
  }

  /** Runs after the last call was answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
