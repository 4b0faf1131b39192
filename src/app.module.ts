import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { AddTask } from './application/add-task.js';
import { CheckHealth } from './application/check-health.js';
import type { Clock, StartTimer } from './application/clock.js';
import { DrainState } from './application/drain-state.js';
import { HealthProbe } from './application/health-probe.js';
import { ListTasks } from './application/list-tasks.js';
import { PageTasks } from './application/page-tasks.js';
import { RemoveTask } from './application/remove-task.js';
import { TaskRepository } from './application/task.repository.js';
import { UpdateTask } from './application/update-task.js';
import { UpsertTask } from './application/upsert-task.js';
import type { LoadedConfig } from './config/load-config.js';
import type { StoreConfig } from './config/store-config.js';
import { createObjectIdGenerator } from './infrastructure/persistence/object-id.js';
import { TasksController } from './interface/thrift/tasks.controller.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();
const startTimer: StartTimer = (milliseconds, onElapsed) => {
  const timer = setTimeout(onElapsed, milliseconds);
  return () => {
    clearTimeout(timer);
  };
};

const useCases: FactoryProvider[] = [
  {
    provide: AddTask,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId),
  },
  { provide: ListTasks, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new ListTasks(tasks) },
  { provide: PageTasks, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new PageTasks(tasks) },
  { provide: UpdateTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new UpdateTask(tasks) },
  {
    provide: UpsertTask,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new UpsertTask(tasks, now, nextId),
  },
  { provide: RemoveTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new RemoveTask(tasks) },
  {
    provide: CheckHealth,
    inject: [HealthProbe, DrainState],
    useFactory: (store: HealthProbe, drain: DrainState) => new CheckHealth(store, drain, now, startTimer),
  },
];

/** The composition root: the only place that names concrete adapters. */
@Module({})
export class AppModule {
  /** The application of this configuration. */
  static async register({ config, configModule }: LoadedConfig): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [configModule, await storeModule(config.store)],
      controllers: [TasksController],
      providers: [DrainState, ...useCases],
    };
  }
}

/** Imported when chosen: a driver that isn't used must not cost the start a quarter of a second. */
async function storeModule(store: StoreConfig): Promise<DynamicModule> {
  switch (store.kind) {
    // The embedded store takes its place here as soon as it is there.
    case 'embedded':
    case 'memory': {
      const { MemoryPersistenceModule } =
        await import('./infrastructure/persistence/memory/memory-persistence.module.js');
      return MemoryPersistenceModule.register();
    }
    case 'mongo':
      throw new Error('The MongoDB store is not there yet: set STORE=memory');
  }
}
