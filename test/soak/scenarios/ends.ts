import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFaults, FaultControl } from '@tasks/testing/faults';
import { CONDITIONS, ENDS, endUnderLoad, type Condition, type End, type EndTally } from '../ends/ends.js';
import { WrittenAccounts, WrittenTasks } from '../ends/writers.js';
import { exactly, format, renderCounts, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';

/** A second signal or an error: a second, and a reserve for a busy machine. */
const AT_ONCE_MS = 1_800;
/** DRAIN_TIMEOUT_MS and the steps after it. */
const STOP_LIMIT_MS = 20_000;
/** Exit codes that mean an orderly end. Never 134, an aborted process. */
const CODES: Readonly<Record<End, readonly string[]>> = { signal: ['0'], 'second signal': ['0', '1'], error: ['1'] };
/** How a process ends whose thread waits for the disk when its time is up. */
const KILLED = 'killed';

const HELP = `npm run scenario -- ends [--service S] [--rounds N] [--end E] [--condition C]

A service on the embedded store ends while 64 writers are at work: by ${ENDS.join(', by ')}; in turn with
nothing else, while each sync of the disk takes two seconds, and while a stopped process holds the lock of the file.

--service S    tasks or gateway (default tasks)
--rounds N     of each (default 50)
--end E        only this one: ${ENDS.join(', ')}
--condition C  only under this one: ${CONDITIONS.join(', ')}

SIGTERM and SIGINT end the run after the round in progress.

Ends with 1 when a process ends with another code than 0 (a signal) or 1, or by SIGKILL other than while syncs are slow;
later than ${String(STOP_LIMIT_MS)} ms after a signal, ${String(AT_ONCE_MS)} ms after another end; or when something acknowledged is
lost, half-done or damaged.
`;

export const ends: Scenario = {
  about: 'services that end under 64 writers in every way, also while the disk does not answer',
  help: HELP,
  options: { service: 'tasks', rounds: '50', end: undefined, condition: undefined },
  async run(values, signal) {
    const rounds = values.number('rounds', { min: 1, max: 1_000 });
    const [end, condition] = [values.text('end'), values.text('condition')];
    const figures: Figure[] = [];
    for (const one of ENDS.filter((name) => end === 'undefined' || end === name)) {
      for (const meanwhile of CONDITIONS.filter((name) => condition === 'undefined' || condition === name)) {
        const service = values.text('service');
        figures.push(...(await endFigures(service, { end: one, condition: meanwhile, rounds, signal })));
      }
    }
    if (figures.length > 0) return figures;
    throw new RangeError(`--end ${end} or --condition ${condition} is none of those in --help`);
  },
};

interface EndRounds {
  readonly end: End;
  readonly condition: Condition;
  readonly rounds: number;
  readonly signal?: AbortSignal;
}

/** Runs the rounds of one end, and judges. */
export async function endFigures(service: string, options: EndRounds): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ends-'));
  const control = new FaultControl(join(folder, 'control'));
  try {
    const library = buildFaults(folder);
    const data = join(folder, 'data');
    await using written = service === 'gateway' ? new WrittenAccounts(data) : new WrittenTasks(data);
    const tally = await endUnderLoad(written, { ...options, control, library });
    for (const problem of tally.wrong) say(problem);
    return figuresOf(options, tally);
  } finally {
    control.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figuresOf({ end, condition }: EndRounds, { rounds, codes, longestMs, wrong }: EndTally): Figure[] {
  const name = `${end}, ${condition}`;
  const allowed = condition === 'slow syncs' ? [...CODES[end], KILLED] : CODES[end];
  const limitMs = end === 'signal' ? STOP_LIMIT_MS : AT_ONCE_MS;
  return [
    {
      name: `${name}: ${String(rounds)} rounds, by exit code`,
      value: renderCounts(codes),
      bound: allowed.join(' or '),
      holds: [...codes.keys()].every((code) => allowed.includes(code)),
    },
    {
      name: `${name}: longest`,
      value: `${format(Math.round(longestMs))} ms`,
      bound: `≤ ${format(limitMs)} ms`,
      holds: longestMs <= limitMs,
    },
    exactly(`${name}: lost, half-done or damaged`, wrong.length, 0),
  ];
}
