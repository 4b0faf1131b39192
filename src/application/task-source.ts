import type { Task } from '../domain/task.js';

/** All tasks of all users, to be copied elsewhere. Every method rejects with the store's own error. */
export abstract class TaskSource {
  abstract count(): Promise<number>;

  /**
   * Returns every task once, in arbitrary order. Tasks added meanwhile may be included.
   *
   * @param size Maximum number of tasks per chunk.
   */
  abstract batches(size: number): AsyncIterable<readonly Task[]>;
}
