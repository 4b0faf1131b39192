import { runInNextTask } from '../../src/api/next-task.js';

/** More than the tasks of a request and of what follows its answer. */
const TASKS = 20;

/** Resolves once everything has happened that waits for no timer. Without a time of its own: a busy machine takes longer. */
export async function settle(): Promise<void> {
  for (let task = 0; task < TASKS; task++) {
    await new Promise<void>(runInNextTask);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
