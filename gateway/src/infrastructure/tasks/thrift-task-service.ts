import type { BaseException, TasksClient, Task as ThriftTask } from '@tasks/idl';
import { ThriftError, ThriftException, type ThriftCallOptions } from 'nestjs-thrift';
import {
  TaskService,
  type Task,
  type TaskChanges,
  type TaskCounts,
  type TaskPage,
  type TaskQuery,
} from '../../application/tasks/task-service.js';
import { TaskServiceError, type TaskServiceErrorCode } from '../../application/tasks/task-service.error.js';
import { attempt, ATTEMPT_LIMITS, type AttemptLimits, type CallEffect } from './attempts.js';

/** Time limit of the task service's health check, in milliseconds. */
const CHECK_TIMEOUT_MS = 2_000;

const ERROR_CODES: Readonly<Record<number, TaskServiceErrorCode>> = {
  400: 'INVALID',
  404: 'NOT_FOUND',
  409: 'ID_TAKEN',
  503: 'UNAVAILABLE',
};

/** Runs a call and observes it; passes on headers that continue a trace, if there is one. */
export type ObserveCall = <Result>(
  method: string,
  call: (headers: Readonly<Record<string, string>> | undefined) => Promise<Result>,
) => Promise<Result>;

const unobserved: ObserveCall = (_method, call) => call(undefined);

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

  override async find(userId: string, { done, text, limit, after }: TaskQuery): Promise<TaskPage> {
    const page = await this.#call('find', 'reads', (options) =>
      this.#client.find({ userId, filter: { done, text }, limit, after }, options),
    );
    return { items: (page.tasks ?? []).map(toTask), nextCursor: page.nextCursor ?? null };
  }

  override async get(userId: string, taskId: string): Promise<Task> {
    return toTask(await this.#call('get', 'reads', (options) => this.#client.get({ taskId, userId }, options)));
  }

  override async create(userId: string, taskId: string, name: string): Promise<Task> {
    return toTask(
      await this.#call('create', 'writes', (options) => this.#client.create({ taskId, userId, name }, options)),
    );
  }

  /** By `upsert`, which takes every field of a task. It ignores an empty name, which the schemas reject before. */
  override async update(userId: string, taskId: string, changes: TaskChanges): Promise<Task> {
    const task = { ...changes, id: taskId, userId };
    return toTask(await this.#call('upsert', 'writes', (options) => this.#client.upsert({ task }, options)));
  }

  override async remove(userId: string, taskId: string): Promise<void> {
    await this.#call('remove', 'writes', async (options, isRepeated) => {
      try {
        await this.#client.remove({ taskId, userId }, options);
      } catch (error) {
        // An earlier attempt may have removed it.
        if (!isRepeated || !isBaseException(error) || codeOf(error) !== 'NOT_FOUND') throw error;
      }
    });
  }

  override async count(userId: string): Promise<TaskCounts> {
    const { open, done } = await this.#call('count', 'reads', (options) => this.#client.count({ userId }, options));
    return { open: Number(open ?? 0n), done: Number(done ?? 0n) };
  }

  override removeAll(userId: string, onlyDone: boolean): Promise<number> {
    return this.#call('removeAll', 'writes', (options) => this.#client.removeAll({ userId, onlyDone }, options));
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
    return this.#observe(method, async (headers) => {
      try {
        return await attempt(
          effect,
          ({ timeoutMs, isRepeated }) => call({ timeoutMs, ...(headers && { headers }) }, isRepeated),
          this.#limits,
        );
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
