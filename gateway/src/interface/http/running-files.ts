import { Problem } from './problem.js';

/** Retry-After while another file of the account is read or written, in seconds. */
const RETRY_S = 10;

/** The imports and exports that are running: one of each account. */
export class RunningFiles {
  readonly #accounts = new Set<string>();

  /** Returns the function that ends it. @throws Problem `too-many-requests` */
  begin(accountId: string): () => void {
    if (this.#accounts.has(accountId)) {
      throw new Problem('too-many-requests', 'Another import or export of this account is running.', {
        headers: { 'retry-after': String(RETRY_S) },
      });
    }
    this.#accounts.add(accountId);
    return () => {
      this.#accounts.delete(accountId);
    };
  }

  /** Runs one until it settles. @throws Problem `too-many-requests` */
  async run<Result>(accountId: string, act: () => Promise<Result>): Promise<Result> {
    const end = this.begin(accountId);
    try {
      return await act();
    } finally {
      end();
    }
  }
}
