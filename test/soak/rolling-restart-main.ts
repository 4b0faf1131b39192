import { parseArgs } from 'node:util';
import { wholeNumber } from './arguments.js';
import { earlyEnd } from './early-end.js';
import type { Latencies } from './latencies.js';
import { MongoStore } from './mongo-store.js';
import { allHold, exactly, format, renderCounts, renderFigures, say, type Figure } from './report.js';
import { restartRolling, type RollingRestartResult } from './rolling-restart.js';
import { restartSystem } from './system-restart.js';

const HELP = `npm run scenario -- rolling-restart [--restarts N] [--rate N] [--gateway]

Two instances of the service on one MongoDB, behind a TCP balancer that asks /health/ready, are restarted in turn by
SIGTERM while clients add tasks. Every answer is then compared with what is stored.

--restarts N  how many (default 20)
--rate N      adds a second (default 100)
--gateway     two gateways and two task services, each pair behind a balancer; tasks are added over HTTP (default 5 a second)

SIGTERM and SIGINT end the run after the restart in progress.

Ends with 1 when an acknowledged task is not stored, one is stored twice, a rejected one is stored, a call that was sent to
an instance which was ready failed, or an instance did not end with 0.
`;

const { values } = parseArgs({
  options: {
    restarts: { type: 'string', default: '20' },
    rate: { type: 'string' },
    gateway: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const restarts = wholeNumber('--restarts', values.restarts, { min: 1, max: 1_000 });
  const addsPerSecond = wholeNumber('--rate', values.rate ?? (values.gateway ? '5' : '100'), { min: 1, max: 20_000 });
  const signal = earlyEnd();
  const store = await MongoStore.start();
  try {
    const figures = values.gateway
      ? await systemFigures(store, restarts, addsPerSecond, signal)
      : await serviceFigures(store, restarts, addsPerSecond, signal);
    process.stdout.write(renderFigures(figures));
    if (!allHold(figures)) process.exitCode = 1;
  } finally {
    await store.stop();
  }
}

async function serviceFigures(
  store: MongoStore,
  restarts: number,
  addsPerSecond: number,
  signal: AbortSignal,
): Promise<Figure[]> {
  const result = await restartRolling(store, {
    restarts,
    addsPerSecond,
    ownClients: 8,
    npmClients: 8,
    drainDelayMs: 500,
    signal,
    onRestart: (done) => {
      say(`${String(done)} of ${String(restarts)} restarts`);
    },
  });
  return figuresOf(result);
}

async function systemFigures(
  store: MongoStore,
  restarts: number,
  addsPerSecond: number,
  signal: AbortSignal,
): Promise<Figure[]> {
  const result = await restartSystem(store, {
    restarts,
    addsPerSecond,
    drainDelayMs: 500,
    signal,
    onRestart: (done) => {
      say(`${String(done)} of ${String(restarts)} restarts of both services`);
    },
  });
  const { exitCodes, latencies } = result;
  return [
    restartsFigure(exitCodes),
    { name: 'acknowledged', value: result.acknowledged },
    exactly('acknowledged, but not stored', result.lost.length, 0),
    exactly('stored twice', result.doubled.length, 0),
    exactly('acknowledged, but not readable just after', result.missing, 0),
    exactly('without a good answer in the end', result.failed.length, 0),
    { name: 'repeated after', value: renderCounts(result.repeated) },
    exactly('requests left out, too many without an answer', result.skipped, 0),
    latencyFigure(latencies),
  ];
}

function figuresOf(result: RollingRestartResult): Figure[] {
  const { calls, seconds, latencies, exitCodes } = result;
  return [
    restartsFigure(exitCodes),
    { name: 'calls of `add`', value: `${format(calls)} in ${format(Math.round(seconds))} s` },
    { name: 'acknowledged', value: result.acknowledged },
    exactly('acknowledged, but not stored', result.lost.length, 0),
    exactly('stored twice', result.doubled.length, 0),
    exactly('rejected as not run, but stored', result.rejectedButStored.length, 0),
    exactly('without an answer, but stored', result.unansweredButStored.length, 0),
    exactly('failed with an answer, but stored', result.failedButStored.length, 0),
    exactly('errors of calls sent to a ready instance', result.errorsOfReady, 0),
    { name: 'errors in all', value: renderCounts(result.errors) },
    exactly('connections that found no ready instance', result.turnedAway, 0),
    exactly('calls left out, too many without an answer', result.skipped, 0),
    latencyFigure(latencies),
  ];
}

function restartsFigure(exitCodes: readonly (number | null)[]): Figure {
  const orderly = exitCodes.filter((code) => code === 0).length;
  return exactly('restarts by SIGTERM that ended with 0', orderly, exitCodes.length);
}

function latencyFigure(latencies: Latencies): Figure {
  const figures = [latencies.percentileMs(0.5), latencies.percentileMs(0.99), latencies.maxMs];
  return { name: 'latency p50, p99, greatest', value: figures.map((ms) => `${format(ms)} ms`).join(', ') };
}
