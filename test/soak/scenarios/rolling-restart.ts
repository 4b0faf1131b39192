import type { Latencies } from '../latencies.js';
import { MongoStore } from '../mongo-store.js';
import { exactly, format, renderCounts, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';
import { restartRolling, type RollingRestartOptions, type RollingRestartResult } from '../rolling-restart.js';
import { restartBehindName } from '../name-restart.js';
import { restartSystem } from '../system-restart.js';

const HELP = `npm run scenario -- rolling-restart [--restarts N] [--rate N] [--gateway | --name]

Two instances of the service on one MongoDB, behind a TCP balancer that asks /health/ready, are restarted in turn by
SIGTERM while clients add tasks. Every answer is then compared with what is stored.

--restarts N  how many (default 20)
--rate N      adds a second (default 100)
--gateway     two gateways and two task services, each pair behind a balancer; tasks are added over HTTP (default 5 a second)
--name        three task services behind a name that one client resolves, without a balancer; no call may fail

SIGTERM and SIGINT end the run after the restart in progress.

Ends with 1 when an acknowledged task is not stored, one is stored twice, a rejected one is stored, a call that was sent to
an instance which was ready failed, or an instance did not end with 0.
`;

export const rollingRestart: Scenario = {
  about: 'instances restarted in turn under load; nothing is lost or doubled',
  help: HELP,
  options: { restarts: '20', rate: undefined, gateway: false, name: false },
  async run(values, signal) {
    const isSystem = values.isSet('gateway');
    const load = {
      restarts: values.number('restarts', { min: 1, max: 1_000 }),
      addsPerSecond: values.number('rate', { min: 1, max: 20_000 }, isSystem ? 5 : 100),
      drainDelayMs: 500,
      signal,
    };
    const store = await MongoStore.start();
    try {
      if (values.isSet('name')) return await nameFigures(store, load);
      return await (isSystem ? systemFigures(store, load) : serviceFigures(store, load));
    } finally {
      await store.stop();
    }
  },
};

/** What both kinds of restarts need. */
type Load = Pick<RollingRestartOptions, 'restarts' | 'addsPerSecond' | 'drainDelayMs' | 'signal'>;

async function serviceFigures(store: MongoStore, load: Load): Promise<Figure[]> {
  const result = await restartRolling(store, {
    ...load,
    ownClients: 8,
    npmClients: 8,
    onRestart: (done) => {
      say(`${String(done)} of ${String(load.restarts)} restarts`);
    },
  });
  return figuresOf(result);
}

async function nameFigures(store: MongoStore, load: Load): Promise<Figure[]> {
  const result = await restartBehindName(store, {
    ...load,
    onRestart: (done) => {
      say(`${String(done)} of ${String(load.restarts)} restarts`);
    },
  });
  return [
    ...exitFigures(result.exitCodes),
    { name: 'calls of `add`', value: result.calls },
    { name: 'acknowledged', value: result.acknowledged },
    exactly('acknowledged, but not stored', result.lost.length, 0),
    exactly('stored twice', result.doubled.length, 0),
    exactly('calls that failed', result.calls - result.acknowledged, 0),
    { name: 'errors', value: renderCounts(result.errors) },
    exactly('calls left out, too many without an answer', result.skipped, 0),
    latencyFigure(result.latencies),
  ];
}

async function systemFigures(store: MongoStore, load: Load): Promise<Figure[]> {
  const result = await restartSystem(store, {
    ...load,
    onRestart: (done) => {
      say(`${String(done)} of ${String(load.restarts)} restarts of both services`);
    },
  });
  const { exitCodes, latencies } = result;
  return [
    ...exitFigures(exitCodes),
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
  const { calls, seconds, latencies } = result;
  return [
    ...exitFigures(result.exitCodes),
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

function exitFigures(codes: readonly (number | null)[]): Figure[] {
  return [
    { name: 'restarts by SIGTERM', value: codes.length },
    exactly('of them that did not end with 0', codes.filter((code) => code !== 0).length, 0),
  ];
}

function latencyFigure(latencies: Latencies): Figure {
  const figures = [latencies.percentileMs(0.5), latencies.percentileMs(0.99), latencies.maxMs];
  return { name: 'latency p50, p99, greatest', value: figures.map((ms) => `${format(ms)} ms`).join(', ') };
}
