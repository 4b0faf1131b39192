import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FaultControl } from '@tasks/testing/faults';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import type { Written } from './writers.js';

/** How a process ends: by one signal, by two, or by an uncaught error. */
export const ENDS = ['signal', 'second signal', 'error'] as const;
/** What goes on meanwhile: nothing, each sync takes two seconds, or a stopped process holds the lock of the file. */
export const CONDITIONS = ['plain', 'slow syncs', 'held lock'] as const;

export type End = (typeof ENDS)[number];
export type Condition = (typeof CONDITIONS)[number];

/** What all rounds of an end had in common, or not. */
export interface EndTally {
  rounds: number;
  /** By exit code; `killed` for SIGKILL. */
  readonly codes: Map<string, number>;
  longestMs: number;
  readonly wrong: string[];
}

const WRITERS = 64;
/** Acknowledged changes before the end. */
const CHANGES = 300;
const SYNC_DELAY_MS = 2_000;
/** Time for writers to be waiting for the disk or the lock. */
const CONDITION_MS = 300;
/** Has SIGUSR2 throw where nobody catches it. */
const FAILING = "--import=data:text/javascript,process.on('SIGUSR2',()=>{throw%20new%20Error('Of%20the%20test')})";
const LOCK_HOLDER = fileURLToPath(new URL('../../../packages/embedded-store/test/lock-holder.ts', import.meta.url));

export interface EndOptions {
  readonly end: End;
  readonly condition: Condition;
  readonly rounds: number;
  readonly control: FaultControl;
  /** The library that the control belongs to. */
  readonly library: string;
  readonly signal?: AbortSignal;
}

/** Ends a service again and again while 64 writers are at work, and compares what is stored with what was acknowledged. */
export async function endUnderLoad(service: Written, options: EndOptions): Promise<EndTally> {
  const { rounds, control, library, signal } = options;
  const tally: EndTally = { rounds: 0, codes: new Map(), longestMs: 0, wrong: [] };
  while (tally.rounds < rounds && signal?.aborted !== true) {
    control.set({});
    await service.start({ NODE_OPTIONS: FAILING, LD_PRELOAD: library, FAULTS_CONTROL: control.path });
    const writers = await startWriters(service);
    let holder: RunningProgram | undefined;
    try {
      if (options.condition === 'slow syncs') control.set({ syncDelayMs: SYNC_DELAY_MS });
      if (options.condition === 'held lock') holder = await holdLock(service.file);
      if (options.condition !== 'plain') await delay(CONDITION_MS);
      await sendEnd(service, options.end);
      const startMs = performance.now();
      const { code } = await service.process.ended();
      tally.longestMs = Math.max(tally.longestMs, performance.now() - startMs);
      const name = code === null ? 'killed' : String(code);
      tally.codes.set(name, (tally.codes.get(name) ?? 0) + 1);
    } finally {
      holder?.[Symbol.dispose]();
    }
    await writers.done;
    tally.rounds++;
    tally.wrong.push(...lostIn(service));
  }
  return tally;
}

/** Resolves once many changes were acknowledged, to the end of the writers, which is that of the service. */
async function startWriters(service: Written): Promise<{ readonly done: Promise<unknown> }> {
  let acknowledged = 0;
  let reached: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (reached = resolve));
  const write = async (lane: number): Promise<void> => {
    for (;;) {
      await service.write(lane);
      if (++acknowledged === CHANGES) reached();
    }
  };
  const done = Promise.allSettled(Array.from({ length: WRITERS }, (_, lane) => write(lane)));
  await Promise.race([enough, done]);
  return { done };
}

async function sendEnd({ process }: Written, end: End): Promise<void> {
  process.signal(end === 'error' ? 'SIGUSR2' : 'SIGTERM');
  if (end !== 'second signal') return;
  // Two signals that are both waiting are one.
  await process.printed(/a second signal ends the process at once/);
  process.signal('SIGTERM');
}

async function holdLock(file: string): Promise<RunningProgram> {
  const options = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs'];
  const holder = new RunningProgram(process.execPath, [...options, LOCK_HOLDER, file], { cwd: projectRoot });
  await holder.printed(/held/);
  holder.signal('SIGSTOP');
  return holder;
}

function lostIn(service: Written): string[] {
  try {
    return service.lost();
  } catch (error) {
    return [String(error)];
  }
}
