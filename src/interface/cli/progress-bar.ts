import { SingleBar } from 'cli-progress';
import type { OnCopyProgress } from '../../application/copy-tasks.js';

/** Shows the progress of a copy on a terminal. */
interface ProgressBar {
  readonly onProgress: OnCopyProgress;
  /** Completes the bar, also after a failed copy. */
  stop(): void;
}

const FORMAT = '{step} {bar} {percentage}% | {value} of {total} tasks | {eta_formatted} left';

/** Creates a bar on this stream, if it is a terminal; otherwise nothing is drawn. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new SingleBar({ stream, format: FORMAT, hideCursor: true, barsize: 30, fps: 10, emptyOnZero: true });
  let current: string | undefined;
  return {
    onProgress: (step, tasksDone, tasksInAll) => {
      if (step !== current) {
        // Each step gets its own line.
        bar.stop();
        bar.start(tasksInAll, tasksDone, { step });
        current = step;
      }
      // Tasks added meanwhile are copied as well.
      if (tasksDone > bar.getTotal()) bar.setTotal(tasksDone);
      bar.update(tasksDone);
    },
    stop: () => {
      bar.stop();
    },
  };
}
