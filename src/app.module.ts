import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { SharedProbe, type DrainState } from '@tasks/service';
import type { ThriftServer } from 'nestjs-thrift';
import { AddTask } from './application/add-task.js';
import { CheckHealth } from './application/check-health.js';
import type { Clock } from './application/clock.js';
import { CountTasks } from './application/count-tasks.js';
import { CreateTask } from './application/create-task.js';
import { FindTasks } from './application/find-tasks.js';
import { GetTask } from './application/get-task.js';
import { HealthProbe } from './application/health-probe.js';
import { ListTasks } from './application/list-tasks.js';
import { PageReader, PageTasks } from './application/page-tasks.js';
import { RemoveAllTasks } from './application/remove-all-tasks.js';
import { RemoveTask } from './application/remove-task.js';
import { TaskRepository } from './application/task.repository.js';
import { UpdateTask } from './application/update-task.js';
import { UpsertTask } from './application/upsert-task.js';
import type { LoadedConfig } from './config/load-config.js';
import { createObjectIdGenerator } from './infrastructure/persistence/object-id.js';
import { MIN_TASK_BYTES } from './interface/thrift/task.mapper.js';
import { TasksController } from './interface/thrift/tasks.controller.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();

/** The store as use cases see it, with traces and metrics if enabled. */
const STORE = Symbol('task store');

const useCases: FactoryProvider[] = [
  { provide: AddTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId) },
  { provide: CreateTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new CreateTask(tasks, now) },
  { provide: GetTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new GetTask(tasks) },
  { provide: PageReader, inject: [STORE], useFactory: (tasks: TaskRepository) => new PageReader(tasks) },
  { provide: PageTasks, inject: [PageReader], useFactory: (pages: PageReader) => new PageTasks(pages) },
  {
    provide: FindTasks,
    inject: [STORE, PageReader],
    useFactory: (tasks: TaskRepository, pages: PageReader) => new FindTasks(tasks, pages, yieldToEventLoop),
  },
  { provide: CountTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new CountTasks(tasks) },
  { provide: UpdateTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpdateTask(tasks) },
  { provide: UpsertTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new UpsertTask(tasks, now, nextId) },
  { provide: RemoveTask, inject: [STORE], useFactory: (tasks: TaskRepository) => new RemoveTask(tasks) },
  { provide: RemoveAllTasks, inject: [STORE], useFactory: (tasks: TaskRepository) => new RemoveAllTasks(tasks) },
];

/** Parts of the application. */
export interface AppParts {
  readonly loaded: LoadedConfig;
  readonly server: ThriftServer;
  /** Provides `TaskRepository` and `HealthProbe`. */
  readonly storeModule: DynamicModule;
  /** Wraps the store with metrics and traces, if enabled. */
  readonly observed: (store: TaskRepository) => TaskRepository;
  readonly drain: DrainState;
}

/** The composition root of the service: connects ports, adapters and use cases. */
@Module({})
export class AppModule {
  /** Returns the application made of these parts. */
  static register({ loaded, server, storeModule, observed, drain }: AppParts): DynamicModule {
    const maxTasks = Math.floor(server.limits.maxMessageBytes / MIN_TASK_BYTES);
    return {
      module: AppModule,
      imports: [loaded.configModule, storeModule],
      controllers: [TasksController],
      providers: [
        ...useCases,
        { provide: STORE, inject: [TaskRepository], useFactory: observed },
        {
          provide: ListTasks,
          inject: [STORE],
          useFactory: (tasks: TaskRepository) =>
            new ListTasks(tasks, maxTasks, yieldToEventLoop, server.limits.maxMessageBytes),
        },
        {
          provide: CheckHealth,
          inject: [HealthProbe],
          useFactory: (store: HealthProbe) => new CheckHealth(new SharedProbe(() => store.roundTrip()), drain),
        },
      ],
    };
  }
}
