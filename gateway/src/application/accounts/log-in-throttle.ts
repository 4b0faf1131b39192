import { AccountError } from '../../domain/account.errors.js';
import { BackOff, type FailureRule, FailureTally, uncounted } from '../../domain/failure-counter.js';
import type { AccountPorts } from './account-ports.js';

const MINUTE_MS = 60_000;

interface BackOffLimits {
  /** Number of failures without delay. */
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  readonly memoryMs: number;
}

export interface ThrottleLimits {
  /** Per name, device or session. */
  readonly backOff: BackOffLimits;
  /** Per IPv4 address or IPv6 /64. */
  readonly perNetwork: BackOffLimits;
  /** All strangers together. Beyond it, each network has fewer free failures: guessing slows down, log-in goes on. */
  readonly global: { readonly maxFailures: number; readonly windowMs: number; readonly freeFailuresPerNetwork: number };
}

export const DEFAULT_THROTTLE_LIMITS: ThrottleLimits = {
  backOff: { freeFailures: 4, firstWaitMs: 1_000, maxWaitMs: 15 * MINUTE_MS, memoryMs: 24 * 60 * MINUTE_MS },
  perNetwork: { freeFailures: 100, firstWaitMs: 1_000, maxWaitMs: MINUTE_MS, memoryMs: 15 * MINUTE_MS },
  global: { maxFailures: 1_000, windowMs: 15 * MINUTE_MS, freeFailuresPerNetwork: 4 },
};

/**
 * The origin of an attempt. Strangers are counted by the typed name and by network, known users by their device or
 * session, and those with the secret of an invitation by network, apart from log-ins.
 */
export type Attempter =
  | { readonly kind: 'stranger'; readonly name: string; readonly address: string }
  | { readonly kind: 'device'; readonly digest: string }
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'invitation'; readonly address: string };

/** A permitted attempt. It counts as a failure until one of these is called; call at most one. */
export interface Attempt {
  /** The secret was right: the attempt is no failure, and earlier failures of the same name are reset. */
  succeeded(): Promise<void>;
  /** No secret was verified. */
  withdrawn(): Promise<void>;
}

/** Whose failures a counter has: those of all strangers, of a network, or of one name, device or session. */
type Scope = 'all' | 'network' | 'one';

interface Count {
  readonly key: string;
  readonly scope: Scope;
}

/** Key of the count of all strangers' failures. */
const ALL_KEY = 'global';

/**
 * Slows down guessing. An attempt is counted before its secret is verified, so concurrent attempts can't exceed the
 * limit of failures.
 */
export class LogInThrottle {
  readonly #parts: Pick<AccountPorts, 'attempts' | 'secrets' | 'now'>;
  readonly #networkOf: (address: string) => string;
  readonly #rules: Readonly<Record<Scope, FailureRule>>;
  readonly #all: FailureTally;
  /** While all failures together exceed their limit. */
  readonly #perNetworkInFlood: FailureRule;
  #key: Promise<string> | undefined;

  /** @param networkOf Returns the part of an address that its owner can't change at will. */
  constructor(
    parts: Pick<AccountPorts, 'attempts' | 'secrets' | 'now'>,
    networkOf: (address: string) => string,
    limits: ThrottleLimits = DEFAULT_THROTTLE_LIMITS,
  ) {
    this.#parts = parts;
    this.#networkOf = networkOf;
    const { backOff, perNetwork, global } = limits;
    this.#all = new FailureTally(global);
    this.#rules = { all: this.#all, network: new BackOff(perNetwork), one: new BackOff(backOff) };
    this.#perNetworkInFlood = new BackOff({ ...perNetwork, freeFailures: global.freeFailuresPerNetwork });
  }

  /** @throws AccountError TOO_MANY_ATTEMPTS; the attempt is not counted then. */
  async begin(attempter: Attempter): Promise<Attempt> {
    const counts = await this.#countsOf(attempter);
    // Reads first: a flood of delayed attempts writes nothing.
    const stored = await this.#parts.attempts.findMany(counts.map(({ key }) => key));
    const now = this.#parts.now();
    const isFlood = this.#all.isExceeded(stored.get(ALL_KEY), now);
    const ruleOf = ({ scope }: Count): FailureRule =>
      isFlood && scope === 'network' ? this.#perNetworkInFlood : this.#rules[scope];
    this.#check(Math.max(...counts.map((count) => ruleOf(count).waitMs(stored.get(count.key), now))));
    const taken: Count[] = [];
    for (const count of counts) {
      const waitMs = await this.#take(count.key, ruleOf(count), now);
      if (waitMs > 0) await this.#giveBack(taken);
      this.#check(waitMs);
      taken.push(count);
    }
    return {
      succeeded: () => this.#succeeded(taken),
      withdrawn: () => this.#giveBack(taken),
    };
  }

  #check(waitMs: number): void {
    if (waitMs > 0) throw new AccountError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  /** The widest limit first, so that the rows per name are limited by the failures of their network. */
  async #countsOf(attempter: Attempter): Promise<Count[]> {
    if (attempter.kind === 'device' || attempter.kind === 'session') {
      const id = attempter.kind === 'device' ? attempter.digest : attempter.id;
      return [{ key: `${attempter.kind}:${id}`, scope: 'one' }];
    }
    const key = await this.#keySecret();
    const digest = (text: string): string => this.#parts.secrets.keyedDigest(key, text);
    const network = digest(this.#networkOf(attempter.address));
    if (attempter.kind === 'invitation') return [{ key: `invitation:${network}`, scope: 'network' }];
    return [
      { key: ALL_KEY, scope: 'all' },
      { key: `network:${network}`, scope: 'network' },
      { key: `log-in:${digest(attempter.name)}`, scope: 'one' },
    ];
  }

  /** Counts the attempt; if it has to wait, returns the delay in milliseconds instead. */
  async #take(key: string, rule: FailureRule, now: Date): Promise<number> {
    let waitMs = 0;
    await this.#parts.attempts.update(key, (current) => {
      waitMs = rule.waitMs(current, now);
      return waitMs > 0 ? current : rule.counted(current, now);
    });
    return waitMs;
  }

  async #giveBack(counts: readonly Count[]): Promise<void> {
    await Promise.all(counts.map(({ key }) => this.#parts.attempts.update(key, uncounted)));
  }

  async #succeeded(counts: readonly Count[]): Promise<void> {
    const forget = (): undefined => undefined;
    await Promise.all(
      counts.map(({ key, scope }) => this.#parts.attempts.update(key, scope === 'one' ? forget : uncounted)),
    );
  }

  #keySecret(): Promise<string> {
    this.#key ??= this.#parts.attempts.keySecret(this.#parts.secrets.newToken()).catch((error: unknown) => {
      // The next attempt repeats it.
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }
}
