/**
 * Failures of a request to the task service.
 * - `NOT_FOUND`: the list has no such task.
 * - `ID_TAKEN`: a task of another list has this id.
 * - `CHANGED`: the task is at another revision than the caller knows; nothing was done.
 * - `INVALID`: a value breaks a rule of the task service.
 * - `UNAVAILABLE`: it was not run, or its store is unavailable; a retry can succeed.
 * - `OUTDATED`: the task service does not have the method yet.
 * - `TIMEOUT`: no answer in time; it may have run.
 * - `FAILED`: any other failure; the cause is in the service's log.
 */
export type TaskServiceErrorCode =
  'NOT_FOUND' | 'ID_TAKEN' | 'CHANGED' | 'INVALID' | 'UNAVAILABLE' | 'OUTDATED' | 'TIMEOUT' | 'FAILED';

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
