import { type DynamicModule, Module } from '@nestjs/common';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import { MemoryTaskRepository } from './memory-task.repository.js';

/** Memory is always available. */
class MemoryHealthProbe extends HealthProbe {
  override roundTrip(): Promise<void> {
    return Promise.resolve();
  }
}

/** The store in memory: provides `TaskRepository` and `HealthProbe`. */
@Module({})
export class MemoryPersistenceModule {
  static register(): DynamicModule {
    return {
      module: MemoryPersistenceModule,
      providers: [
        { provide: TaskRepository, useClass: MemoryTaskRepository },
        { provide: HealthProbe, useClass: MemoryHealthProbe },
      ],
      exports: [TaskRepository, HealthProbe],
    };
  }
}
