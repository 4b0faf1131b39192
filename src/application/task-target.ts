import type { Task } from '../domain/task.js';

export interface MergeCounts {
  /** They were new. */
  readonly added: number;
  /** They existed already, identically. */
  readonly same: number;
  /** They existed and differed; they were replaced. */
  readonly replaced: number;
  /** They existed and differed; nothing was changed. */
  readonly kept: number;
}

/** A store that receives tasks of another one, with their ids and times. Other tasks in it are never changed. */
export abstract class TaskTarget {
  /**
   * Stores these tasks durably. Repeating it changes nothing.
   *
   * @param overwrite Whether an existing task that differs is replaced; otherwise it is left unchanged.
   */
  abstract merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts>;

  /** Returns how many of these tasks exist, equal or not. */
  abstract countPresent(tasks: readonly Task[]): Promise<number>;
}
