import { setTimeout as delay } from 'node:timers/promises';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { MongoStore } from './mongo-store.js';

/** Every so often MongoDB is away for a moment: the way to it is cut, and the next time its process is killed. */
const CUT_EVERY_MS = 20_000;
const CUT_MS = 1_500;
/** How long after the way is mended the driver may take to find it. */
const RECOVERY_LIMIT_MS = 5_000;

/** What a soaked service stores its tasks in. */
export interface SoakStore {
  readonly variables: Readonly<Record<string, string>>;
  /** Whether it can serve many: the stand-in for MongoDB looks at every task of everybody for each list. */
  readonly isFast: boolean;
  /** How often the way to it was cut. */
  readonly cuts: number;
  /** How often its process was killed and started again. */
  readonly restarts: number;
  /** Whether it is away, or was a moment ago. */
  isAway(): boolean;
  /** Begins to go away and come back every so often, if it can. */
  startCuts(): void;
  /** Is there from now on; resolves when the service has had time to notice. */
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

/** MongoDB behind a link that is cut and mended, and killed and started again. */
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
