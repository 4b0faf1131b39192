import type { Account } from '../../domain/account.js';
import { digestsOf, idsOf } from './credentials.js';
import { RemoveLists } from '../lists/remove-lists.js';
import type { AccountParts } from './parts.js';
import { LATE_TASKS_MS, type TaskRemoval } from './task-removal.js';

const PAGE = 100;

type Parts = Pick<
  AccountParts,
  'accounts' | 'sessions' | 'devices' | 'tokens' | 'attempts' | 'lists' | 'secrets' | 'audit' | 'now'
>;

/** Removes expired rows, deleted accounts, and lists whose time is over. Several instances may run it at once. */
export class Housekeeping {
  readonly #parts: Parts;
  readonly #tasks: TaskRemoval;
  readonly #lists: RemoveLists;

  constructor(parts: Parts, tasks: TaskRemoval) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#lists = new RemoveLists(parts, tasks);
  }

  /** Runs one round. Failed parts are left to the next one; rejects with all failures after everything was tried. */
  async execute(): Promise<void> {
    const results = await Promise.allSettled([this.#removeExpired(), this.#removeDeleted(), this.#lists.execute()]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything that has expired could be removed');
  }

  async #removeExpired(): Promise<void> {
    const { sessions, devices, tokens, attempts } = this.#parts;
    const now = this.#parts.now();
    for (const repository of [sessions, devices, tokens, attempts]) {
      while ((await repository.removeExpired(now)) > 0);
    }
  }

  async #removeDeleted(): Promise<void> {
    const failures: unknown[] = [];
    for (let after: string | undefined; ;) {
      const accounts = await this.#parts.accounts.list({ limit: PAGE, after, status: 'deleting' });
      for (const account of accounts) await this.#remove(account).catch((error: unknown) => failures.push(error));
      after = accounts.at(-1)?.id;
      if (accounts.length < PAGE) break;
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not every deleted account could be removed');
  }

  /** Removes the tasks, and the account itself once no more tasks can be added. */
  async #remove(account: Account): Promise<void> {
    const { accounts, sessions, devices, tokens, audit, now } = this.#parts;
    let calledOn = now();
    if (await this.#lists.leaveAll(account.id)) {
      do calledOn = now();
      while ((await this.#tasks.removeAll(account.id)) > 0);
    }
    if (calledOn.getTime() - account.statusSince.getTime() < LATE_TASKS_MS) return;
    await sessions.remove(idsOf(await sessions.listByAccount(account.id)));
    await devices.remove(digestsOf(await devices.listByAccount(account.id)));
    await tokens.remove(digestsOf(await tokens.listByAccount(account.id)));
    await accounts.remove(account);
    audit.record({ type: 'account-removed', accountId: account.id });
  }
}
