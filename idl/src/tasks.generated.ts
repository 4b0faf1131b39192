// Written by thrift-types from tasks.thrift: change that file and run it again.
import type { ThriftCallOptions, ThriftContext, ThriftReply } from 'nestjs-thrift';

/** A task of one user. */
export interface Task {
  /** 24 hexadecimal digits, given by the service. Unset in `upsert`: a new task. */
  readonly id?: string | undefined;
  /** The owner, 1 to 256 characters (UTF-16 units). */
  readonly userId?: string | undefined;
  /**
   * Up to 4,096 characters (UTF-16 units). `upsert` with an empty name leaves the stored name as it is, since Python,
   * Java and Node clients send this default for a name that nobody set; only `update` can empty a name.
   */
  readonly name?: string | undefined;
  /** When the task was added: ISO 8601, UTC, milliseconds, for instance `2026-11-23T21:45:00.647Z`. Ignored in input. */
  readonly createdOn?: string | undefined;
  /** Whether the task is done. A new task is not. */
  readonly done?: boolean | undefined;
}

/** What `check` answers. */
export interface Healthcheck {
  /** True only after the store answered a real round trip within 1 s. */
  readonly ok?: boolean | undefined;
  /** `OK`, or why not: `Task store unavailable`, `Shutting down`. */
  readonly message?: string | undefined;
}

/** One page of a user's tasks. */
export interface TaskPage {
  /** The tasks, in the order of `all`. */
  readonly tasks?: readonly Task[] | undefined;
  /** What to pass as `after` for the next page; unset on the last one. */
  readonly nextCursor?: string | undefined;
}

/**
 * A refusal, with a code that a program can act on.
 * Thrown and caught as `ThriftException<BaseException>`.
 */
export interface BaseException {
  /** 400 invalid input, 404 not found, 503 store unavailable. */
  readonly code?: number | undefined;
  /** What was wrong, in words. */
  readonly message?: string | undefined;
}

/** The arguments of `Tasks.all`. */
export interface TasksAllArgs {
  /** Whose tasks. */
  readonly userId?: string | undefined;
}

/** The arguments of `Tasks.add`. */
export interface TasksAddArgs {
  /** The owner. */
  readonly userId?: string | undefined;
  /** Unset means empty. */
  readonly name?: string | undefined;
}

/** The arguments of `Tasks.update`. */
export interface TasksUpdateArgs {
  /** The task to change. */
  readonly taskId?: string | undefined;
  /** The new name; unset leaves it. */
  readonly name?: string | undefined;
  /** Whether it is done; unset leaves it. */
  readonly done?: boolean | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
}

/** The arguments of `Tasks.upsert`. */
export interface TasksUpsertArgs {
  /** The task; `userId` is always needed. */
  readonly task?: Task | undefined;
}

/** The arguments of `Tasks.page`. */
export interface TasksPageArgs {
  /** Whose tasks. */
  readonly userId?: string | undefined;
  /** The greatest number of tasks to return, 1 to 1,000. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; unset or empty starts with the newest task. */
  readonly after?: string | undefined;
}

/** The arguments of `Tasks.remove`. */
export interface TasksRemoveArgs {
  /** The task to remove. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
}

/**
 * Stores and manages tasks for other services.
 * What handles its methods: `class Controller implements TasksHandlers`.
 */
export interface TasksHandlers {
  /** Whether the service works. Never raises. */
  check(args: Record<string, never>, context: ThriftContext): ThriftReply<Healthcheck>;

  /**
   * The user's tasks, newest first, ties by id descending; empty for an unknown user. Too many for one message are refused:
   * read them by `page`.
   */
  all(args: TasksAllArgs, context: ThriftContext): ThriftReply<readonly Task[]>;

  /** Adds a task, not done, created now. */
  add(args: TasksAddArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * Changes what is set of the user's task and returns it whole; nothing set changes nothing.
   *
   * Generated Go clients always send `name` and `done`, generated Java clients always send `done`: to change one field
   * from there, use `upsert`.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  update(args: TasksUpdateArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * Without `task.id`: adds a task, with `name` and `done` as given. With it: changes what is set of the user's task;
   * an unknown id is 404, never an insert.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503.
   */
  upsert(args: TasksUpsertArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * One page of the user's tasks, in the order of `all`; stable while tasks are added.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  page(args: TasksPageArgs, context: ThriftContext): ThriftReply<TaskPage>;

  /**
   * Removes the user's task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  remove(args: TasksRemoveArgs, context: ThriftContext): ThriftReply<void>;
}

/**
 * Stores and manages tasks for other services.
 * What calls its methods: `client.getService<TasksClient>('Tasks')`.
 */
export interface TasksClient {
  /** Whether the service works. Never raises. */
  check(args?: Record<string, never>, options?: ThriftCallOptions): Promise<Healthcheck>;

  /**
   * The user's tasks, newest first, ties by id descending; empty for an unknown user. Too many for one message are refused:
   * read them by `page`.
   */
  all(args: TasksAllArgs, options?: ThriftCallOptions): Promise<readonly Task[]>;

  /** Adds a task, not done, created now. */
  add(args: TasksAddArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * Changes what is set of the user's task and returns it whole; nothing set changes nothing.
   *
   * Generated Go clients always send `name` and `done`, generated Java clients always send `done`: to change one field
   * from there, use `upsert`.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  update(args: TasksUpdateArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * Without `task.id`: adds a task, with `name` and `done` as given. With it: changes what is set of the user's task;
   * an unknown id is 404, never an insert.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503.
   */
  upsert(args: TasksUpsertArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * One page of the user's tasks, in the order of `all`; stable while tasks are added.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  page(args: TasksPageArgs, options?: ThriftCallOptions): Promise<TaskPage>;

  /**
   * Removes the user's task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  remove(args: TasksRemoveArgs, options?: ThriftCallOptions): Promise<void>;
}
