import type { Account } from '../../domain/account.js';
import { isUnusedFirst, type List, ownerOf } from '../../domain/list.js';
import { everyList } from '../lists/list-repository.js';
import type { AccountStore } from './account-ports.js';
import type { AccountRow, RowRepository } from './row-repository.js';

export interface CopyReport {
  readonly added: number;
  /** Accounts that existed in the target already; their data there was left unchanged. */
  readonly there: number;
  /** Names taken by another account in the target; their accounts were not copied. */
  readonly conflicts: readonly string[];
}

/** Reports the number of accounts processed. */
export type OnCopied = (accounts: number) => void;

const PAGE = 100;

/**
 * Copies every account with its sessions, devices and tokens, and all lists, into another store. Can be stopped and run
 * again. Failure counters are not copied.
 */
export class CopyAccounts {
  readonly #source: AccountStore;
  readonly #target: AccountStore;

  constructor(source: AccountStore, target: AccountStore) {
    this.#source = source;
    this.#target = target;
  }

  /** @throws AccountError STORE_UNAVAILABLE */
  async execute(onCopied: OnCopied): Promise<CopyReport> {
    let [added, there, dealtWith] = [0, 0, 0];
    const conflicts: string[] = [];
    const leftOut = new Set<string>();
    for (let after: string | undefined; ;) {
      const accounts = await this.#source.accounts.list({ limit: PAGE, after });
      for (const account of accounts) {
        const outcome = await this.#copy(account);
        if (outcome === 'added') added++;
        else if (outcome === 'there') there++;
        else {
          conflicts.push(account.username);
          leftOut.add(account.id);
        }
      }
      onCopied((dealtWith += accounts.length));
      after = accounts.at(-1)?.id;
      if (accounts.length < PAGE) break;
    }
    await this.#copyLists(leftOut);
    return { added, there, conflicts };
  }

  /**
   * Accounts that were left out are no members in the target. A list whose owner was left out is not copied: once its name is
   * free, a repeated copy brings both.
   */
  async #copyLists(leftOut: ReadonlySet<string>): Promise<void> {
    for await (const list of everyList(this.#source.lists)) {
      if (leftOut.has(ownerOf(list)?.accountId ?? '')) continue;
      const members = list.members.filter(({ accountId }) => !leftOut.has(accountId));
      if (members.length > 0) await this.#copyList({ ...list, members });
    }
  }

  /** Replaces an untouched first list: a log-in between a stopped copy and the next one stores it in the target. */
  async #copyList(list: List): Promise<void> {
    const { lists } = this.#target;
    if (await lists.add(list)) return;
    const stored = await lists.find(list.id);
    if (stored?.version !== 1 || stored.ownerId !== list.ownerId || !isUnusedFirst(stored)) return;
    const { name, status, statusSince, members, invitations } = list;
    await lists.change(stored, { name, status, statusSince, members, invitations });
  }

  async #copy(account: Account): Promise<'added' | 'there' | 'conflict'> {
    const { accounts } = this.#target;
    const stored = await accounts.findById(account.id);
    const isAdded = stored === undefined && (await accounts.add(account));
    if (!stored && !isAdded) return 'conflict';
    // Also for an existing account: an earlier copy may have been stopped in between.
    await this.#copyRows(account.id);
    return isAdded ? 'added' : 'there';
  }

  async #copyRows(accountId: string): Promise<void> {
    const [source, target] = [this.#source, this.#target];
    await copyMissing(source.sessions, target.sessions, accountId, ({ id }) => id);
    await copyMissing(source.devices, target.devices, accountId, ({ digest }) => digest);
    await copyMissing(source.tokens, target.tokens, accountId, ({ digest }) => digest);
  }
}

async function copyMissing<Row extends AccountRow>(
  source: RowRepository<Row>,
  target: RowRepository<Row>,
  accountId: string,
  keyOf: (row: Row) => string,
): Promise<void> {
  for (const row of await source.listByAccount(accountId)) {
    if (!(await target.find(keyOf(row)))) await target.add(row);
  }
}
