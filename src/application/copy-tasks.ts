import type { TaskSource } from './task-source.js';
import type { MergeCounts, TaskTarget } from './task-target.js';

/** Size of a chunk: some milliseconds of work for either store, which is also the maximum delay of other writes. */
const TASKS_PER_BATCH = 500;

/** Result of a copy, and of the comparison after it. */
export interface CopyReport extends MergeCounts {
  /** Tasks in the source, counted at the end. */
  readonly inSource: number;
  /** Number of those found in the target. If it is lower, run the copy again. */
  readonly inTarget: number;
}

/** Progress. Copying is followed by comparing; each processes every task once. */
export type OnCopyProgress = (step: 'copying' | 'comparing', tasksDone: number, tasksInAll: number) => void;

/**
 * Copies all tasks of one store into another. Never removes anything, so it can be stopped at any time and run again:
 * existing tasks are left unchanged.
 */
export class CopyTasks {
  readonly #source: TaskSource;
  readonly #target: TaskTarget;

  constructor(source: TaskSource, target: TaskTarget) {
    this.#source = source;
    this.#target = target;
  }

  /**
   * Resolves when everything was copied and compared; rejects with the error of the store that failed.
   *
   * @param overwrite Whether differing tasks of the target are replaced.
   */
  async execute(overwrite: boolean, onProgress: OnCopyProgress = () => undefined): Promise<CopyReport> {
    const total = await this.#source.count();
    const counts = { added: 0, same: 0, replaced: 0, kept: 0 };
    let done = 0;
    onProgress('copying', 0, total);
    for await (const tasks of this.#source.batches(TASKS_PER_BATCH)) {
      const merged = await this.#target.merge(tasks, overwrite);
      for (const what of ['added', 'same', 'replaced', 'kept'] as const) counts[what] += merged[what];
      done += tasks.length;
      onProgress('copying', done, total);
    }
    return { ...counts, ...(await this.#compare(done, onProgress)) };
  }

  async #compare(total: number, onProgress: OnCopyProgress): Promise<Pick<CopyReport, 'inSource' | 'inTarget'>> {
    let inSource = 0;
    let inTarget = 0;
    for await (const tasks of this.#source.batches(TASKS_PER_BATCH)) {
      inSource += tasks.length;
      inTarget += await this.#target.countPresent(tasks);
      onProgress('comparing', inSource, total);
    }
    return { inSource, inTarget };
  }
}
