/**
 * Every reason for which the service rejects a call. Closed: codes are mapped over `Record<TaskErrorCode, …>`, so that a
 * new code doesn't compile until it is mapped everywhere.
 *
 * - `INVALID_INPUT`: the caller has to change the call; the message names the field and the rule.
 * - `NOT_FOUND`: the user has no such task; another user's task counts as missing.
 * - `ID_TAKEN`: another user's task has the id; the caller has to choose another one.
 * - `STORE_UNAVAILABLE`: the store didn't answer, or not in time; the call may be tried again.
 * - `BUSY`: too many such calls wait already; the call was not run and may be tried again.
 */
export type TaskErrorCode = 'INVALID_INPUT' | 'NOT_FOUND' | 'ID_TAKEN' | 'STORE_UNAVAILABLE' | 'BUSY';

/** A rule of the domain that an input breaks. */
export interface Violation {
  /** The field by its name in the domain: `userId`. */
  readonly field: string;
  /** What it must be, as the rest of a sentence: `must not be empty`. */
  readonly rule: string;
}

/** Options of a TaskError. */
export interface TaskErrorOptions extends ErrorOptions {
  readonly violation?: Violation;
}

/** The one error that domain, use cases and stores throw on purpose. Its message is safe to send; its cause is not. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  /** The rule that the input breaks; set for INVALID_INPUT that `invalid` made. */
  readonly violation: Violation | undefined;

  /**
   * @param code Why the call is rejected.
   * @param message What was wrong, in words that the caller may read.
   * @param options `violation`: the broken rule. `cause`: the underlying error, for the log only.
   */
  constructor(
    readonly code: TaskErrorCode,
    message: string,
    options: TaskErrorOptions = {},
  ) {
    super(message, options);
    this.violation = options.violation;
  }

  /** Input that breaks a rule: `TaskError.invalid('userId', 'must not be empty')`. */
  static invalid(field: string, rule: string): TaskError {
    return new TaskError('INVALID_INPUT', `${field} ${rule}`, { violation: { field, rule } });
  }

  /** The user has no task of that id. */
  static notFound(): TaskError {
    return new TaskError('NOT_FOUND', 'Task not found');
  }

  /** Another user's task has the id. */
  static idTaken(): TaskError {
    return new TaskError('ID_TAKEN', 'Task id is taken');
  }

  /** Too many calls of the kind wait already. */
  static busy(): TaskError {
    return new TaskError('BUSY', 'too many lists are being read');
  }

  /** The store failed; `cause` says how. */
  static storeUnavailable(cause: unknown): TaskError {
    return new TaskError('STORE_UNAVAILABLE', 'Task store unavailable', { cause });
  }
}
