import type { TaskSource } from './task-source.js';
import type { MergeCounts, TaskTarget } from './task-target.js';

/** Some milliseconds' work for either store, and no write of others waits longer for one of these. */
const TASKS_PER_BATCH = 500;

/** What a copy did, and what a look at both sides found afterwards. */
export interface CopyReport extends MergeCounts {
  /** Tasks in the source, counted at the end. */
  readonly inSource: number;
  /** How many of those are in the target. Fewer mean that the copy has to be run again. */
  readonly inTarget: number;
}

/** How far it is. Copying is followed by comparing, each of which sees every task once. */
export type OnCopyProgress = (step: 'copying' | 'comparing', tasksDone: number, tasksInAll: number) => void;

/**
 * Copies all tasks of one store into another. Nothing is ever removed, so it can be stopped at any time and run again:
 * what is there already is left alone.
 */
export class CopyTasks {
  constructor(
    private readonly source: TaskSource,
    private readonly target: TaskTarget,
  ) {}

  /**
   * Resolves when everything was copied and compared; rejects with the error of the store that failed.
   *
   * @param overwrite Whether tasks of the target that differ are replaced.
   */
  async execute(overwrite: boolean, onProgress: OnCopyProgress = () => undefined): Promise<CopyReport> {
    const total = await this.source.count();
    const counts = { added: 0, same: 0, replaced: 0, kept: 0 };
    let done = 0;
    onProgress('copying', 0, total);
    for await (const tasks of this.source.batches(TASKS_PER_BATCH)) {
      const merged = await this.target.merge(tasks, overwrite);
      for (const what of ['added', 'same', 'replaced', 'kept'] as const) counts[what] += merged[what];
      done += tasks.length;
      onProgress('copying', done, total);
    }
    return { ...counts, ...(await this.#compare(done, onProgress)) };
  }

  async #compare(total: number, onProgress: OnCopyProgress): Promise<Pick<CopyReport, 'inSource' | 'inTarget'>> {
    let inSource = 0;
    let inTarget = 0;
    for await (const tasks of this.source.batches(TASKS_PER_BATCH)) {
      inSource += tasks.length;
      inTarget += await this.target.countPresent(tasks);
      onProgress('comparing', inSource, total);
    }
    return { inSource, inTarget };
  }
}
