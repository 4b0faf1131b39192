// Written by thrift-types from tasks.thrift: change that file and run it again.
import type { ThriftCallOptions, ThriftContext, ThriftReply } from 'nestjs-thrift';

/** Open tasks that have a date, or a star. */
export enum AgendaView {
  /** By `dueOn`, then id. */
  DUE = 1,
  /** By `createdOn`, then id. */
  STARRED = 2,
}

/**
 * A task of one user. `all`, `add`, `update` and `upsert` return fields 1 to 5 only and accept no others; all other
 * methods return every field.
 */
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
  /** Plain text, up to 8,192 characters (UTF-16 units). */
  readonly note?: string | undefined;
  /**
   * The reader's wall clock, without a time zone: `2026-12-01` or `2026-12-01T09:30`, of the years 1900 to 2999. The order
   * of texts is the order of times.
   */
  readonly dueOn?: string | undefined;
  /** Whether the task has a star. */
  readonly starred?: boolean | undefined;
  /**
   * A recurrence rule of RFC 5545 without a start: `FREQ=MONTHLY;BYMONTHDAY=1`. Needs `dueOn`. Stored complete: what a rule
   * would take from its start is added from `dueOn` when the rule is set.
   */
  readonly repeat?: string | undefined;
  /** When `done` became true, as `createdOn` is written. Taken by `insertAll` alone. */
  readonly doneOn?: string | undefined;
  /** Sort key of clients, 1 to 48 of `0-9A-Za-z`. The order of lists stays that of `all`. */
  readonly position?: string | undefined;
  /** When anything of the task but its owner was last changed, as `createdOn` is written. Unset: never. */
  readonly changedOn?: string | undefined;
}

/** Changes of a task. Unset fields are left unchanged; an empty text clears `note`, `dueOn`, `repeat` or `position`. */
export interface TaskEdit {
  readonly name?: string | undefined;
  /** True, of a task with `repeat`: also adds its successor. False: removes the successor unless it was changed. */
  readonly done?: boolean | undefined;
  readonly note?: string | undefined;
  readonly dueOn?: string | undefined;
  readonly starred?: boolean | undefined;
  readonly repeat?: string | undefined;
  readonly position?: string | undefined;
  /**
   * The caller's wall clock, as `dueOn` is written: a successor is due after it. Unset: the day at UTC-12, where a day ends
   * last.
   */
  readonly now?: string | undefined;
  /** Changes the task only at this revision: another one is 412, unless the task already is as the edit wants it. */
  readonly ifRevision?: string | undefined;
}

/** What `edit` answers. */
export interface Edited {
  /** The task after the edit. */
  readonly task?: Task | undefined;
  /** The task that follows it in a series, which this edit added or kept. */
  readonly successor?: Task | undefined;
}

/** What `insertAll` did with one task: the stored one, or a code and message as of BaseException. */
export interface Inserted {
  readonly task?: Task | undefined;
  /** Whether the task is new. False: the user had one of that id, which is returned unchanged, or the task was rejected. */
  readonly created?: boolean | undefined;
  /** 400 or 409. */
  readonly code?: number | undefined;
  readonly message?: string | undefined;
}

/** Which tasks `agenda` returns. */
export interface AgendaFilter {
  readonly view?: AgendaView | undefined;
  /** Only tasks due at this wall clock or later. With DUE only, like `dueBefore`. */
  readonly dueFrom?: string | undefined;
  /** Only tasks due before this wall clock: `2026-12-02` includes all of the first. */
  readonly dueBefore?: string | undefined;
}

/** Numbers of a user's tasks. */
export interface TaskTotals {
  /** Tasks that are not done. */
  readonly open?: bigint | undefined;
  /** Tasks that are done. */
  readonly done?: bigint | undefined;
  /** Open tasks due before today. */
  readonly overdue?: bigint | undefined;
  /** Open tasks due today. */
  readonly dueToday?: bigint | undefined;
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
   * Only tasks whose name contains every word of this text, in any order, up to 256 characters (UTF-16 units). Case makes
   * no difference, nor do diacritics and compatibility forms (Unicode NFKC): full-width letters match plain ones.
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
  /** 400 invalid input, 404 not found, 409 id taken, 412 another revision, 503 store unavailable. */
  readonly code?: number | undefined;
  /** What was wrong, in words. */
  readonly message?: string | undefined;
}

export const USER_ID_MAX_LENGTH = 256;

export const NAME_MAX_LENGTH = 4096;

export const NOTE_MAX_LENGTH = 8192;

export const REPEAT_MAX_LENGTH = 256;

export const POSITION_MAX_LENGTH = 48;

export const SEARCH_TEXT_MAX_LENGTH = 256;

/** Maximum number of tasks in a page. */
export const PAGE_MAX_TASKS = 1000;

/** Length of names and notes after which a page of `page`, `find` and `agenda` ends early, with a `nextCursor`. */
export const PAGE_TEXT_LENGTH = 1048576;

/** Maximum number of tasks in one call of `insertAll` or `removeSome`. */
export const BATCH_MAX_TASKS = 100;

/** Maximum number of tasks that one call of `removeAll` removes. */
export const REMOVED_AT_ONCE = 1000;

/** Maximum number of users in one call of `agenda` or `totals`. */
export const USERS_AT_ONCE = 200;

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

/** The arguments of `Tasks.edit`. */
export interface TasksEditArgs {
  /** The task to change. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
  /** What to change; nothing set changes nothing. */
  readonly edit?: TaskEdit | undefined;
}

/** The arguments of `Tasks.insertAll`. */
export interface TasksInsertAllArgs {
  /** The owner of all of them; `userId` of a task is ignored. */
  readonly userId?: string | undefined;
  /** The tasks, each with an id. */
  readonly tasks?: readonly Task[] | undefined;
}

/** The arguments of `Tasks.move`. */
export interface TasksMoveArgs {
  /** The task to move. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
  /** The new owner. */
  readonly toUserId?: string | undefined;
}

/** The arguments of `Tasks.removeSome`. */
export interface TasksRemoveSomeArgs {
  /** The owner. */
  readonly userId?: string | undefined;
  /** The tasks to remove. */
  readonly taskIds?: readonly string[] | undefined;
}

/** The arguments of `Tasks.removeIf`. */
export interface TasksRemoveIfArgs {
  /** The task to remove. */
  readonly taskId?: string | undefined;
  /** The owner. */
  readonly userId?: string | undefined;
  /** The revision at which the caller read it. */
  readonly ifRevision?: string | undefined;
}

/** The arguments of `Tasks.agenda`. */
export interface TasksAgendaArgs {
  /** Whose tasks: 1 to 200 users. */
  readonly userIds?: readonly string[] | undefined;
  /** Which tasks. */
  readonly filter?: AgendaFilter | undefined;
  /** The greatest number of tasks to return, 1 to 1,000. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; unset or empty starts with the first task. */
  readonly after?: string | undefined;
}

/** The arguments of `Tasks.totals`. */
export interface TasksTotalsArgs {
  /** Whose tasks: 1 to 200 users. */
  readonly userIds?: readonly string[] | undefined;
  /** The caller's day: `2026-12-01`. */
  readonly today?: string | undefined;
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
   * an unknown id is 404, never an insert. A later field than `done` is 400: use `edit`.
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

  /**
   * Changes what the edit sets of the user's task, and adds or removes its successor if it repeats.
   * @throws ThriftException of {@link BaseException}: 400, 404, 412, 503. Another user's task is 404.
   */
  edit(args: TasksEditArgs, context: ThriftContext): ThriftReply<Edited>;

  /**
   * Adds up to 100 tasks under ids that the caller chose, and returns one result for each, in the same order: a task that
   * is rejected keeps no other one out. Repeating the call is safe, as with `create`. `createdOn` and the `doneOn` of a done
   * task are taken if they are not later than a minute from now; otherwise, and unset, they are now.
   * @throws ThriftException of {@link BaseException}: 400 (no tasks or too many), 503: any of them may have been added.
   */
  insertAll(args: TasksInsertAllArgs, context: ThriftContext): ThriftReply<readonly Inserted[]>;

  /**
   * Gives the user's task to another user, whole and under its id. The same call again returns the task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503.
   */
  move(args: TasksMoveArgs, context: ThriftContext): ThriftReply<Task>;

  /**
   * Removes up to 100 of the user's tasks and returns how many there are no more: all, also those that were gone before.
   * @throws ThriftException of {@link BaseException}: 400, 503: any of them may have been removed.
   */
  removeSome(args: TasksRemoveSomeArgs, context: ThriftContext): ThriftReply<number>;

  /**
   * Removes the user's task if it is at a revision. A task that is gone already is a success.
   * @throws ThriftException of {@link BaseException}: 400, 412, 503.
   */
  removeIf(args: TasksRemoveIfArgs, context: ThriftContext): ThriftReply<void>;

  /**
   * One page of the open tasks of several users that have a date, or a star; stable while tasks are added.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  agenda(args: TasksAgendaArgs, context: ThriftContext): ThriftReply<TaskPage>;

  /**
   * Numbers of tasks of each of several users; zeros for an unknown one.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  totals(args: TasksTotalsArgs, context: ThriftContext): ThriftReply<ReadonlyMap<string, TaskTotals>>;
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
   * an unknown id is 404, never an insert. A later field than `done` is 400: use `edit`.
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

  /**
   * Changes what the edit sets of the user's task, and adds or removes its successor if it repeats.
   * @throws ThriftException of {@link BaseException}: 400, 404, 412, 503. Another user's task is 404.
   */
  edit(args: TasksEditArgs, options?: ThriftCallOptions): Promise<Edited>;

  /**
   * Adds up to 100 tasks under ids that the caller chose, and returns one result for each, in the same order: a task that
   * is rejected keeps no other one out. Repeating the call is safe, as with `create`. `createdOn` and the `doneOn` of a done
   * task are taken if they are not later than a minute from now; otherwise, and unset, they are now.
   * @throws ThriftException of {@link BaseException}: 400 (no tasks or too many), 503: any of them may have been added.
   */
  insertAll(args: TasksInsertAllArgs, options?: ThriftCallOptions): Promise<readonly Inserted[]>;

  /**
   * Gives the user's task to another user, whole and under its id. The same call again returns the task.
   * @throws ThriftException of {@link BaseException}: 400, 404, 503.
   */
  move(args: TasksMoveArgs, options?: ThriftCallOptions): Promise<Task>;

  /**
   * Removes up to 100 of the user's tasks and returns how many there are no more: all, also those that were gone before.
   * @throws ThriftException of {@link BaseException}: 400, 503: any of them may have been removed.
   */
  removeSome(args: TasksRemoveSomeArgs, options?: ThriftCallOptions): Promise<number>;

  /**
   * Removes the user's task if it is at a revision. A task that is gone already is a success.
   * @throws ThriftException of {@link BaseException}: 400, 412, 503.
   */
  removeIf(args: TasksRemoveIfArgs, options?: ThriftCallOptions): Promise<void>;

  /**
   * One page of the open tasks of several users that have a date, or a star; stable while tasks are added.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  agenda(args: TasksAgendaArgs, options?: ThriftCallOptions): Promise<TaskPage>;

  /**
   * Numbers of tasks of each of several users; zeros for an unknown one.
   * @throws ThriftException of {@link BaseException}: 400, 503.
   */
  totals(args: TasksTotalsArgs, options?: ThriftCallOptions): Promise<ReadonlyMap<string, TaskTotals>>;
}
