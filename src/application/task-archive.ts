import type { Task } from '../domain/task.js';

/** All tasks of all users, to be copied elsewhere. Every method rejects with an error of the store that says why. */
export abstract class TaskSource {
  /** How many tasks there are now. */
  abstract count(): Promise<number>;

  /**
   * Every task once, in no order that means anything. Tasks that are added meanwhile may be among them or not.
   *
   * @param size How many tasks come at once, at most.
   */
  abstract batches(size: number): AsyncIterable<readonly Task[]>;
}

/** What became of the tasks that were to be stored. */
export interface MergeCounts {
  /** They were not there. */
  readonly added: number;
  /** They were there, just so. */
  readonly same: number;
  /** They were there and differed: they are now as they were to be stored. */
  readonly replaced: number;
  /** They were there and differed: nothing was changed. */
  readonly kept: number;
}

/** Whether two tasks of one id are alike in everything else. */
export function isAlike(one: Task, other: Task): boolean {
  return (
    one.userId === other.userId &&
    one.name === other.name &&
    one.done === other.done &&
    one.createdOn.getTime() === other.createdOn.getTime()
  );
}

/** A store that takes tasks of another one, with their ids and times. Other tasks in it are never touched. */
export abstract class TaskTarget {
  /**
   * Stores these tasks durably. Doing it again changes nothing.
   *
   * @param overwrite Whether a task that is there and differs is replaced; otherwise it stays as it is.
   */
  abstract merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts>;

  /** How many of these tasks are there, whatever they look like. */
  abstract countPresent(tasks: readonly Task[]): Promise<number>;
}

/** A backup that was made. */
export interface BackupReport {
  /** Its path. */
  readonly file: string;
  readonly tasks: number;
  readonly bytes: number;
}
