import { spawn, type ChildProcess } from 'node:child_process';
import { CAN_PIN, pinned } from './pinning.js';

/** They end by themselves if the benchmark is killed. */
const LIMIT_SECONDS = '300';

/**
 * Keeps both processors awake by loops of idle priority, which run only when nothing else does. Without them, most of the
 * latency of a lone request is the time that a virtual machine takes to wake up a processor. Does nothing where processes
 * can't be pinned.
 *
 * @returns A function that stops the loops.
 */
export function startIdleLoops(): () => void {
  const loops = CAN_PIN ? ([0, 1] as const).map(startLoop) : [];
  return () => {
    for (const loop of loops) if (!loop.kill()) throw new Error('an idle loop ended early: is chrt installed?');
  };
}

function startLoop(processor: 0 | 1): ChildProcess {
  const loop = ['timeout', LIMIT_SECONDS, 'sh', '-c', 'while :; do :; done'] as const;
  const [command, ...args] = pinned(processor, ['chrt', '--idle', '0', ...loop]);
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
