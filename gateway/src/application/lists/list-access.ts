import { includesRole, type List, memberOf, type Role } from '../../domain/list.js';
import { ListError } from '../../domain/list.errors.js';
import type { Principal } from '../../domain/principal.js';
import type { AccountPorts } from '../accounts/account-ports.js';

/**
 * Decides which lists a request may use, and how: each request anew, so that every instance rejects a member who was
 * removed from the next one on.
 */
export class ListAccess {
  readonly #parts: Pick<AccountPorts, 'lists' | 'secrets' | 'now'>;

  constructor(parts: Pick<AccountPorts, 'lists' | 'secrets' | 'now'>) {
    this.#parts = parts;
  }

  /**
   * Authorizes a request for the tasks of a list; returns the user that Tasks knows them by.
   *
   * @param listId Undefined: the first list of the account.
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, READ_ONLY; AccountError STORE_UNAVAILABLE
   */
  async requireTasks(principal: Principal, listId: string | undefined, needed: Role): Promise<string> {
    if (listId !== undefined) return (await this.requireList(principal, listId, needed)).ownerId;
    // Nothing keeps an account out of its first list: that needs no read.
    if (!this.#isReached(principal, undefined)) throw new ListError('NOT_FOUND');
    return principal.accountId;
  }

  /**
   * Authorizes a request for a list.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, READ_ONLY; AccountError STORE_UNAVAILABLE
   */
  async requireList(principal: Principal, listId: string, needed: Role): Promise<List> {
    const list = this.#isReached(principal, listId) ? await this.#find(principal, listId) : undefined;
    const member = list && isVisible(list) ? memberOf(list, principal.accountId) : undefined;
    if (!list || !member) throw new ListError('NOT_FOUND');
    if (!includesRole(member.role, needed)) throw new ListError('ROLE_TOO_LOW');
    if (list.status === 'ownerless' && needed !== 'viewer') throw new ListError('READ_ONLY');
    return list;
  }

  /**
   * Authorizes a request of the owner for a list, whatever its status: it may be deleted.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW; AccountError STORE_UNAVAILABLE
   */
  async requireOwn(principal: Principal, listId: string): Promise<List> {
    const list = this.#isReached(principal, listId) ? await this.#find(principal, listId) : undefined;
    const member = list && memberOf(list, principal.accountId);
    if (!list || !member || list.status === 'removing') throw new ListError('NOT_FOUND');
    if (member.role === 'owner') return list;
    throw new ListError(isVisible(list) ? 'ROLE_TOO_LOW' : 'NOT_FOUND');
  }

  /** Every list that the request may read: the account's first list, then the others, the oldest first. */
  async readable(principal: Principal): Promise<readonly List[]> {
    return this.readableOf(principal, await this.listsOf(principal.accountId));
  }

  /** Of all lists of the account, those that the request may read. */
  readableOf(principal: Principal, lists: readonly List[]): readonly List[] {
    return this.#reached(principal, lists).filter(isVisible);
  }

  /** Every list that the request reaches, also deleted ones. */
  async reached(principal: Principal): Promise<readonly List[]> {
    return this.#reached(principal, await this.listsOf(principal.accountId));
  }

  /** Every list of the account, also deleted ones: its first list, then the others, the oldest first. */
  async listsOf(accountId: string): Promise<readonly List[]> {
    const stored = await this.#parts.lists.listByAccount(accountId);
    const first = stored.find(({ ownerId }) => ownerId === accountId) ?? this.#firstList(accountId);
    const others = stored
      .filter(({ ownerId }) => ownerId !== accountId)
      .toSorted((one, other) => one.createdOn.getTime() - other.createdOn.getTime() || (one.id < other.id ? -1 : 1));
    return [first, ...others];
  }

  /** Stores the account's first list if it is missing: another account can't create a list with the id of a stored one. */
  async storeFirstList(accountId: string): Promise<void> {
    const { lists } = this.#parts;
    const first = this.#firstList(accountId);
    if (!(await lists.find(first.id))) await lists.add({ ...first, version: 1 });
  }

  /** The public id of an account's first list; the account's id does not follow from it. */
  firstListId(accountId: string): string {
    return this.#derivedId('first list', accountId);
  }

  async #find({ accountId }: Principal, listId: string): Promise<List | undefined> {
    const stored = await this.#parts.lists.find(listId);
    if (listId !== this.firstListId(accountId)) return stored;
    // Another account may have chosen the id for a list of its own.
    return stored?.ownerId === accountId ? stored : this.#firstList(accountId);
  }

  /**
   * A first list that is not stored: its account was made by `gateway-admin create`, or before first lists were stored,
   * and has not logged in since.
   */
  #firstList(accountId: string): List {
    const now = this.#parts.now();
    const id = this.#derivedId('first member', accountId);
    return {
      id: this.firstListId(accountId),
      ownerId: accountId,
      name: null,
      createdOn: now,
      status: 'active',
      statusSince: now,
      members: [{ id, accountId, name: null, role: 'owner', color: null, position: null }],
      invitations: [],
      version: 0,
    };
  }

  #reached(principal: Principal, lists: readonly List[]): readonly List[] {
    return lists.filter(({ id }) => this.#isReached(principal, id));
  }

  /** Whether a token includes a list. One without a choice, made before there were lists, includes the first one alone. */
  #isReached(principal: Principal, listId: string | undefined): boolean {
    if (principal.via === 'session' || principal.lists === 'all') return true;
    const { lists, accountId } = principal;
    if (lists === undefined) return listId === undefined || listId === this.firstListId(accountId);
    return lists.includes(listId ?? this.firstListId(accountId));
  }

  #derivedId(purpose: string, accountId: string): string {
    return this.#parts.secrets.digest(`${purpose} of ${accountId}`).slice(0, 32);
  }
}

function isVisible({ status }: List): boolean {
  return status === 'active' || status === 'ownerless';
}
