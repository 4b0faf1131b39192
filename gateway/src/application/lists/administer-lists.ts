import { isUnusedFirst, type List, type ListStatus, ownerOf } from '../../domain/list.js';
import type { AccountPorts } from '../accounts/account-ports.js';
import { everyList } from './list-repository.js';
import { leaveList } from './remove-lists.js';

/** A list as an operator sees it. */
export interface ListSummary {
  readonly id: string;
  /** Null: a first list that was never renamed. */
  readonly name: string | null;
  /** Log-in name; null: it has no owner, or the owner's account is gone. */
  readonly owner: string | null;
  readonly members: number;
  readonly status: ListStatus;
}

type Parts = Pick<AccountPorts, 'accounts' | 'lists' | 'now'>;

/** Lists for an operator. */
export class AdministerLists {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All lists, except first lists that are as they began. @throws AccountError STORE_UNAVAILABLE */
  async all(): Promise<readonly ListSummary[]> {
    const summaries: ListSummary[] = [];
    for await (const list of everyList(this.#parts.lists)) {
      if (!isUnusedFirst(list)) summaries.push(await this.#summaryOf(list));
    }
    return summaries;
  }

  /** Lists with members whose accounts are gone, as after a copy that left some out. @throws AccountError STORE_UNAVAILABLE */
  async orphans(): Promise<readonly ListSummary[]> {
    const orphans: ListSummary[] = [];
    for await (const list of everyList(this.#parts.lists)) {
      if ((await this.#missingAccounts(list)).length > 0) orphans.push(await this.#summaryOf(list));
    }
    return orphans;
  }

  /**
   * Takes the missing accounts out of these lists, as their deletion would have: a list that lost its owner can be read by
   * the others for a while. Returns the number of lists.
   *
   * @throws AccountError STORE_UNAVAILABLE
   */
  async repair(): Promise<number> {
    let repaired = 0;
    for await (const list of everyList(this.#parts.lists)) {
      const missing = await this.#missingAccounts(list);
      for (const accountId of missing) await leaveList(this.#parts, list.id, accountId);
      if (missing.length > 0) repaired++;
    }
    return repaired;
  }

  /** Lists that end with an account: it owns them, and others use them. @throws AccountError STORE_UNAVAILABLE */
  async endingWith(accountId: string): Promise<readonly ListSummary[]> {
    const lists = await this.#parts.lists.listByAccount(accountId);
    const ending = lists.filter((list) => {
      return list.status === 'active' && list.members.length > 1 && ownerOf(list)?.accountId === accountId;
    });
    return Promise.all(ending.map((list) => this.#summaryOf(list)));
  }

  async #missingAccounts({ status, members }: List): Promise<readonly string[]> {
    if (status === 'removing') return [];
    const missing: string[] = [];
    for (const { accountId } of members) {
      if (!(await this.#parts.accounts.findById(accountId))) missing.push(accountId);
    }
    return missing;
  }

  async #summaryOf(list: List): Promise<ListSummary> {
    const { id, name, members, status } = list;
    const owner = ownerOf(list);
    const account = owner && (await this.#parts.accounts.findById(owner.accountId));
    return { id, name, owner: account?.username ?? null, members: members.length, status };
  }
}
