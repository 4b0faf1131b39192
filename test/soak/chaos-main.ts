import { parseArgs } from 'node:util';
import { wholeNumber } from './arguments.js';
import type { PhaseTally } from './chaos-load.js';
import { wreakChaos, type ChaosResult, type FaultReport } from './chaos.js';
import { earlyEnd } from './early-end.js';
import { type Fault, FAULTS } from './faulty-mongo.js';
import { MongoStore } from './mongo-store.js';
import { allHold, atMost, exactly, format, renderCounts, renderFigures, say, type Figure } from './report.js';

const STORE_TIMEOUT_MS = 1_000;
/** The service answers within that and 0.1 s; the rest is a reserve for this machine. */
const ANSWER_LIMIT_MS = STORE_TIMEOUT_MS + 1_000;
/** The MongoDB stand-in has a single connection, and may be late on a busy machine. */
const HEALTHY_503_SHARE = 0.01;
const RECOVERY_LIMIT_MS = 5_000;

const HELP = `npm run scenario -- chaos [--rounds N] [--fault-seconds N] [--rate N]

The service on a replica set that is, in turn, ${Object.keys(FAULTS).join(', ')}:
under a constant load of adds, changes and lists. Every answer is then compared with what is stored.

--rounds N         how often each fault (default 1; a round takes about 90 s)
--fault-seconds N  how long each fault lasts (default 5)
--rate N           calls a second (default 30)

SIGTERM and SIGINT end the run after the fault in progress.

Ends with 1 when a call is not answered, with success or 503, within ${String(ANSWER_LIMIT_MS)} ms (MONGO_SERVER_SELECTION_TIMEOUT_MS
is ${String(STORE_TIMEOUT_MS)}), or more than 1 % get 503 while all is well; when readiness does not turn 503 within 3 s of a fault that calls for it (4 s when
MongoDB is out of connections), or turns while it is slow or steps down; when an acknowledged task is lost or older than acknowledged, one is
stored twice, or a list lacks one; or when the service needs more than ${String(RECOVERY_LIMIT_MS)} ms to be ready and to work again.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    'fault-seconds': { type: 'string', default: '5' },
    rate: { type: 'string', default: '30' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const rounds = wholeNumber('--rounds', values.rounds, { min: 1, max: 1_000 });
  const callsPerSecond = wholeNumber('--rate', values.rate, { min: 4, max: 10_000 });
  const faultSeconds = wholeNumber('--fault-seconds', values['fault-seconds'], { min: 5, max: 3_600 });
  const signal = earlyEnd();
  const store = await MongoStore.start();
  try {
    const result = await wreakChaos(store, {
      rounds,
      callsPerSecond,
      faultMs: faultSeconds * 1_000,
      storeTimeoutMs: STORE_TIMEOUT_MS,
      signal,
      onFault: (fault, round) => {
        say(`round ${String(round)} of ${String(rounds)}: ${fault}, and back`);
      },
    });
    const figures = figuresOf(result);
    process.stdout.write(renderFigures(figures));
    if (!allHold(figures)) process.exitCode = 1;
  } finally {
    await store.stop();
  }
}

function figuresOf(result: ChaosResult): Figure[] {
  return [
    ...tallyFigures('in order', result.healthy),
    atMost('in order: got 503', result.healthy.unavailable, Math.ceil(result.healthy.calls * HEALTHY_503_SHARE)),
    ...[...result.reports].flatMap(([fault, report]) => [
      ...tallyFigures(fault, report.tally),
      healthFigure(fault, report),
      atMost(`${fault}: works again after`, report.recoveryMs, RECOVERY_LIMIT_MS, ' ms'),
      atMost(`${fault}: ready again after`, report.readyMs, RECOVERY_LIMIT_MS, ' ms'),
    ]),
    { name: 'adds acknowledged', value: result.acknowledged },
    exactly('acknowledged, but not stored', result.lost.length, 0),
    exactly('stored twice', result.doubled.length, 0),
    exactly('rejected as not run, but stored', result.rejectedButStored.length, 0),
    { name: 'rejected with 503, but stored', value: result.failedButStored.length },
    exactly('without an answer, but stored', result.unansweredButStored.length, 0),
    exactly('tasks older than an acknowledged change', result.wrongVersions.length, 0),
    exactly('lists that lacked an acknowledged task', result.incompleteLists, 0),
    exactly('calls left out, too many without an answer', result.skipped, 0),
    exactly('exit code of the one service process', result.exitCode ?? -1, 0),
  ];
}

/** Readiness during the fault, and whether it was right. */
function healthFigure(fault: Fault, { noticedMs, notReady, probes }: FaultReport): Figure {
  const readiness = FAULTS[fault];
  if (typeof readiness === 'object') {
    return atMost(`${fault}: not ready after`, noticedMs, readiness.notReadyWithinMs, ' ms');
  }
  const name = `${fault}: not ready, of ${format(probes)} probes`;
  return readiness === 'ready' ? exactly(name, notReady, 0) : { name, value: notReady };
}

function tallyFigures(when: string, tally: PhaseTally): Figure[] {
  const others = tally.calls - tally.answered - tally.unavailable;
  return [
    {
      name: `${when}: calls`,
      value: `${format(tally.calls)}: ${format(tally.answered)} succeeded, ${format(tally.unavailable)} got 503`,
    },
    { ...exactly(`${when}: other errors`, others, 0), value: renderCounts(tally.errors) },
    atMost(`${when}: longest wait for an answer`, tally.greatestMs, ANSWER_LIMIT_MS, ' ms'),
  ];
}
