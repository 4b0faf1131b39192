import { Controller, UseFilters, UsePipes } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AddTask } from '../../application/add-task.js';
import { CheckHealth } from '../../application/check-health.js';
import { CountTasks } from '../../application/count-tasks.js';
import { CountTotals } from '../../application/count-totals.js';
import { CreateTask } from '../../application/create-task.js';
import { EditTask } from '../../application/edit-task.js';
import { FindTasks } from '../../application/find-tasks.js';
import { GetTask } from '../../application/get-task.js';
import { InsertTasks } from '../../application/insert-tasks.js';
import { ListTasks } from '../../application/list-tasks.js';
import { MoveTask } from '../../application/move-task.js';
import { PageTasks } from '../../application/page-tasks.js';
import { ReadAgenda } from '../../application/read-agenda.js';
import { RemoveAllTasks } from '../../application/remove-all-tasks.js';
import { RemoveSomeTasks } from '../../application/remove-some-tasks.js';
import { RemoveTask } from '../../application/remove-task.js';
import { RemoveTaskIf } from '../../application/remove-task-if.js';
import { UpdateTask } from '../../application/update-task.js';
import { UpsertTask } from '../../application/upsert-task.js';
import { ThriftContext, ThriftMethod } from 'nestjs-thrift';
import { ArgumentsPipe } from './arguments.pipe.js';
import { TaskErrorFilter } from './task-error.filter.js';
import {
  toEdited,
  toFirstTaskMessage,
  toHealthcheck,
  toInserted,
  toTaskCountsMessage,
  toTaskMessage,
  toTaskPageMessage,
  toTaskTotalsMessages,
} from './task.mapper.js';
import {
  AddArgs,
  AgendaArgs,
  AllArgs,
  CountArgs,
  CreateArgs,
  EditArgs,
  FindArgs,
  GetArgs,
  InsertAllArgs,
  MoveArgs,
  PageArgs,
  RemoveAllArgs,
  RemoveArgs,
  RemoveIfArgs,
  RemoveSomeArgs,
  TotalsArgs,
  UpdateArgs,
  UpsertArgs,
} from './tasks.arguments.js';
import type { Edited, Healthcheck, Inserted, Task, TaskCounts, TaskPage, TasksHandlers, TaskTotals } from '@tasks/idl';

/** The service `Tasks` of the IDL. A missing method is answered with UNKNOWN_METHOD. */
@Controller()
@UsePipes(ArgumentsPipe)
@UseFilters(TaskErrorFilter)
export class TasksController implements TasksHandlers {
  readonly #checkHealth: CheckHealth;
  readonly #listTasks: ListTasks;
  readonly #pageTasks: PageTasks;
  readonly #addTask: AddTask;
  readonly #updateTask: UpdateTask;
  readonly #upsertTask: UpsertTask;
  readonly #removeTask: RemoveTask;
  readonly #getTask: GetTask;
  readonly #createTask: CreateTask;
  readonly #findTasks: FindTasks;
  readonly #countTasks: CountTasks;
  readonly #removeAllTasks: RemoveAllTasks;
  readonly #editTask: EditTask;
  readonly #insertTasks: InsertTasks;
  readonly #moveTask: MoveTask;
  readonly #removeSomeTasks: RemoveSomeTasks;
  readonly #removeTaskIf: RemoveTaskIf;
  readonly #readAgenda: ReadAgenda;
  readonly #countTotals: CountTotals;

  constructor(
    checkHealth: CheckHealth,
    listTasks: ListTasks,
    pageTasks: PageTasks,
    addTask: AddTask,
    updateTask: UpdateTask,
    upsertTask: UpsertTask,
    removeTask: RemoveTask,
    getTask: GetTask,
    createTask: CreateTask,
    findTasks: FindTasks,
    countTasks: CountTasks,
    removeAllTasks: RemoveAllTasks,
    editTask: EditTask,
    insertTasks: InsertTasks,
    moveTask: MoveTask,
    removeSomeTasks: RemoveSomeTasks,
    removeTaskIf: RemoveTaskIf,
    readAgenda: ReadAgenda,
    countTotals: CountTotals,
  ) {
    this.#checkHealth = checkHealth;
    this.#listTasks = listTasks;
    this.#pageTasks = pageTasks;
    this.#addTask = addTask;
    this.#updateTask = updateTask;
    this.#upsertTask = upsertTask;
    this.#removeTask = removeTask;
    this.#getTask = getTask;
    this.#createTask = createTask;
    this.#findTasks = findTasks;
    this.#countTasks = countTasks;
    this.#removeAllTasks = removeAllTasks;
    this.#editTask = editTask;
    this.#insertTasks = insertTasks;
    this.#moveTask = moveTask;
    this.#removeSomeTasks = removeSomeTasks;
    this.#removeTaskIf = removeTaskIf;
    this.#readAgenda = readAgenda;
    this.#countTotals = countTotals;
  }

  @ThriftMethod('Tasks', 'check')
  async check(): Promise<Healthcheck> {
    return toHealthcheck(await this.#checkHealth.execute());
  }

  @ThriftMethod('Tasks', 'all', { whenTooLarge: 'read the tasks in pages with page(userId, limit, after)' })
  async all(@Payload() args: AllArgs, @Ctx() context: ThriftContext): Promise<Task[]> {
    const tasks = await this.#listTasks.execute(args, context);
    return tasks.map(toFirstTaskMessage);
  }

  @ThriftMethod('Tasks', 'page')
  async page(@Payload() args: PageArgs, @Ctx() context: ThriftContext): Promise<TaskPage> {
    return toTaskPageMessage(await this.#pageTasks.execute(args, context));
  }

  @ThriftMethod('Tasks', 'add')
  async add(@Payload() args: AddArgs): Promise<Task> {
    return toFirstTaskMessage(await this.#addTask.execute(args));
  }

  @ThriftMethod('Tasks', 'update')
  async update(@Payload() args: UpdateArgs): Promise<Task> {
    const { task } = await this.#updateTask.execute(args);
    return toFirstTaskMessage(task);
  }

  @ThriftMethod('Tasks', 'upsert')
  async upsert(@Payload() { task }: UpsertArgs): Promise<Task> {
    return toFirstTaskMessage(await this.#upsertTask.execute(task));
  }

  @ThriftMethod('Tasks', 'remove')
  async remove(@Payload() args: RemoveArgs): Promise<void> {
    await this.#removeTask.execute(args);
  }

  @ThriftMethod('Tasks', 'get')
  async get(@Payload() args: GetArgs): Promise<Task> {
    return toTaskMessage(await this.#getTask.execute(args));
  }

  @ThriftMethod('Tasks', 'create')
  async create(@Payload() args: CreateArgs): Promise<Task> {
    return toTaskMessage(await this.#createTask.execute(args));
  }

  @ThriftMethod('Tasks', 'find')
  async find(@Payload() args: FindArgs, @Ctx() context: ThriftContext): Promise<TaskPage> {
    return toTaskPageMessage(await this.#findTasks.execute(args, context));
  }

  @ThriftMethod('Tasks', 'count')
  async count(@Payload() args: CountArgs): Promise<TaskCounts> {
    return toTaskCountsMessage(await this.#countTasks.execute(args));
  }

  @ThriftMethod('Tasks', 'removeAll')
  removeAll(@Payload() args: RemoveAllArgs): Promise<number> {
    return this.#removeAllTasks.execute(args);
  }

  @ThriftMethod('Tasks', 'edit')
  async edit(@Payload() args: EditArgs): Promise<Edited> {
    return toEdited(await this.#editTask.execute(args));
  }

  @ThriftMethod('Tasks', 'insertAll')
  async insertAll(@Payload() args: InsertAllArgs): Promise<Inserted[]> {
    const inserted = await this.#insertTasks.execute(args);
    return inserted.map(toInserted);
  }

  @ThriftMethod('Tasks', 'move')
  async move(@Payload() args: MoveArgs): Promise<Task> {
    return toTaskMessage(await this.#moveTask.execute(args));
  }

  @ThriftMethod('Tasks', 'removeSome')
  removeSome(@Payload() args: RemoveSomeArgs): Promise<number> {
    return this.#removeSomeTasks.execute(args);
  }

  @ThriftMethod('Tasks', 'removeIf')
  async removeIf(@Payload() args: RemoveIfArgs): Promise<void> {
    await this.#removeTaskIf.execute(args);
  }

  @ThriftMethod('Tasks', 'agenda')
  async agenda(@Payload() args: AgendaArgs, @Ctx() context: ThriftContext): Promise<TaskPage> {
    return toTaskPageMessage(await this.#readAgenda.execute(args, context));
  }

  @ThriftMethod('Tasks', 'totals')
  async totals(@Payload() args: TotalsArgs): Promise<Map<string, TaskTotals>> {
    return toTaskTotalsMessages(await this.#countTotals.execute(args));
  }
}
