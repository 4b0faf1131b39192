/**
 * Every reason for which the service rejects a call. Codes are mapped over `Record<TaskErrorCode, …>`, so that a
 * new code doesn't compile until it is mapped everywhere.
 *
 * - `INVALID_INPUT`: the caller has to change the call; the message names the field and the rule.
 * - `NOT_FOUND`: the user has no such task; another user's task counts as missing.
 * - `ID_TAKEN`: another user's task has the id; the caller has to choose another one.
 * - `OTHER_REVISION`: the task was changed since the caller read it; the caller has to read it again.
 * - `STORE_UNAVAILABLE`: the store didn't answer, or not in time; the call may be retried.
 * - `BUSY`: too many such calls are waiting; the call was not run and may be retried.
 */
export type TaskErrorCode =
  'INVALID_INPUT' | 'NOT_FOUND' | 'ID_TAKEN' | 'OTHER_REVISION' | 'STORE_UNAVAILABLE' | 'BUSY';

/** A domain rule that an input violates. */
interface Violation {
  /** The domain's name of the field: `userId`. */
  readonly field: string;
  /** The rule, as the rest of a sentence: `must not be empty`. */
  readonly rule: string;
}

interface TaskErrorOptions extends ErrorOptions {
  readonly violation?: Violation;
}

/**
 * The only error that domain, use cases and stores throw deliberately. Its message is safe to send; its cause is not.
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  /** The violated rule; set for INVALID_INPUT created by `invalid`. */
  readonly violation: Violation | undefined;

  /**
   * @param code Reason for the rejection.
   * @param message Description for the caller.
   * @param options `violation`: the violated rule. `cause`: the underlying error, for the log only.
   */
  constructor(
    readonly code: TaskErrorCode,
    message: string,
    options: TaskErrorOptions = {},
  ) {
    super(message, options);
    this.violation = options.violation;
  }

  /** Input that violates a rule: `TaskError.invalid('userId', 'must not be empty')`. */
  static invalid(field: string, rule: string): TaskError {
    return new TaskError('INVALID_INPUT', `${field} ${rule}`, { violation: { field, rule } });
  }

  /** The user has no task with that id. */
  static notFound(): TaskError {
    return new TaskError('NOT_FOUND', 'Task not found');
  }

  /** Another user's task has the id. */
  static idTaken(): TaskError {
    return new TaskError('ID_TAKEN', 'Task id is taken');
  }

  /** The task was changed since the caller read it. */
  static otherRevision(): TaskError {
    return new TaskError('OTHER_REVISION', 'Task is at another revision: read it again');
  }

  /** Others changed the task between each reading and its change. */
  static overtaken(): TaskError {
    return new TaskError('STORE_UNAVAILABLE', 'Others change the task all the time: repeat the call');
  }

  /** Too many such calls are waiting. */
  static busy(): TaskError {
    return new TaskError('BUSY', 'too many lists are being read');
  }

  /** The store failed; `cause` is its error. */
  static storeUnavailable(cause: unknown): TaskError {
    return new TaskError('STORE_UNAVAILABLE', 'Task store unavailable', { cause });
  }
}
