/** Access to tasks for the removal of accounts and lists. */
export abstract class TaskRemoval {
  /** Removes some of an owner's tasks; returns how many, 0 = none left. Rejects when Tasks can't be reached. */
  abstract removeAll(ownerId: string): Promise<number>;
}

/** Time in which requests that were authorized before an end may still add tasks: more than the longest request. */
export const LATE_TASKS_MS = 60_000;
