import { SingleBar } from 'cli-progress';
import type { OnProgress } from './maintenance.js';

/** Shows the progress of a backup or copy on a terminal. */
interface ProgressBar {
  readonly onProgress: OnProgress;
  /** Completes the bar, also after a failed copy. */
  stop(): void;
}

const FORMAT = '{step} {bar} {percentage}% | {value} of {total} {unit} | {eta_formatted} left';

/** Creates a bar on this stream, if it is a terminal; otherwise nothing is drawn. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new SingleBar({ stream, format: FORMAT, hideCursor: true, barsize: 30, fps: 10, emptyOnZero: true });
  let current: string | undefined;
  return {
    onProgress: (step, done, total, unit = 'tasks') => {
      if (step !== current) {
        // Each step gets its own line.
        bar.stop();
        bar.start(total, done, { step, unit });
        current = step;
      }
      // Tasks added meanwhile are copied as well.
      if (done > bar.getTotal()) bar.setTotal(done);
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}
