import { setTimeout as delay } from 'node:timers/promises';
import { loadSchema } from 'nestjs-thrift';
import { AppProcess, TASKS_IDL } from '../support/app.js';
import { BadPeers, LONG_LIST_USER, SHORT_TIMEOUTS } from './bad-peers.js';
import { GoodPeers } from './good-peers.js';
import { Meter } from './meter.js';
import { ProcessWatch } from './process-watch.js';
import { Random } from './random.js';
import { pauseUnlessAborted, type SoakStore } from './soak-store.js';
import { underLoad } from './under-load.js';

const MANY_PEERS = { connectionsPerDialect: 2, maxTasksPerUser: 30, longList: 100, unread: { calls: 40, pauseMs: 0 } };
/** The MongoDB stand-in reads all tasks for each list. */
const FEW_PEERS = { connectionsPerDialect: 1, maxTasksPerUser: 5, longList: 25, unread: { calls: 160, pauseMs: 30 } };
const BAD_PEERS_AT_ONCE = 12;
const MAX_PENDING = 1_000;
const LONG_NAME = 'x'.repeat(4_000);

export interface SoakOptions {
  readonly durationMs: number;
  readonly callsPerSecond: number;
  readonly seed: number;
  readonly sampleIntervalMs: number;
  readonly progressIntervalMs: number;
  /** Time without peers before idle resources are measured. */
  readonly restMs: number;
  readonly onProgress: (progress: { readonly meter: Meter; readonly watch: ProcessWatch }) => void;
  readonly signal: AbortSignal;
}

/** Resources of an idle process. */
interface RestState {
  readonly descriptors: ReadonlyMap<string, number>;
  /** By Node's own count: sockets, timers, and other handles that keep a process alive. */
  readonly activeResources: number;
  readonly connections: number;
}

export interface SoakResult {
  readonly seconds: number;
  readonly meter: Meter;
  readonly watch: ProcessWatch;
  readonly before: RestState;
  readonly after: RestState;
  readonly behind: number;
  readonly misdeeds: ReadonlyMap<string, number>;
  readonly leftOpen: ReadonlyMap<string, number>;
  readonly exitCode: number | null;
}

/** Runs good and bad peers against the service, and watches it from outside. */
export async function soakService(store: SoakStore, options: SoakOptions): Promise<SoakResult> {
  await using app = await AppProcess.start({ ...store.variables, ...SHORT_TIMEOUTS, HTTP_PORT: '0' });
  await seedLongList(app, peersOf(store).longList);
  const watch = new ProcessWatch(app.pid, options.sampleIntervalMs);
  try {
    const before = await restOf(app, watch, options);
    const driven = await drive(app, store, watch, options);
    const after = await restOf(app, watch, options);
    watch.stop();
    app.signal('SIGTERM');
    const { code } = await app.ended();
    return { ...driven, watch, before, after, exitCode: code };
  } finally {
    watch.stop();
  }
}

type Driven = Pick<SoakResult, 'seconds' | 'meter' | 'behind' | 'misdeeds' | 'leftOpen'>;

async function drive(app: AppProcess, store: SoakStore, watch: ProcessWatch, options: SoakOptions): Promise<Driven> {
  const schema = loadSchema(TASKS_IDL);
  const random = new Random(options.seed);
  const peers = peersOf(store);
  const meter = new Meter(options.durationMs, () => store.isAway());
  const good = new GoodPeers(schema, app.port, random, meter, peers);
  const bad = new BadPeers(schema, app.port, random, BAD_PEERS_AT_ONCE, peers.unread, () => store.isAway());
  const load = { callsPerSecond: options.callsPerSecond, maxPending: MAX_PENDING, call: () => good.call() };
  const { seconds, skipped } = await underLoad(load, async () => {
    const progress = setInterval(() => {
      options.onProgress({ meter, watch });
    }, options.progressIntervalMs);
    store.startCuts();
    await pauseUnlessAborted(options.durationMs, options.signal);
    clearInterval(progress);
    await store.stopCuts();
  });
  await Promise.all([good.close(), bad.stop()]);
  return { seconds, meter, behind: good.behind + skipped, misdeeds: bad.done, leftOpen: bad.leftOpen };
}

function peersOf({ isFast }: SoakStore): typeof MANY_PEERS {
  return isFast ? MANY_PEERS : FEW_PEERS;
}

async function seedLongList(app: AppProcess, length: number): Promise<void> {
  const tasks = app.client({ waitForConnection: true });
  for (let added = 0; added < length; added++) {
    await tasks.add({ userId: LONG_LIST_USER, name: LONG_NAME });
  }
}

/** Returns the service's resources after all peers have been gone for a while. */
async function restOf(app: AppProcess, watch: ProcessWatch, { restMs }: SoakOptions): Promise<RestState> {
  await delay(restMs);
  const answer = await app.get('/metrics');
  const metrics = await answer.text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  return {
    descriptors: watch.descriptors(),
    activeResources: value('nodejs_active_resources_total'),
    connections: value('thrift_connections'),
  };
}
