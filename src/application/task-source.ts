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
