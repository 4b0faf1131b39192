import type { Clock } from './clock.js';
import type { DrainState } from './drain-state.js';
import type { HealthProbe } from './health-probe.js';
import type { StartTimer } from './start-timer.js';

/** How long the store may take to answer, in milliseconds. */
export const STORE_ANSWER_LIMIT_MS = 1_000;

/**
 * A limit that is noticed so late says that this process stood still, not that the store did: its answer may be here
 * already and is heard, within the time that follows. In milliseconds.
 */
const LATE_MS = 100;
const HEARING_MS = 250;

/** How long one answer serves everybody who asks, in milliseconds. */
const HEALTH_SHARED_FOR_MS = 1_000;

/** Whether a call would work. */
export interface Health {
  readonly ok: boolean;
  /** `OK`, or why not: `Task store unavailable`, `Shutting down`. */
  readonly message: string;
  /** What the store failed with: for operators, not for callers. */
  readonly cause?: unknown;
}

const HEALTHY: Health = { ok: true, message: 'OK' };
const STORE_DOWN: Health = { ok: false, message: 'Task store unavailable' };
const STORE_SILENT: Health = {
  ...STORE_DOWN,
  cause: new Error(`No answer within ${String(STORE_ANSWER_LIMIT_MS)} ms`),
};
const SHUTTING_DOWN: Health = { ok: false, message: 'Shutting down' };

/**
 * Tells whether a call would work: the store answered a real round trip in time and the service isn't stopping.
 *
 * Any number of probes costs one round trip a second, and a store that never answers has one round trip hanging, not one
 * per probe.
 */
export class CheckHealth {
  /** A round trip that has not ended; also one whose check gave up on it. */
  #hanging: Promise<Health> | undefined;
  #check: Promise<Health> | undefined;
  #last: { readonly health: Health; readonly at: number } | undefined;

  constructor(
    private readonly store: HealthProbe,
    private readonly drain: DrainState,
    private readonly now: Clock,
    private readonly startTimer: StartTimer,
  ) {}

  /** Never rejects, and answers within `STORE_ANSWER_LIMIT_MS`, unless the whole process stands still. */
  async execute(): Promise<Health> {
    if (this.drain.isDraining()) return SHUTTING_DOWN;
    // A clock that was set back must not keep an old answer alive.
    if (this.#last && Math.abs(this.now().getTime() - this.#last.at) < HEALTH_SHARED_FOR_MS) return this.#last.health;
    this.#check ??= this.#askStore();
    const health = await this.#check;
    // The drain may have begun while the store was asked: callers are told to go elsewhere.
    return this.drain.isDraining() ? SHUTTING_DOWN : health;
  }

  async #askStore(): Promise<Health> {
    const limit = this.#startLimit();
    // An earlier check gave up on that one. Its success would come too late to say anything; its failure says why.
    let health = this.#hanging && (await Promise.race([this.#hanging, limit.reached]));
    if (health === undefined || health.ok) health = await Promise.race([this.#roundTrip(), limit.reached]);
    limit.stop();
    this.#last = { health, at: this.now().getTime() };
    this.#check = undefined;
    return health;
  }

  #roundTrip(): Promise<Health> {
    this.#hanging = Promise.resolve()
      .then(() => this.store.roundTrip())
      .then(
        () => HEALTHY,
        (cause: unknown) => ({ ...STORE_DOWN, cause }),
      )
      .finally(() => {
        this.#hanging = undefined;
      });
    return this.#hanging;
  }

  #startLimit(): { readonly reached: Promise<Health>; readonly stop: () => void } {
    let stop = (): void => undefined;
    const reached = new Promise<Health>((resolve) => {
      const giveUp = (): void => {
        resolve(STORE_SILENT);
      };
      const lateFrom = this.now().getTime() + STORE_ANSWER_LIMIT_MS + LATE_MS;
      stop = this.startTimer(STORE_ANSWER_LIMIT_MS, () => {
        if (this.now().getTime() < lateFrom) giveUp();
        else stop = this.startTimer(HEARING_MS, giveUp);
      });
    });
    return {
      reached,
      stop: () => {
        stop();
      },
    };
  }
}
