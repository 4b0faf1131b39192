import type { FastifyRequest } from 'fastify';
import { tooManyRequests } from './request-limits.js';

/** Maximum number of pages of tasks that this instance reads for one account at a time. */
const AT_A_TIME = 16;
/**
 * Maximum time that a read waits for a slot, in milliseconds. With the 13 s of a request to Tasks that is 17 s, within
 * the page's 20 s.
 */
const WAIT_LIMIT_MS = 4_000;
const RETRY_S = 2;

interface Reads {
  running: number;
  /** Functions that start them, the oldest first. */
  readonly waiting: Set<() => void>;
}

/**
 * The pages of tasks that are being read. Further ones of an account wait: a page can take Tasks milliseconds and
 * megabytes, and all accounts share its connection. Exports and imports are not counted here.
 */
export class AccountReads {
  readonly #accounts = new Map<string, Reads>();

  /**
   * Reads a page in a slot of the account. Rejects with Problem `too-many-requests` when no slot becomes free in time,
   * or when the client has disconnected while it waited, which then receives no answer.
   */
  async run<Result>(
    accountId: string,
    { socket }: Pick<FastifyRequest, 'socket'>,
    read: () => Promise<Result>,
  ): Promise<Result> {
    const reads = this.#accounts.get(accountId) ?? { running: 0, waiting: new Set() };
    this.#accounts.set(accountId, reads);
    if (reads.running < AT_A_TIME) reads.running++;
    else await waitForSlot(reads);
    try {
      if (socket.destroyed) throw tooManyRequests(RETRY_S, {});
      return await read();
    } finally {
      this.#end(accountId, reads);
    }
  }

  /** Passes the slot to the oldest of the waiting reads, if any. */
  #end(accountId: string, reads: Reads): void {
    const [next] = reads.waiting;
    if (next) next();
    else if (--reads.running === 0) this.#accounts.delete(accountId);
  }
}

/** Rejects with Problem `too-many-requests` when no slot becomes free in time. */
function waitForSlot({ waiting }: Reads): Promise<void> {
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
