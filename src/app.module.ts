import { createHash } from 'node:crypto';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { Sha256 } from '@tasks/idl';
import { createObjectIdGenerator } from '@tasks/service';
import { AddTask } from './application/add-task.js';
import { CheckHealth } from './application/check-health.js';
import { CountTasks } from './application/count-tasks.js';
import { CountTotals } from './application/count-totals.js';
import { CreateTask } from './application/create-task.js';
import { EditTask } from './application/edit-task.js';
import { FindTasks } from './application/find-tasks.js';
import { GetTask } from './application/get-task.js';
import { InsertTasks } from './application/insert-tasks.js';
import { ListTasks } from './application/list-tasks.js';
import { MoveTask } from './application/move-task.js';
import { PageReader, PageTasks } from './application/page-tasks.js';
import { ReadAgenda } from './application/read-agenda.js';
import { RemoveAllTasks } from './application/remove-all-tasks.js';
import { RemoveSomeTasks } from './application/remove-some-tasks.js';
import { RemoveTask } from './application/remove-task.js';
import { RemoveTaskIf } from './application/remove-task-if.js';
import { TaskEditor } from './application/task-editor.js';
import { TaskRepository } from './application/task.repository.js';
import { UpdateTask } from './application/update-task.js';
import { UpsertTask } from './application/upsert-task.js';
import type { Clock } from './domain/task.js';
import { MIN_TASK_BYTES } from './interface/thrift/task.mapper.js';
import { TasksController } from './interface/thrift/tasks.controller.js';

const now: Clock = () => new Date();
const nextId = createObjectIdGenerator();
const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');

const useCases: FactoryProvider[] = [
  {
    provide: AddTask,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new AddTask(tasks, now, nextId),
  },
  { provide: CreateTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new CreateTask(tasks, now) },
  { provide: GetTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new GetTask(tasks) },
  { provide: PageReader, useFactory: () => new PageReader() },
  {
    provide: PageTasks,
    inject: [TaskRepository, PageReader],
    useFactory: (tasks: TaskRepository, pages: PageReader) => new PageTasks(tasks, pages),
  },
  {
    provide: ReadAgenda,
    inject: [TaskRepository, PageReader],
    useFactory: (tasks: TaskRepository, pages: PageReader) => new ReadAgenda(tasks, pages),
  },
  {
    provide: FindTasks,
    inject: [TaskRepository, PageReader],
    useFactory: (tasks: TaskRepository, pages: PageReader) => new FindTasks(tasks, pages, yieldToEventLoop),
  },
  { provide: CountTasks, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new CountTasks(tasks) },
  { provide: CountTotals, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new CountTotals(tasks) },
  {
    provide: TaskEditor,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new TaskEditor(tasks, now, sha256),
  },
  { provide: EditTask, inject: [TaskEditor], useFactory: (editor: TaskEditor) => new EditTask(editor) },
  { provide: UpdateTask, inject: [TaskEditor], useFactory: (editor: TaskEditor) => new UpdateTask(editor) },
  {
    provide: UpsertTask,
    inject: [TaskRepository, TaskEditor],
    useFactory: (tasks: TaskRepository, editor: TaskEditor) => new UpsertTask(tasks, editor, now, nextId),
  },
  {
    provide: InsertTasks,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new InsertTasks(tasks, now),
  },
  { provide: MoveTask, inject: [TaskRepository], useFactory: (tasks: TaskRepository) => new MoveTask(tasks) },
  {
    provide: RemoveSomeTasks,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new RemoveSomeTasks(tasks),
  },
  {
    provide: RemoveTaskIf,
    inject: [TaskRepository],
    useFactory: (tasks: TaskRepository) => new RemoveTaskIf(tasks, sha256),
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
