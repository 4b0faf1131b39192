import type { Task } from '../domain/task.js';

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
