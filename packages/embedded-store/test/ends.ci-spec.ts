import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { bytes, DataFileReader } from '../src/index.js';
import { buildFaults, FaultControl } from '@tasks/testing/faults';
import { schema } from './notes-operations.js';

/** Rounds of each end; 50 for a proof. */
const ROUNDS = Number(process.env.DURABILITY_ROUNDS ?? '2');
const LANES = 64;
/** Changes of each lane before the end. */
const CHANGES = 9;
/** Within a second; this leaves room for a busy machine, and is well below what a hanging sync takes. */
const END_LIMIT_MS = 5_000;
const HANGING_SYNC_MS = 20_000;
/** Distance of the changes of two rounds. */
const ROUND_LENGTH = 30_000;

let root: string;
let folder: string;
let library: string;

beforeEach(() => {
  durations = [];
  root = mkdtempSync(join(tmpdir(), 'ends-'));
  folder = join(root, 'data');
  library = buildFaults(root);
});
afterEach(() => {
  if (ROUNDS > 2) console.log(`${String(ROUNDS)} rounds, the longest end took ${Math.max(...durations).toFixed(0)} ms`);
  rmSync(root, { recursive: true, force: true });
});

/** How long each end of a test took. */
let durations: number[] = [];

interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
  readonly ms: number;
}

function start(program: string, args: readonly string[], env: Record<string, string> = {}): RunningProgram {
  const options = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs'];
  const path = fileURLToPath(new URL(program, import.meta.url));
  return new RunningProgram(process.execPath, [...options, path, ...args], { cwd: projectRoot, env });
}

/** Runs the load, ends it by `end` once it is under way, and says how it ended; then compares what is stored. */
async function endedBy(
  round: number,
  end: (program: RunningProgram) => void | Promise<void>,
  env: Record<string, string> = {},
): Promise<Ended> {
  const begin = round * ROUND_LENGTH;
  using program = start('./notes-load.ts', [folder, String(LANES), String(begin)], env);
  await program.printed(new RegExp(`^0 ${String(begin + CHANGES)}$`, 'm'));
  await end(program);
  const startMs = performance.now();
  const { code, stdout, stderr } = await program.ended();
  const ms = performance.now() - startMs;
  durations.push(ms);
  expect(violations(stdout, begin)).toEqual([]);
  return { code, stderr, ms };
}

/** States of the two notes of a round, in order; the last one has no second note. */
const STATES = ['- -', 'new new', 'changed new', 'changed -'];

/** What is behind the acknowledged changes, or half-done. More may be stored than was printed before the end. */
function violations(stdout: string, begin: number): string[] {
  const reader = DataFileReader.open(join(folder, schema.fileName), schema);
  try {
    reader.verify({
      'wrong totals':
        'SELECT count(*) AS count FROM (SELECT lane, count FROM totals WHERE count > 0 ' +
        'EXCEPT SELECT lane, count(*) FROM notes GROUP BY lane)',
    });
    const last = new Map<number, number>();
    for (const [, lane, n] of stdout.matchAll(/^(\d+) (\d+)$/gm)) last.set(Number(lane), Number(n));
    const found: string[] = [];
    for (let lane = 0; lane < LANES; lane++) {
      const n = last.get(lane) ?? begin - 1;
      let isBehind = false;
      for (let round = begin / 3; !isBehind || round <= n / 3; round++) {
        const state = stateOf(reader, `${String(lane)}.${String(round)}`);
        const place = STATES.indexOf(state);
        const least = Math.max(0, Math.min(3, n - 3 * round + 1));
        if (place < least || (isBehind && place > 0)) {
          found.push(`lane ${String(lane)} round ${String(round)} after ${String(n)}: ${state}`);
        }
        if (place < 3) isBehind = true;
      }
    }
    return found;
  } finally {
    reader.close();
  }
}

function stateOf(reader: DataFileReader, round: string): string {
  return ['first', 'second']
    .map((part) => {
      const sql = 'SELECT record FROM notes WHERE key = ?';
      const row = reader.get<{ readonly record: string }>(sql, bytes(`${round} ${part}`));
      return row === undefined ? '-' : row.record === '"changed"' ? 'changed' : 'new';
    })
    .join(' ');
}

async function twice(program: RunningProgram): Promise<void> {
  program.signal('SIGTERM');
  // Two signals that are both waiting are one.
  await program.printed(/^stopping$/m);
  program.signal('SIGTERM');
}

const rounds = Array.from({ length: ROUNDS }, (_, round) => round);

describe('Under 64 writers', () => {
  it('SIGKILL loses nothing acknowledged, and leaves nothing half-done', async () => {
    for (const round of rounds) {
      const { code, stderr } = await endedBy(round, (program) => {
        program.signal('SIGKILL');
      });
      expect({ code, stderr }).toEqual({ code: null, stderr: '' });
    }
  }, 600_000);

  it('SIGTERM ends with 0', async () => {
    for (const round of rounds) {
      const { code, stderr } = await endedBy(round, (program) => {
        program.signal('SIGTERM');
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  }, 600_000);

  it('a second signal ends within a second, and never with 134', async () => {
    for (const round of rounds) {
      const { code, ms } = await endedBy(round, twice);
      expect([0, 1, null]).toContain(code);
      expect(ms).toBeLessThan(END_LIMIT_MS);
    }
  }, 600_000);

  it('an error of the program ends within a second, and never with 134', async () => {
    for (const round of rounds) {
      const { code, ms } = await endedBy(round, (program) => {
        program.signal('SIGUSR2');
      });
      expect([1, null]).toContain(code);
      expect(ms).toBeLessThan(END_LIMIT_MS);
    }
  }, 600_000);

  it.each<[string, (program: RunningProgram) => void | Promise<void>]>([
    ['a second signal', twice],
    [
      'an error of the program',
      (program) => {
        program.signal('SIGUSR2');
      },
    ],
  ])(
    '%s kills the process within a second while a sync hangs',
    async (_what, end) => {
      for (const round of rounds) {
        const control = new FaultControl(join(root, 'control'));
        const env = { LD_PRELOAD: library, FAULTS_CONTROL: control.path };
        const { code, ms } = await endedBy(
          round,
          async (program) => {
            control.set({ syncDelayMs: HANGING_SYNC_MS });
            // Setting the delay resets the count.
            while (control.counts().syncs === 0) await delay(5);
            await end(program);
          },
          env,
        );
        control.close();
        expect(code).toBeNull();
        expect(ms).toBeLessThan(END_LIMIT_MS);
      }
    },
    600_000,
  );

  it('a second signal ends within a second while a stopped process holds the lock', async () => {
    for (const round of rounds) {
      let holder: RunningProgram | undefined;
      const { code, ms } = await endedBy(round, async (program) => {
        holder = start('./lock-holder.ts', [join(folder, schema.fileName)]);
        await holder.printed(/held/);
        holder.signal('SIGSTOP');
        await twice(program);
      }).finally(() => holder?.[Symbol.dispose]());
      expect([1, null]).toContain(code);
      expect(ms).toBeLessThan(END_LIMIT_MS);
    }
  }, 600_000);
});
