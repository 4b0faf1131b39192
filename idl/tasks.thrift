/**
 * The contract of the Tasks service.
 *
 * `all`, `add`, `update`, `upsert`, `Task` and `BaseException` are held by clients that exist: their names, field ids,
 * types and `throws` never change. Methods may be added.
 *
 * Error codes: 400 invalid input (the message names the field and the rule), 404 not found, 409 another user's task has
 * the id, 412 the task is at another revision, 503 store unavailable. Methods with `throws` raise them as BaseException.
 * `all` and `add` declare no exception, so there the same rejection travels as a TApplicationException (INTERNAL_ERROR)
 * whose message starts with the code, for instance `400 userId must not be empty`.
 */
namespace * tasks

// Lengths are in UTF-16 units.

const i32 USER_ID_MAX_LENGTH = 256
const i32 NAME_MAX_LENGTH = 4096
const i32 NOTE_MAX_LENGTH = 8192
const i32 REPEAT_MAX_LENGTH = 256
const i32 POSITION_MAX_LENGTH = 48
const i32 SEARCH_TEXT_MAX_LENGTH = 256
/** Maximum number of tasks in a page. */
const i32 PAGE_MAX_TASKS = 1000
/** Length of names and notes after which a page of `page`, `find` and `agenda` ends early, with a `nextCursor`. */
const i32 PAGE_TEXT_LENGTH = 1048576
/** Maximum number of tasks in one call of `insertAll` or `removeSome`. */
const i32 BATCH_MAX_TASKS = 100
/** Maximum number of tasks that one call of `removeAll` removes. */
const i32 REMOVED_AT_ONCE = 1000
/** Maximum number of users in one call of `agenda` or `totals`. */
const i32 USERS_AT_ONCE = 200

/**
 * A task of one user. `all`, `add`, `update` and `upsert` return fields 1 to 5 only and accept no others; all other
 * methods return every field.
 */
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
  5: optional bool done,
  /** Plain text, up to 8,192 characters (UTF-16 units). */
  6: optional string note,
  /**
   * The reader's wall clock, without a time zone: `2026-12-01` or `2026-12-01T09:30`, of the years 1900 to 2999. The order
   * of texts is the order of times.
   */
  7: optional string dueOn,
  /** Whether the task has a star. */
  8: optional bool starred,
  /**
   * A recurrence rule of RFC 5545 without a start: `FREQ=MONTHLY;BYMONTHDAY=1`. Needs `dueOn`. Stored complete: what a rule
   * would take from its start is added from `dueOn` when the rule is set.
   */
  9: optional string repeat,
  /** When `done` became true, as `createdOn` is written. Taken by `insertAll` alone. */
  10: optional string doneOn,
  /** Sort key of clients, 1 to 48 of `0-9A-Za-z`. The order of lists stays that of `all`. */
  11: optional string position,
  /** When anything of the task but its owner was last changed, as `createdOn` is written. Unset: never. */
  12: optional string changedOn
}

/** Changes of a task. Unset fields are left unchanged; an empty text clears `note`, `dueOn`, `repeat` or `position`. */
struct TaskEdit {
  1: optional string name,
  /** True, of a task with `repeat`: also adds its successor. False: removes the successor unless it was changed. */
  2: optional bool done,
  3: optional string note,
  4: optional string dueOn,
  5: optional bool starred,
  6: optional string repeat,
  7: optional string position,
  /**
   * The caller's wall clock, as `dueOn` is written: a successor is due after it. Unset: the day at UTC-12, where a day ends
   * last.
   */
  8: optional string now,
  /** Changes the task only at this revision: another one is 412, unless the task already is as the edit wants it. */
  9: optional string ifRevision
}

/** What `edit` answers. */
struct Edited {
  /** The task after the edit. */
  1: Task task,
  /** The task that follows it in a series, which this edit added or kept. */
  2: optional Task successor
}

/** What `insertAll` did with one task: the stored one, or a code and message as of BaseException. */
struct Inserted {
  1: optional Task task,
  /** Whether the task is new. False: the user had one of that id, which is returned unchanged, or the task was rejected. */
  2: bool created,
  /** 400 or 409. */
  3: optional i32 code,
  4: optional string message
}

/** Open tasks that have a date, or a star. */
enum AgendaView {
  /** By `dueOn`, then id. */
  DUE = 1,
  /** By `createdOn`, then id. */
  STARRED = 2
}

/** Which tasks `agenda` returns. */
struct AgendaFilter {
  1: AgendaView view,
  /** Only tasks due at this wall clock or later. With DUE only, like `dueBefore`. */
  2: optional string dueFrom,
  /** Only tasks due before this wall clock: `2026-12-02` includes all of the first. */
  3: optional string dueBefore
}

/** Numbers of a user's tasks. */
struct TaskTotals {
  /** Tasks that are not done. */
  1: i64 open,
  /** Tasks that are done. */
  2: i64 done,
  /** Open tasks due before today. */
  3: i64 overdue,
  /** Open tasks due today. */
  4: i64 dueToday
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
   * Only tasks whose name contains every word of this text, in any order, up to 256 characters (UTF-16 units). Case makes
   * no difference, nor do diacritics and compatibility forms (Unicode NFKC): full-width letters match plain ones.
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
  /** 400 invalid input, 404 not found, 409 id taken, 412 another revision, 503 store unavailable. */
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
   * an unknown id is 404, never an insert. A later field than `done` is 400: use `edit`.
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

  /** Changes what the edit sets of the user's task, and adds or removes its successor if it repeats. */
  Edited edit(
    /** The task to change. */
    1: string taskId,
    /** The owner. */
    2: string userId,
    /** What to change; nothing set changes nothing. */
    3: TaskEdit edit
  ) throws (
    /** 400, 404, 412, 503. Another user's task is 404. */
    1: BaseException ouch
  )

  /**
   * Adds up to 100 tasks under ids that the caller chose, and returns one result for each, in the same order: a task that
   * is rejected keeps no other one out. Repeating the call is safe, as with `create`. `createdOn` and the `doneOn` of a done
   * task are taken if they are not later than a minute from now; otherwise, and unset, they are now.
   */
  list<Inserted> insertAll(
    /** The owner of all of them; `userId` of a task is ignored. */
    1: string userId,
    /** The tasks, each with an id. */
    2: list<Task> tasks
  ) throws (
    /** 400 (no tasks or too many), 503: any of them may have been added. */
    1: BaseException ouch
  )

  /** Gives the user's task to another user, whole and under its id. The same call again returns the task. */
  Task move(
    /** The task to move. */
    1: string taskId,
    /** The owner. */
    2: string userId,
    /** The new owner. */
    3: string toUserId
  ) throws (
    /** 400, 404, 503. */
    1: BaseException ouch
  )

  /** Removes up to 100 of the user's tasks and returns how many there are no more: all, also those that were gone before. */
  i32 removeSome(
    /** The owner. */
    1: string userId,
    /** The tasks to remove. */
    2: list<string> taskIds
  ) throws (
    /** 400, 503: any of them may have been removed. */
    1: BaseException ouch
  )

  /** Removes the user's task if it is at a revision. A task that is gone already is a success. */
  void removeIf(
    /** The task to remove. */
    1: string taskId,
    /** The owner. */
    2: string userId,
    /** The revision at which the caller read it. */
    3: string ifRevision
  ) throws (
    /** 400, 412, 503. */
    1: BaseException ouch
  )

  /** One page of the open tasks of several users that have a date, or a star; stable while tasks are added. */
  TaskPage agenda(
    /** Whose tasks: 1 to 200 users. */
    1: list<string> userIds,
    /** Which tasks. */
    2: AgendaFilter filter,
    /** The greatest number of tasks to return, 1 to 1,000. */
    3: i32 limit,
    /** `nextCursor` of the page before; unset or empty starts with the first task. */
    4: string after
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )

  /** Numbers of tasks of each of several users; zeros for an unknown one. */
  map<string, TaskTotals> totals(
    /** Whose tasks: 1 to 200 users. */
    1: list<string> userIds,
    /** The caller's day: `2026-12-01`. */
    2: string today
  ) throws (
    /** 400, 503. */
    1: BaseException ouch
  )
}
