import { tooManyRequests } from './request-limits.js';

/** Maximum number of pages of tasks that are read for one account at a time. */
const AT_A_TIME = 16;
/** Maximum time that a read waits for its turn, in milliseconds: with it, it is shorter than a request may take. */
const WAIT_LIMIT_MS = 6_000;
const RETRY_S = 2;

interface Reads {
  running: number;
  /** Functions that start them, the oldest first. */
  readonly waiting: Set<() => void>;
}

/**
 * The pages of tasks that are being read. Further ones of an account wait: a page can take Tasks milliseconds and
 * megabytes, and all accounts share its connection.
 */
export class AccountReads {
  readonly #accounts = new Map<string, Reads>();

  /** Reads a page in its turn. Rejects with Problem `too-many-requests` when that does not come. */
  async run<Result>(accountId: string, read: () => Promise<Result>): Promise<Result> {
    const reads = this.#accounts.get(accountId) ?? { running: 0, waiting: new Set() };
    this.#accounts.set(accountId, reads);
    if (reads.running < AT_A_TIME) reads.running++;
    else await turnOf(reads);
    try {
      return await read();
    } finally {
      this.#end(accountId, reads);
    }
  }

  /** The turn passes to the oldest of those that wait, if any. */
  #end(accountId: string, reads: Reads): void {
    const [next] = reads.waiting;
    if (next) next();
    else if (--reads.running === 0) this.#accounts.delete(accountId);
  }
}

function turnOf({ waiting }: Reads): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = (): void => {
      clearTimeout(timer);
      waiting.delete(start);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(start);
      reject(tooManyRequests(RETRY_S, {}));
    }, WAIT_LIMIT_MS);
    waiting.add(start);
  });
}
