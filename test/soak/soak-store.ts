import { setTimeout as delay } from 'node:timers/promises';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { MongoStore } from './mongo-store.js';

/** Interval of short outages of MongoDB: alternately its link is cut and its process is killed. */
const CUT_EVERY_MS = 20_000;
const CUT_MS = 1_500;
/** Time for the driver to reconnect after the link works again. */
const RECOVERY_LIMIT_MS = 5_000;

export interface SoakStore {
  readonly variables: Readonly<Record<string, string>>;
  /** Whether it can serve many users: the MongoDB stand-in reads all tasks for each list. */
  readonly isFast: boolean;
  readonly cuts: number;
  /** Number of kills of its process. */
  readonly restarts: number;
  /** Whether it is down, or was a moment ago. */
  isAway(): boolean;
  /** Begins the outages, if supported. */
  startCuts(): void;
  /** Ends the outages; resolves when the service has had time to reconnect. */
  stopCuts(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a store of that kind. @throws RangeError for another kind. */
export async function startSoakStore(kind: string): Promise<SoakStore> {
  if (kind === 'mongo') return FlakyMongo.start();
  if (kind !== 'embedded' && kind !== 'memory') {
    throw new RangeError(`--store is ${kind}, it must be embedded, memory or mongo`);
  }
  const folder = new ScratchFolder();
  return {
    variables: { STORE: kind, DATA_DIR: folder.path },
    isFast: true,
    cuts: 0,
    restarts: 0,
    isAway: () => false,
    startCuts: () => undefined,
    stopCuts: () => Promise.resolve(),
    stop: () => {
      folder[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** MongoDB behind a link that is cut and restored, and killed and started again. */
class FlakyMongo implements SoakStore {
  readonly isFast = false;
  cuts = 0;
  restarts = 0;
  #backAtMs = -Infinity;
  #isAway = false;
  readonly #stop = new AbortController();
  #cutting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly store: MongoStore,
    private readonly link: FaultyLink,
  ) {}

  static async start(): Promise<FlakyMongo> {
    const store = await MongoStore.start();
    return new FlakyMongo(store, await FaultyLink.to(store.uri));
  }

  get variables(): Readonly<Record<string, string>> {
    return { ...this.store.variables(this.link.uri), MONGO_SERVER_SELECTION_TIMEOUT_MS: '4000' };
  }

  isAway(): boolean {
    return this.#isAway || performance.now() - this.#backAtMs < RECOVERY_LIMIT_MS;
  }

  startCuts(): void {
    this.#cutting = this.#cutAgainAndAgain();
  }

  async stopCuts(): Promise<void> {
    this.#stop.abort();
    await this.#cutting;
    await delay(RECOVERY_LIMIT_MS);
  }

  async stop(): Promise<void> {
    await this.link.cut();
    await this.store.stop();
  }

  async #cutAgainAndAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (await pauseUnlessAborted(CUT_EVERY_MS, signal)) {
      this.#isAway = true;
      if (this.cuts > this.restarts && (await this.store.restart())) this.restarts++;
      else await this.#cut();
      this.#backAtMs = performance.now();
      this.#isAway = false;
    }
  }

  async #cut(): Promise<void> {
    await this.link.cut();
    await delay(CUT_MS);
    await this.link.mend();
    this.cuts++;
  }
}

/** False when the signal aborts first. */
export function pauseUnlessAborted(durationMs: number, signal: AbortSignal): Promise<boolean> {
  return delay(durationMs, true, { signal }).catch(() => false);
}
