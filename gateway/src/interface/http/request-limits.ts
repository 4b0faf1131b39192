import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.js';

/** Maximum number of requests within a time window; undefined: no limit. */
interface RequestLimitsOptions {
  /** Of one IPv4 address or IPv6 /64. */
  readonly perNetwork: number | undefined;
  /** Of one account, by all its sessions and tokens. */
  readonly perAccount: number | undefined;
  /** The part of an address that its owner cannot change at will. */
  readonly networkOf: (address: string) => string;
}

/** Short, so that a flood from many addresses uses little memory for a short time. */
const WINDOW_S = 10;

/** The general limits on requests, counted in this instance's memory. */
export class RequestLimits {
  readonly #perNetwork: RequestLimit | undefined;
  readonly #perAccount: RequestLimit | undefined;
  readonly #networkOf: (address: string) => string;

  constructor({ perNetwork, perAccount, networkOf }: RequestLimitsOptions) {
    this.#networkOf = networkOf;
    this.#perNetwork = perNetwork === undefined ? undefined : new RequestLimit('network', perNetwork);
    this.#perAccount = perAccount === undefined ? undefined : new RequestLimit('account', perAccount);
  }

  /** Rejects with Problem `too-many-requests`. */
  async countAddress(address: string, requests = 1): Promise<void> {
    await this.#perNetwork?.count(this.#networkOf(address), requests);
  }

  /** Rejects with Problem `too-many-requests`. */
  async countAccount(accountId: string, requests = 1): Promise<void> {
    await this.#perAccount?.count(accountId, requests);
  }
}

class RequestLimit {
  readonly #name: string;
  readonly #points: number;
  readonly #limiter: RateLimiterMemory;

  constructor(name: string, points: number) {
    this.#name = name;
    this.#points = points;
    this.#limiter = new RateLimiterMemory({ points, duration: WINDOW_S });
  }

  async count(key: string, requests: number): Promise<void> {
    try {
      await this.#limiter.consume(key, requests);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw tooManyRequests(seconds, {
        ratelimit: `"${this.#name}";r=0;t=${String(seconds)}`,
        'ratelimit-policy': `"${this.#name}";q=${String(this.#points)};w=${String(WINDOW_S)}`,
      });
    }
  }
}

/** @param seconds until a retry. */
export function tooManyRequests(seconds: number, headers: Readonly<Record<string, string>>): Problem {
  return new Problem('too-many-requests', `Wait ${String(seconds)} s, then repeat the request.`, {
    headers: { 'retry-after': String(seconds), ...headers },
  });
}
