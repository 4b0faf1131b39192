import { AgendaView, type BaseException, type TasksClient, type Task as ThriftTask } from '@tasks/idl';
import { ThriftError, ThriftException, type ThriftCallOptions } from 'nestjs-thrift';
import {
  TaskService,
  type AgendaQuery,
  type Edited,
  type Insertion,
  type NewTask,
  type Task,
  type TaskCounts,
  type TaskEdit,
  type TaskPage,
  type TaskQuery,
  type TaskTotals,
} from '../../application/tasks/task-service.js';
import { TaskServiceError, type TaskServiceErrorCode } from '../../application/tasks/task-service.error.js';
import { attempt, ATTEMPT_LIMITS, type AttemptLimits, type CallEffect } from './attempts.js';

/** Time limit of the task service's health check, in milliseconds. */
const CHECK_TIMEOUT_MS = 2_000;

const ERROR_CODES: Readonly<Record<number, TaskServiceErrorCode>> = {
  400: 'INVALID',
  404: 'NOT_FOUND',
  409: 'ID_TAKEN',
  412: 'CHANGED',
  503: 'UNAVAILABLE',
};

/** Runs a call and observes it. */
export type ObserveCall = <Result>(method: string, call: () => Promise<Result>) => Promise<Result>;

const unobserved: ObserveCall = (_method, call) => call();

export class ThriftTaskService extends TaskService {
  readonly #client: TasksClient;
  readonly #observe: ObserveCall;
  readonly #limits: AttemptLimits;

  constructor(client: TasksClient, observe: ObserveCall = unobserved, limits: AttemptLimits = ATTEMPT_LIMITS) {
    super();
    this.#client = client;
    this.#observe = observe;
    this.#limits = limits;
  }

  override async find(ownerId: string, { done, text, limit, after }: TaskQuery): Promise<TaskPage> {
    const page = await this.#call('find', 'reads', (options) =>
      this.#client.find({ userId: ownerId, filter: { done, text }, limit, after }, options),
    );
    return { items: (page.tasks ?? []).map(toTask), nextCursor: page.nextCursor ?? null };
  }

  override async get(ownerId: string, taskId: string): Promise<Task> {
    return toTask(
      await this.#call('get', 'reads', (options) => this.#client.get({ taskId, userId: ownerId }, options)),
    );
  }

  override async insertAll(ownerId: string, tasks: readonly NewTask[]): Promise<readonly Insertion[]> {
    const args = { userId: ownerId, tasks: tasks.map((task) => ({ ...task, userId: ownerId })) };
    const inserted = await this.#call('insertAll', 'writes', (options) => this.#client.insertAll(args, options));
    return inserted.map(({ task, created = false, code, message = '' }) => {
      if (task) return { task: toTask(task), isNew: created };
      return { rejected: code === 409 ? 'ID_TAKEN' : 'INVALID', message };
    });
  }

  override async edit(ownerId: string, taskId: string, edit: TaskEdit): Promise<Edited> {
    const { task, successor } = await this.#call('edit', 'writes', (options) =>
      this.#client.edit({ taskId, userId: ownerId, edit }, options),
    );
    return { task: toTask(task ?? { userId: ownerId }), next: successor && toTask(successor) };
  }

  override async remove(ownerId: string, taskId: string, ifRevision?: string): Promise<void> {
    const task = { taskId, userId: ownerId };
    if (ifRevision !== undefined) {
      await this.#call('removeIf', 'writes', (options) => this.#client.removeIf({ ...task, ifRevision }, options));
      return;
    }
    await this.#call('remove', 'writes', async (options, isRepeated) => {
      try {
        await this.#client.remove(task, options);
      } catch (error) {
        // An earlier attempt may have removed it.
        if (!isRepeated || !isBaseException(error) || codeOf(error) !== 'NOT_FOUND') throw error;
      }
    });
  }

  override async removeSome(ownerId: string, taskIds: readonly string[]): Promise<void> {
    await this.#call('removeSome', 'writes', (options) =>
      this.#client.removeSome({ userId: ownerId, taskIds }, options),
    );
  }

  override async move(ownerId: string, taskId: string, toOwnerId: string): Promise<Task> {
    const args = { taskId, userId: ownerId, toUserId: toOwnerId };
    return toTask(await this.#call('move', 'writes', (options) => this.#client.move(args, options)));
  }

  override async agenda(
    userIds: readonly string[],
    { view, from, until, limit, after }: AgendaQuery,
  ): Promise<TaskPage<Task & { readonly ownerId: string }>> {
    const filter = { view: view === 'due' ? AgendaView.DUE : AgendaView.STARRED, dueFrom: from, dueBefore: until };
    const page = await this.#call('agenda', 'reads', (options) =>
      this.#client.agenda({ userIds, filter, limit, after }, options),
    );
    const items = (page.tasks ?? []).map((task) => ({ ...toTask(task), ownerId: task.userId ?? '' }));
    return { items, nextCursor: page.nextCursor ?? null };
  }

  override async count(ownerId: string): Promise<TaskCounts> {
    const { open, done } = await this.#call('count', 'reads', (options) =>
      this.#client.count({ userId: ownerId }, options),
    );
    return { open: Number(open ?? 0n), done: Number(done ?? 0n) };
  }

  override async totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    const totals = await this.#call('totals', 'reads', (options) => this.#client.totals({ userIds, today }, options));
    return new Map(
      [...totals].map(([ownerId, { open = 0n, done = 0n, overdue = 0n, dueToday = 0n }]) => [
        ownerId,
        { open: Number(open), done: Number(done), overdue: Number(overdue), dueToday: Number(dueToday) },
      ]),
    );
  }

  override removeAll(ownerId: string, onlyDone: boolean): Promise<number> {
    return this.#call('removeAll', 'writes', (options) =>
      this.#client.removeAll({ userId: ownerId, onlyDone }, options),
    );
  }

  override async check(): Promise<string | undefined> {
    try {
      const { ok = false, message = '' } = await this.#client.check({}, { timeoutMs: CHECK_TIMEOUT_MS });
      return ok ? undefined : message;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #call<Result>(
    method: string,
    effect: CallEffect,
    call: (options: ThriftCallOptions, isRepeated: boolean) => Promise<Result>,
  ): Promise<Result> {
    return this.#observe(method, async () => {
      try {
        return await attempt(effect, ({ timeoutMs, isRepeated }) => call({ timeoutMs }, isRepeated), this.#limits);
      } catch (error) {
        throw toTaskServiceError(error);
      }
    });
  }
}

/** Without the owner, which is the caller. */
function toTask({ userId: _, id = '', name = '', done = false, createdOn = '', ...others }: ThriftTask): Task {
  return { id, name, done, createdOn, ...others };
}

function toTaskServiceError(error: unknown): TaskServiceError {
  if (error instanceof TaskServiceError) return error;
  if (isBaseException(error)) return new TaskServiceError(codeOf(error), error.message, { cause: error });
  if (error instanceof ThriftError && error.code === 'UNKNOWN_METHOD') {
    return new TaskServiceError('OUTDATED', 'The task service does not have this method', { cause: error });
  }
  return new TaskServiceError('FAILED', 'The task service failed', { cause: error });
}

function isBaseException(error: unknown): error is ThriftException<BaseException> {
  return error instanceof ThriftException && error.type === 'BaseException';
}

function codeOf({ value }: ThriftException<BaseException>): TaskServiceErrorCode {
  return (value.code === undefined ? undefined : ERROR_CODES[value.code]) ?? 'FAILED';
}
