import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import type { TasksClient } from '@tasks/idl';
import { median } from '../../../bench/median.js';
import { AppProcess } from '../../support/app.js';
import { exactly, format, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';

const WRITERS = 32;
const USERS = 200;
/** Tasks of one `insertAll`. */
const BATCH = 100;
/** How many times as long as on an idle service a command may take beside the writers. */
const RATIO_LIMIT = 4;

const HELP = `npm run scenario -- backup [--tasks N] [--rounds N]

\`tasks backup\` and \`tasks verify\` on the embedded store of a running service: while it does nothing else, and beside
${String(WRITERS)} clients that add tasks all the time. The last backup is then restored into an empty folder and verified.

--tasks N   in the store at the beginning, by hundreds (default 100,000)
--rounds N  of each command; the median counts (default 5)

SIGTERM and SIGINT end the run after the command in progress.

Ends with 1 when a command takes more than ${String(RATIO_LIMIT)} times as long beside the writers, an add fails, or the restored backup lacks
tasks.
`;

export const backup: Scenario = {
  about: 'backup and verify of the embedded store beside 32 writers',
  help: HELP,
  options: { tasks: '100000', rounds: '5' },
  async run(values, signal) {
    const tasks = values.number('tasks', { min: BATCH, max: 1_000_000 });
    return backupFigures(tasks, values.number('rounds', { min: 1, max: 100 }), signal);
  },
};

/** Runs the commands, and judges. */
export async function backupFigures(tasks: number, rounds: number, signal?: AbortSignal): Promise<Figure[]> {
  using folder = new ScratchFolder();
  const data = join(folder.path, 'data');
  await using app = await AppProcess.start({ STORE: 'embedded', DATA_DIR: data });
  await fill(app.client(), tasks);
  say('with nothing else');
  const idle: Durations = { backup: [], verify: [] };
  for (let round = 1; round <= rounds && signal?.aborted !== true; round++) {
    await timed(idle, join(folder.path, `idle-${String(round)}`), data);
  }
  say(`beside ${String(WRITERS)} writers`);
  await using writers = new Writers(app);
  const busy: Durations = { backup: [], verify: [] };
  let [last, wanted] = ['', 0];
  for (let round = 1; round <= rounds && signal?.aborted !== true; round++) {
    [last, wanted] = [join(folder.path, `busy-${String(round)}`), tasks + writers.added];
    await timed(busy, last, data);
  }
  await writers.stop();
  const writing = [
    { name: 'tasks added meanwhile', value: writers.added },
    exactly('adds that failed', writers.failed, 0),
  ];
  if (last === '') return writing;
  const restored = join(folder.path, 'restored');
  await output('restore', last, '--data-dir', restored);
  const { tasks: found } = JSON.parse(await output('verify', '--data-dir', restored)) as { tasks: number };
  return [
    ratio('backup', idle.backup, busy.backup),
    ratio('verify', idle.verify, busy.verify),
    ...writing,
    { name: 'tasks of the last backup', value: found, bound: `≥ ${format(wanted)}`, holds: found >= wanted },
  ];
}

interface Durations {
  readonly backup: number[];
  readonly verify: number[];
}

/** Makes a backup and verifies the store, once each. */
async function timed({ backup, verify }: Durations, file: string, data: string): Promise<void> {
  backup.push(await durationMs('backup', file, '--data-dir', data));
  verify.push(await durationMs('verify', '--data-dir', data));
}

/** Clients that add tasks one after the other until they are stopped, or an add fails. */
class Writers implements AsyncDisposable {
  added = 0;
  failed = 0;
  #isStopped = false;
  readonly #done: Promise<unknown>;

  constructor(app: AppProcess) {
    this.#done = Promise.all(Array.from({ length: WRITERS }, (_, lane) => this.#write(app.client(), lane)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #write(client: TasksClient, lane: number): Promise<void> {
    try {
      while (!this.#isStopped) {
        await client.add({ userId: `writer ${String(lane)}`, name: 'buy milk' });
        this.added++;
      }
    } catch (error) {
      this.failed++;
      say(String(error));
    }
  }
}

async function fill(client: TasksClient, tasks: number): Promise<void> {
  for (let n = 0; n < tasks; n += BATCH) {
    const batch = Array.from({ length: BATCH }, () => ({
      id: randomBytes(12).toString('hex'),
      name: 'buy milk and bread',
    }));
    await client.insertAll({ userId: `user ${String((n / BATCH) % USERS)}`, tasks: batch });
  }
}

/** Runs a command of its own process. @throws Error with what it printed, when it fails. */
async function output(...args: string[]): Promise<string> {
  using program = new RunningProgram(process.execPath, ['dist/bootstrap/tasks.js', ...args], { cwd: projectRoot });
  const { code, stdout, stderr } = await program.ended();
  if (code !== 0) throw new Error(`tasks ${args.join(' ')} ended with ${String(code)}: ${stderr}${stdout}`);
  return stdout;
}

async function durationMs(...args: string[]): Promise<number> {
  const fromMs = performance.now();
  await output(...args);
  return performance.now() - fromMs;
}

function ratio(name: string, idle: readonly number[], busy: readonly number[]): Figure {
  const [alone, beside] = [median(idle), median(busy)];
  const times = beside / alone;
  return {
    name,
    value: `${format(Math.round(alone))} ms, beside the writers ${format(Math.round(beside))} ms: ${format(times)} times`,
    bound: `≤ ${String(RATIO_LIMIT)} times`,
    holds: times <= RATIO_LIMIT,
  };
}
