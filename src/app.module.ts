import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { createObjectIdGenerator } from '@tasks/service';
import { AddTask } from './application/add-task.js';
import { CheckHealth } from './application/check-health.js';
import { CountTasks } from './application/count-tasks.js';
import { CreateTask } from './application/create-task.js';
import { FindTasks } from './application/find-tasks.js';
import { GetTask } from './application/get-task.js';
import { ListTasks } from './application/list-tasks.js';
import { PageReader, PageTasks } from './application/page-tasks.js';
import { RemoveAllTasks } from './application/remove-all-tasks.js';
import { RemoveTask } from './application/remove-task.js';
import { TaskRepository } from './application/task.repository.js';
import { UpdateTask } from './application/update-task.js';
import { UpsertTask } from './application/upsert-task.js';
import type { Clock } from './domain/task.js';
import { MIN_TASK_BYTES } from './interface/thrift/task.mapper.js';
import { TasksController } from './interface/thrift/tasks.controller.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();

const useCases: FactoryProvider[] = [
  {
    provide: AddTask,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId),
  },
  { provide: CreateTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new CreateTask(tasks, now) },
  { provide: GetTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new GetTask(tasks) },
  { provide: PageReader, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new PageReader(tasks) },
  { provide: PageTasks, inject: [PageReader], useFactory: (pages: PageReader) => new PageTasks(pages) },
  {
    provide: FindTasks,
    inject: [TaskRepository, PageReader],
    useFactory: (tasks: TaskRepository, pages: PageReader) => new FindTasks(tasks, pages, yieldToEventLoop),
  },
  { provide: CountTasks, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new CountTasks(tasks) },
  { provide: UpdateTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new UpdateTask(tasks) },
  {
    provide: UpsertTask,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new UpsertTask(tasks, now, nextId),
  },
  { provide: RemoveTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new RemoveTask(tasks) },
  {
    provide: RemoveAllTasks,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new RemoveAllTasks(tasks),
  },
];

/** Parts of the application. */
export interface AppParts {
  /** Provides `ConfigService<AppConfig, true>`. */
  readonly configModule: DynamicModule;
  readonly tasks: TaskRepository;
  readonly health: CheckHealth;
  /** Size limit of a reply. */
  readonly maxMessageBytes: number;
}

/** The composition root of the service: connects ports, adapters and use cases. */
@Module({})
export class AppModule {
  /** Returns the application made of these parts. */
  static register({ configModule, tasks, health, maxMessageBytes }: AppParts): DynamicModule {
    const maxTasks = Math.floor(maxMessageBytes / MIN_TASK_BYTES);
    return {
      module: AppModule,
      imports: [configModule],
      controllers: [TasksController],
      providers: [
        ...useCases,
        { provide: TaskRepository, useValue: tasks },
        { provide: CheckHealth, useValue: health },
        {
          provide: ListTasks,
          useFactory: () => new ListTasks(tasks, maxTasks, yieldToEventLoop, maxMessageBytes),
        },
      ],
    };
  }
}
