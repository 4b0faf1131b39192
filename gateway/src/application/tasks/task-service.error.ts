/**
 * Failures of a request to the task service.
 * - `NOT_FOUND`: the user has no such task.
 * - `ID_TAKEN`: another user's task has this id.
 * - `INVALID`: a value breaks a rule of the task service.
 * - `UNAVAILABLE`: it was not run, or its store is unavailable; a retry can succeed.
 * - `OUTDATED`: the task service does not have the method yet.
 * - `TIMEOUT`: no answer in time; it may have run.
 * - `FAILED`: any other failure; the cause is in the service's log.
 */
export type TaskServiceErrorCode =
  'NOT_FOUND' | 'ID_TAKEN' | 'INVALID' | 'UNAVAILABLE' | 'OUTDATED' | 'TIMEOUT' | 'FAILED';

/** A request to the task service that failed. */
export class TaskServiceError extends Error {
  override readonly name = 'TaskServiceError';

  constructor(
    readonly code: TaskServiceErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
