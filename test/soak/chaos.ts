import { setTimeout as delay } from 'node:timers/promises';
import { AppProcess } from '../support/app.js';
import { ChaosLoad, PhaseTally } from './chaos-load.js';
import { type Fault, FAULTS, FaultyMongo } from './faulty-mongo.js';
import type { Comparison } from './ledger.js';
import type { MongoStore } from './mongo-store.js';
import { underLoad } from './under-load.js';

/** Time after a repair to work off the backlog; its calls count for the fault. */
const BACKLOG_MS = 2_000;
/** Pause without fault between two faults. */
const REST_MS = 3_000;
const MAX_PENDING = 5_000;
const PROBE_INTERVAL_MS = 50;
const RECOVERY_PATIENCE_MS = 30_000;

/** Results of a fault, over all rounds. */
export class FaultReport {
  readonly tally = new PhaseTally();
  /** Maximum time from its beginning to the first 503 of `/health/ready`, in milliseconds. Infinite: one never came. */
  noticedMs = 0;
  /** Number of checks of `/health/ready` during the fault, and of its 503 answers. */
  probes = 0;
  notReady = 0;
  /** Maximum time from the repair to the first successful call, in milliseconds. */
  recoveryMs = 0;
  /** Maximum time from the repair to a ready answer, in milliseconds. */
  readyMs = 0;
}

interface ChaosOptions {
  readonly rounds: number;
  readonly callsPerSecond: number;
  readonly faultMs: number;
  /** Time limit of the service for MongoDB at each step of a call. */
  readonly storeTimeoutMs: number;
  /** Ends the run after the fault in progress. */
  readonly signal?: AbortSignal;
  readonly onFault: (fault: Fault, round: number) => void;
}

export interface ChaosResult extends Comparison {
  readonly reports: ReadonlyMap<Fault, FaultReport>;
  /** Durations of calls without a fault. */
  readonly healthy: PhaseTally;
  readonly wrongVersions: readonly string[];
  readonly incompleteLists: number;
  readonly skipped: number;
  readonly exitCode: number | null;
}

/** Lets MongoDB fail in every way, repeatedly, under constant load, with a single service process. */
export async function wreakChaos(store: MongoStore, options: ChaosOptions): Promise<ChaosResult> {
  const mongo = await FaultyMongo.before(store.uri, options.storeTimeoutMs);
  await using app = await AppProcess.start({
    ...store.variables(mongo.uri),
    MONGO_SERVER_SELECTION_TIMEOUT_MS: String(options.storeTimeoutMs),
    HTTP_PORT: '0',
  });
  try {
    const load = await ChaosLoad.start(app.client({ waitForConnection: true }));
    const { result: reports, skipped } = await underLoad(
      { callsPerSecond: options.callsPerSecond, maxPending: MAX_PENDING, call: (number) => load.call(number) },
      () => failAgainAndAgain(app, mongo, load, options),
    );
    const wrongVersions = await load.wrongVersions();
    const { counterIds } = load;
    const stored = (await store.tasks()).map((task) =>
      counterIds.has(task.id) ? { ...task, name: `counter of ${task.userId}` } : task,
    );
    app.signal('SIGTERM');
    const { code } = await app.ended();
    const { healthy, incompleteLists } = load;
    const comparison = load.ledger.compare(stored);
    return { ...comparison, reports, healthy, wrongVersions, incompleteLists, skipped, exitCode: code };
  } finally {
    await mongo.close();
  }
}

async function failAgainAndAgain(
  app: AppProcess,
  mongo: FaultyMongo,
  load: ChaosLoad,
  { rounds, faultMs, signal, onFault }: ChaosOptions,
): Promise<ReadonlyMap<Fault, FaultReport>> {
  const reports = new Map<Fault, FaultReport>();
  await delay(REST_MS);
  for (let round = 1; round <= rounds; round++) {
    for (const fault of Object.keys(FAULTS) as Fault[]) {
      if (signal?.aborted === true) return reports;
      const report = reports.get(fault) ?? new FaultReport();
      reports.set(fault, report);
      load.phase = report.tally;
      await mongo.strike(fault);
      await watchHealth(app, report, faultMs);
      await mongo.repair();
      await recover(app, load, report);
      await delay(BACKLOG_MS);
      load.phase = load.healthy;
      await delay(REST_MS);
      onFault(fault, round);
    }
  }
  return reports;
}

/** Checks readiness during the fault, and records when it first failed. */
async function watchHealth(app: AppProcess, report: FaultReport, faultMs: number): Promise<void> {
  const startedAtMs = performance.now();
  let noticedMs = Infinity;
  while (performance.now() - startedAtMs < faultMs) {
    const { ok } = await app.get('/health/ready');
    report.probes++;
    if (!ok) {
      report.notReady++;
      noticedMs = Math.min(noticedMs, performance.now() - startedAtMs);
    }
    await delay(PROBE_INTERVAL_MS);
  }
  report.noticedMs = Math.max(report.noticedMs, noticedMs);
}

/** Waits until calls work and the service is ready; records both times. */
async function recover(app: AppProcess, load: ChaosLoad, report: FaultReport): Promise<void> {
  load.mark();
  const mendedAtMs = performance.now();
  let readyMs: number | undefined;
  while (readyMs === undefined || load.firstSuccess === undefined) {
    const sinceMs = performance.now() - mendedAtMs;
    if (sinceMs > RECOVERY_PATIENCE_MS) throw new Error('The service did not recover within half a minute');
    if (readyMs === undefined && (await app.get('/health/ready')).ok) readyMs = performance.now() - mendedAtMs;
    await delay(PROBE_INTERVAL_MS);
  }
  report.recoveryMs = Math.max(report.recoveryMs, load.firstSuccess.afterMs);
  report.readyMs = Math.max(report.readyMs, readyMs);
}
