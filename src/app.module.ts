import { setImmediate as nextTurn } from 'node:timers/promises';
import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { AddTask } from './application/add-task.js';
import { CheckHealth } from './application/check-health.js';
import type { Clock } from './application/clock.js';
import { CountTasks } from './application/count-tasks.js';
import { CreateTask } from './application/create-task.js';
import { DrainState } from './application/drain-state.js';
import { FindTasks } from './application/find-tasks.js';
import { GetTask } from './application/get-task.js';
import { HealthProbe } from './application/health-probe.js';
import { ListTasks } from './application/list-tasks.js';
import { PageTasks } from './application/page-tasks.js';
import { RemoveAllTasks } from './application/remove-all-tasks.js';
import { RemoveTask } from './application/remove-task.js';
import type { StartTimer } from './application/start-timer.js';
import { TaskRepository } from './application/task.repository.js';
import { UpdateTask } from './application/update-task.js';
import { UpsertTask } from './application/upsert-task.js';
import type { LoadedConfig } from './config/load-config.js';
import type { Tracing } from './infrastructure/observability/tracing.js';
import { createObjectIdGenerator } from './infrastructure/persistence/object-id.js';
import type { ThriftServer } from 'nestjs-thrift';
import { LEAST_TASK_BYTES } from './interface/thrift/task.mapper.js';
import { TasksController } from './interface/thrift/tasks.controller.js';
import { chosenStore } from './stores.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();
const startTimer: StartTimer = (milliseconds, onElapsed) => {
  const timer = setTimeout(onElapsed, milliseconds);
  return () => {
    clearTimeout(timer);
  };
};

/** The store as use cases see it: traced and measured where that is on. */
const STORE = Symbol('task store');

const useCases: FactoryProvider[] = [
  { provide: DrainState, useFactory: () => new DrainState(now) },
  { provide: AddTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId) },
  { provide: CreateTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new CreateTask(tasks, now) },
  { provide: GetTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new GetTask(tasks) },
  { provide: PageTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new PageTasks(tasks) },
  { provide: FindTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new FindTasks(tasks, nextTurn) },
  { provide: CountTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new CountTasks(tasks) },
  { provide: UpdateTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpdateTask(tasks) },
  { provide: UpsertTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpsertTask(tasks, now, nextId) },
  { provide: RemoveTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new RemoveTask(tasks) },
  { provide: RemoveAllTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new RemoveAllTasks(tasks) },
  {
    provide: CheckHealth,
    inject: [HealthProbe, DrainState],
    useFactory: (store: HealthProbe, drain: DrainState) => new CheckHealth(store, drain, now, startTimer),
  },
];

/** The composition root of the service: puts ports, adapters and use cases together; `stores.ts` names the stores. */
@Module({})
export class AppModule {
  /** The application of this configuration, over this server. */
  static async register(
    { config, configModule }: LoadedConfig,
    server: ThriftServer,
    tracing?: Tracing,
  ): Promise<DynamicModule> {
    const { system, load } = chosenStore(config.store);
    const [store, operations] = await Promise.all([
      load(),
      config.http === undefined ? withoutOperations : operationsOf(server, config.drainDelayMs),
    ]);
    const observedStore: FactoryProvider = {
      provide: STORE,
      inject: [TaskRepository],
      useFactory: (store: TaskRepository) => {
        const measured = operations.measured(store);
        return tracing?.traced(measured, system) ?? measured;
      },
    };
    const maxTasks = Math.floor(server.limits.maxMessageBytes / LEAST_TASK_BYTES);
    const listTasks: FactoryProvider = {
      provide: ListTasks,
      inject: [STORE],
      useFactory: (tasks: TaskRepository) => new ListTasks(tasks, maxTasks, nextTurn),
    };
    return {
      module: AppModule,
      global: true,
      imports: [configModule, store, ...operations.imports],
      controllers: [TasksController],
      providers: [...useCases, listTasks, observedStore, ...operations.providers],
      exports: [CheckHealth, DrainState, ...operations.exports],
    };
  }
}

/** Health and metrics, as far as they are on. */
interface Operations extends Required<Pick<ModuleMetadata, 'imports' | 'providers' | 'exports'>> {
  measured(store: TaskRepository): TaskRepository;
}

const withoutOperations: Operations = { imports: [], providers: [], exports: [], measured: (store) => store };

async function operationsOf(server: ThriftServer, delayMs: number): Promise<Operations> {
  const [{ HttpModule }, { Metrics }, { ServiceMetrics }] = await Promise.all([
    import('./interface/http/http.module.js'),
    import('./infrastructure/observability/metrics.js'),
    import('./infrastructure/observability/service-metrics.js'),
  ]);
  const metrics = new Metrics(server);
  const timeoutMs = server.limits.drainTimeoutMs;
  return {
    imports: [HttpModule],
    providers: [
      {
        provide: Metrics,
        inject: [CheckHealth, DrainState],
        useFactory: (health: CheckHealth, drain: DrainState) =>
          metrics.withService(new ServiceMetrics(health, drain, { delayMs, timeoutMs })),
      },
    ],
    exports: [Metrics],
    measured: (store) => metrics.measured(store),
  };
}
