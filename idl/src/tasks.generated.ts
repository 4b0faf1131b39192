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

/** Which tasks `find` returns. What is unset, or an empty text, excludes none. */
export interface TaskFilter {
  /** True: only done tasks. False: only open ones. */
  readonly done?: boolean | undefined;
  /**
   * Only tasks whose name contains this text, up to 256 characters (UTF-16 units). Case makes no difference, nor do
   * compatibility forms (Unicode NFKC): full-width letters match plain ones.
   */
  readonly text?: string | undefined;
}

/** How many tasks a user has. */
export interface TaskCounts {
  /** Tasks that are not done. */
  readonly open?: bigint | undefined;
  /** Tasks that are done. */
  readonly done?: bigint | undefined;
}

/**
 * A rejection, with a code that a program can act on.
 * Thrown and caught as `ThriftException<BaseException>`.
 */
export interface BaseException {
  /** 400 invalid input, 404 not found, 409 id taken, 503 store unavailable. */
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

/** The arguments of `Tasks.get`. */
export interface TasksGetArgs {
  /** The task to read. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
}

/** The arguments of `Tasks.create`. */
export interface TasksCreateArgs {
  /** 24 hexadecimal digits, made like an ObjectId: seconds since 1970 (4 bytes), then 8 bytes that nobody else makes. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
  /** Unset means empty. */
  readonly name?: string | undefined;
}

/** The arguments of `Tasks.find`. */
export interface TasksFindArgs {
  /** Whose tasks. */
  readonly userId?: string | undefined;
  /** Which tasks; unset means all. */
  readonly filter?: TaskFilter | undefined;
  /** The greatest number of tasks to return, 1 to 1,000. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; unset or empty starts with the newest task. */
  readonly after?: string | undefined;
}

/** The arguments of `Tasks.count`. */
export interface TasksCountArgs {
  /** Whose tasks. */
  readonly userId?: string | undefined;
}

/** The arguments of `Tasks.removeAll`. */
export interface TasksRemoveAllArgs {
  /** Whose tasks. */
  readonly userId?: string | undefined;
  /** True: only done tasks. False: every task. Must be set. */
  readonly onlyDone?: boolean | undefined;
}

/**
 * Stores and manages tasks for other services.
 * What handles its methods: `class Controller implements TasksHandlers`.
 */
export interface TasksHandlers {
  /** Whether the service works. Never raises. */
  check(args: Record<string, never>, context: ThriftContext): ThriftReply<Healthcheck>;

  /**
   * The user's tasks, newest first, ties by id descending; empty for an unknown user. Too many for one message are rejected:
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

  /**
   * The user's task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  get(args: TasksGetArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * Adds a task, not done, created now, under an id that the caller chose. When the user has a task of that id already,
   * returns that one unchanged: a caller that got no answer repeats the call safely. An id that was removed meanwhile is
   * added anew.
   * @throws ThriftException of {@link BaseException}: 400, 409, 503. 409: another user's task has the id.
   */
  create(args: TasksCreateArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * One page of the user's tasks that match, in the order of `all`; stable while tasks are added.
   *
   * With a text, one call looks at no more than 1,000 tasks: a page can hold fewer tasks than `limit`, even none, and
   * still have a `nextCursor`. Only a page without it is the last one.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  find(args: TasksFindArgs, context: ThriftContext): ThriftReply<TaskPage>;

  /**
   * How many tasks the user has; none for an unknown user.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  count(args: TasksCountArgs, context: ThriftContext): ThriftReply<TaskCounts>;

  /**
   * Removes up to 1,000 of the user's tasks and returns how many it removed. Call it until it returns 0: none is left.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  removeAll(args: TasksRemoveAllArgs, context: ThriftContext): ThriftReply<number>;
}

/**
 * Stores and manages tasks for other services.
 * What calls its methods: `client.getService<TasksClient>('Tasks')`.
 */
export interface TasksClient {
  /** Whether the service works. Never raises. */
  check(args?: Record<string, never>, options?: ThriftCallOptions): Promise<Healthcheck>;

  /**
   * The user's tasks, newest first, ties by id descending; empty for an unknown user. Too many for one message are rejected:
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

  /**
   * The user's task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503. Another user's task is 404.
   */
  get(args: TasksGetArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * Adds a task, not done, created now, under an id that the caller chose. When the user has a task of that id already,
   * returns that one unchanged: a caller that got no answer repeats the call safely. An id that was removed meanwhile is
   * added anew.
   * @throws ThriftException of {@link BaseException}: 400, 409, 503. 409: another user's task has the id.
   */
  create(args: TasksCreateArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * One page of the user's tasks that match, in the order of `all`; stable while tasks are added.
   *
   * With a text, one call looks at no more than 1,000 tasks: a page can hold fewer tasks than `limit`, even none, and
   * still have a `nextCursor`. Only a page without it is the last one.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  find(args: TasksFindArgs, options?: ThriftCallOptions): Promise<TaskPage>;

  /**
   * How many tasks the user has; none for an unknown user.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  count(args: TasksCountArgs, options?: ThriftCallOptions): Promise<TaskCounts>;

  /**
   * Removes up to 1,000 of the user's tasks and returns how many it removed. Call it until it returns 0: none is left.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  removeAll(args: TasksRemoveAllArgs, options?: ThriftCallOptions): Promise<number>;
}
