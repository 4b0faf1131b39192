import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFaults, FaultControl } from '@tasks/testing/faults';
import { disrupt, type Disruption, type DurabilityResult } from '../durability/durability.js';
import { GatewayUnderTest } from '../durability/gateway-under-test.js';
import type { CallCounts } from '../durability/history.js';
import type { ServiceUnderTest } from '../durability/service-under-test.js';
import { TasksUnderTest } from '../durability/tasks-under-test.js';
import { MongoStore } from '../mongo-store.js';
import { Random } from '../random.js';
import { exactly, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';

const HELP = `npm run scenario -- durability [--service S] [--disruption D] [--rounds N] [--seed N]

Clients call a service at the same time, each of its methods, while its process is killed and started again, stopped and
continued, or its clock jumps. A model then looks for an order of the calls in which each takes effect between its beginning
and its end and gets the answer that it got: without one, something acknowledged was lost or half-done, or a read was older
than one that was answered before. After each kill the files are verified.

--service S     tasks (embedded store), gateway (embedded store, before a task service that is left alone), or mongo
                (tasks on MongoDB) (default tasks)
--disruption D  kill, stop or clock (default kill)
--rounds N      how many (default 50)
--seed N        of the calls (default: another one each time)

SIGTERM and SIGINT end the run after the round in progress.

Ends with 1 when a history has no such order, a file is damaged, or the service does not end with 0 in the end.
`;

const DISRUPTIONS: readonly string[] = ['kill', 'stop', 'clock'] satisfies Disruption[];
/** For the gateway less than a session or a token lives. */
const CLOCK_SHIFT_S = 86_400;

export const durability: Scenario = {
  about: 'a process that is killed, stopped, or has a jumping clock; answers are compared with a model',
  help: HELP,
  options: { service: 'tasks', disruption: 'kill', rounds: '50', seed: undefined },
  async run(values, signal) {
    const disruption = values.text('disruption');
    if (!isDisruption(disruption))
      throw new RangeError(`--disruption is ${disruption}, it must be kill, stop or clock`);
    const rounds = values.number('rounds', { min: 1, max: 10_000 });
    const seed = values.number('seed', { min: 0, max: 2 ** 31 }, Date.now() % 2 ** 31);
    say(`seed ${String(seed)}`);
    const onRound = (round: number): void => {
      say(`round ${String(round)} of ${String(rounds)}`);
    };
    return durabilityFigures(values.text('service'), { disruption, rounds, seed, signal, onRound });
  },
};

interface RunOptions {
  readonly disruption: Disruption;
  readonly rounds: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (round: number) => void;
}

/** Runs it, and judges. @throws RangeError for another service. */
export async function durabilityFigures(service: string, { seed, ...options }: RunOptions): Promise<Figure[]> {
  const counts: CallCounts = { answered: 0, unanswered: 0, rejected: 0 };
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'durability-'));
  const clock = options.disruption === 'clock' ? new FaultControl(join(folder, 'control')) : undefined;
  const mongo = service === 'mongo' ? await MongoStore.start() : undefined;
  try {
    const variables = clock === undefined ? {} : clockVariables(folder, clock);
    await using subject = underTest(service, { counts, random, folder, mongo, variables });
    const result = await disrupt(subject, { ...options, random, clock, clockShiftS: CLOCK_SHIFT_S });
    for (const problem of result.wrong) say(problem);
    return figuresOf(counts, result);
  } finally {
    await mongo?.stop();
    clock?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly counts: CallCounts;
  readonly random: Random;
  readonly folder: string;
  readonly mongo: MongoStore | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

function underTest(service: string, { folder, mongo, variables, ...parts }: Parts): ServiceUnderTest {
  // MongoDB removes several tasks one after the other.
  if (mongo) return new TasksUnderTest(parts, { ...mongo.variables(), ...variables }, { removesAll: false });
  const data = join(folder, 'data');
  if (service === 'tasks')
    return new TasksUnderTest(parts, { DATA_DIR: data, ...variables }, { folder: data, removesAll: true });
  if (service === 'gateway') return new GatewayUnderTest(parts, variables, data);
  throw new RangeError(`--service is ${service}, it must be tasks, mongo or gateway`);
}

function clockVariables(folder: string, { path }: FaultControl): Readonly<Record<string, string>> {
  return { LD_PRELOAD: buildFaults(folder), FAULTS_CONTROL: path };
}

function figuresOf({ answered, unanswered, rejected }: CallCounts, result: DurabilityResult): Figure[] {
  return [
    { name: 'rounds', value: result.rounds },
    { name: 'calls with an answer', value: answered },
    { name: 'calls without an answer', value: unanswered },
    { name: 'calls rejected as not run', value: rejected },
    exactly('histories without an order, and damaged files', result.wrong.length, 0),
    exactly('exit code in the end', result.exitCode ?? -1, 0),
  ];
}

function isDisruption(text: string): text is Disruption {
  return DISRUPTIONS.includes(text);
}
