/**
 * The contract of the Tasks service.
 *
 * `all`, `add`, `update`, `upsert`, `Task` and `BaseException` are held by clients that exist: their names, field ids,
 * types and `throws` never change. Methods may be added.
 *
 * Error codes: 400 invalid input (the message names the field and the rule), 404 not found, 409 another user's task has
 * the id, 503 store unavailable. Methods with `throws` raise them as BaseException. `all` and `add` declare no exception,
 * so there the same rejection travels as a TApplicationException (INTERNAL_ERROR) whose message starts with the code, for
 * instance `400 userId must not be empty`.
 */
namespace * tasks

/** A task of one user. */
struct Task {
  /** 24 hexadecimal digits, given by the service. Unset in `upsert`: a new task. */
  1: optional string id,
  /** The owner, 1 to 256 characters (UTF-16 units). */
  2: string userId,
  /**
   * Up to 4,096 characters (UTF-16 units). `upsert` with an empty name leaves the stored name as it is, since Python,
   * Java and Node clients send this default for a name that nobody set; only `update` can empty a name.
   */
  3: optional string name = "",
  /** When the task was added: ISO 8601, UTC, milliseconds, for instance `2026-11-23T21:45:00.647Z`. Ignored in input. */
  4: optional string createdOn,
  /** Whether the task is done. A new task is not. */
  5: optional bool done
}

/** What `check` answers. */
struct Healthcheck {
  /** True only after the store answered a real round trip within 1 s. */
  1: bool ok,
  /** `OK`, or why not: `Task store unavailable`, `Shutting down`. */
  2: string message
}

/** One page of a user's tasks. */
struct TaskPage {
  /** The tasks, in the order of `all`. */
  1: list<Task> tasks,
  /** What to pass as `after` for the next page; unset on the last one. */
  2: optional string nextCursor
}

/** Which tasks `find` returns. What is unset, or an empty text, excludes none. */
struct TaskFilter {
  /** True: only done tasks. False: only open ones. */
  1: optional bool done,
  /**
   * Only tasks whose name contains this text, up to 256 characters (UTF-16 units). Case makes no difference, nor do
   * compatibility forms (Unicode NFKC): full-width letters match plain ones.
   */
  2: optional string text
}

/** How many tasks a user has. */
struct TaskCounts {
  /** Tasks that are not done. */
  1: i64 open,
  /** Tasks that are done. */
  2: i64 done
}

/** A rejection, with a code that a program can act on. */
exception BaseException {
  /** 400 invalid input, 404 not found, 409 id taken, 503 store unavailable. */
  1: i32 code,
  /** What was wrong, in words. */
  2: string message
}

/** Stores and manages tasks for other services. */
service Tasks {
  /** Whether the service works. Never raises. */
  Healthcheck check()

  /**
   * The user's tasks, newest first, ties by id descending; empty for an unknown user. Too many for one message are rejected:
   * read them by `page`.
   */
  list<Task> all(
    /** Whose tasks. */
    1: string userId
  )

  /** Adds a task, not done, created now. */
  Task add(
    /** The owner. */
    1: string userId,
    /** Unset means empty. */
    2: string name
  )

  /**
   * Changes what is set of the user's task and returns it whole; nothing set changes nothing.
   *
   * Generated Go clients always send `name` and `done`, generated Java clients always send `done`: to change one field
   * from there, use `upsert`.
   */
  Task update(
    /** The task to change. */
    1: string taskId,
    /** The new name; unset leaves it. */
    2: string name,
    /** Whether it is done; unset leaves it. */
    3: bool done,
    /** The owner. */
    4: string userId
  ) throws (
    /** 400, 404, 503. Another user's task is 404. */
    1: BaseException ouch
  )

  /**
   * Without `task.id`: adds a task, with `name` and `done` as given. With it: changes what is set of the user's task;
   * an unknown id is 404, never an insert.
   */
  Task upsert(
    /** The task; `userId` is always needed. */
    1: Task task
  ) throws (
    /** 400, 404, 503. */
    1: BaseException ouch
  )

  /** One page of the user's tasks, in the order of `all`; stable while tasks are added. */
  TaskPage page(
    /** Whose tasks. */
    1: string userId,
    /** The greatest number of tasks to return, 1 to 1,000. */
    2: i32 limit,
    /** `nextCursor` of the page before; unset or empty starts with the newest task. */
    3: string after
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )

  /** Removes the user's task. */
  void remove(
    /** The task to remove. */
    1: string taskId,
    /** The owner. */
    2: string userId
  ) throws (
    /** 400, 404, 503. Another user's task is 404. */
    1: BaseException ouch
  )

  /** The user's task. */
  Task get(
    /** The task to read. */
    1: string taskId,
    /** The owner. */
    2: string userId
  ) throws (
    /** 400, 404, 503. Another user's task is 404. */
    1: BaseException ouch
  )

  /**
   * Adds a task, not done, created now, under an id that the caller chose. When the user has a task of that id already,
   * returns that one unchanged: a caller that got no answer repeats the call safely. An id that was removed meanwhile is
   * added anew.
   */
  Task create(
    /** 24 hexadecimal digits, made like an ObjectId: seconds since 1970 (4 bytes), then 8 bytes that nobody else makes. */
    1: string taskId,
    /** The owner. */
    2: string userId,
    /** Unset means empty. */
    3: string name
  ) throws (
    /** 400, 409, 503. 409: another user's task has the id. */
    1: BaseException ouch
  )

  /**
   * One page of the user's tasks that match, in the order of `all`; stable while tasks are added.
   *
   * With a text, one call looks at no more than 1,000 tasks: a page can hold fewer tasks than `limit`, even none, and
   * still have a `nextCursor`. Only a page without it is the last one.
   */
  TaskPage find(
    /** Whose tasks. */
    1: string userId,
    /** Which tasks; unset means all. */
    2: TaskFilter filter,
    /** The greatest number of tasks to return, 1 to 1,000. */
    3: i32 limit,
    /** `nextCursor` of the page before; unset or empty starts with the newest task. */
    4: string after
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )

  /** How many tasks the user has; none for an unknown user. */
  TaskCounts count(
    /** Whose tasks. */
    1: string userId
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )

  /** Removes up to 1,000 of the user's tasks and returns how many it removed. Call it until it returns 0: none is left. */
  i32 removeAll(
    /** Whose tasks. */
    1: string userId,
    /** True: only done tasks. False: every task. Must be set. */
    2: bool onlyDone
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )
}
