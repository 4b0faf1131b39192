import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
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
import type { ThriftServer } from './infrastructure/thrift/index.js';
import { TasksController } from './interface/thrift/tasks.controller.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();
const startTimer: StartTimer = (milliseconds, onElapsed) => {
  const timer = setTimeout(onElapsed, milliseconds);
  return () => {
    clearTimeout(timer);
  };
};

/** The store as use cases see it: measured where metrics are on. */
const STORE = Symbol('task store');

const useCases: FactoryProvider[] = [
  { provide: AddTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId) },
  { provide: ListTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new ListTasks(tasks) },
  { provide: PageTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new PageTasks(tasks) },
  { provide: UpdateTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpdateTask(tasks) },
  { provide: UpsertTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpsertTask(tasks, now, nextId) },
  { provide: RemoveTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new RemoveTask(tasks) },
  {
    provide: CheckHealth,
    inject: [HealthProbe, DrainState],
    useFactory: (store: HealthProbe, drain: DrainState) => new CheckHealth(store, drain, now, startTimer),
  },
];

/** The composition root: the only place that names concrete adapters. */
@Module({})
export class AppModule {
  /** The application of this configuration, over this server. */
  static async register({ config, configModule }: LoadedConfig, server: ThriftServer): Promise<DynamicModule> {
    const [store, operations] = await Promise.all([
      storeModule(config.store),
      config.http === undefined ? withoutOperations : operationsOf(server),
    ]);
    return {
      module: AppModule,
      global: true,
      imports: [configModule, store, ...operations.imports],
      controllers: [TasksController],
      providers: [DrainState, ...useCases, ...operations.providers],
      exports: [CheckHealth, DrainState, ...operations.exports],
    };
  }
}

/** Health and metrics, as far as they are on. */
type Operations = Required<Pick<ModuleMetadata, 'imports' | 'providers' | 'exports'>>;

const withoutOperations: Operations = {
  imports: [],
  providers: [{ provide: STORE, useExisting: TaskRepository }],
  exports: [],
};

async function operationsOf(server: ThriftServer): Promise<Operations> {
  const [{ HttpModule }, { Metrics }] = await Promise.all([
    import('./interface/http/http.module.js'),
    import('./infrastructure/observability/metrics.js'),
  ]);
  const metrics = new Metrics(server);
  return {
    imports: [HttpModule],
    providers: [
      { provide: Metrics, useValue: metrics },
      { provide: STORE, inject: [TaskRepository], useFactory: (store: TaskRepository) => metrics.measured(store) },
    ],
    exports: [Metrics],
  };
}

/** Imported when chosen: a driver that isn't used must not cost the start a quarter of a second. */
async function storeModule(store: StoreConfig): Promise<DynamicModule> {
  switch (store.kind) {
    case 'memory': {
      const { MemoryPersistenceModule } =
        await import('./infrastructure/persistence/memory/memory-persistence.module.js');
      return MemoryPersistenceModule.register();
    }
    case 'embedded': {
      const { EmbeddedPersistenceModule } =
        await import('./infrastructure/persistence/embedded/embedded-persistence.module.js');
      return EmbeddedPersistenceModule.register({ dataDirectory: store.dataDir });
    }
    case 'mongo': {
      const { MongoosePersistenceModule } =
        await import('./infrastructure/persistence/mongoose/mongoose-persistence.module.js');
      return MongoosePersistenceModule.register(store);
    }
  }
}
