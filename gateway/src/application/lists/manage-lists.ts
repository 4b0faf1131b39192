import {
  endOf,
  isFirstOf,
  type List,
  type ListChanges,
  type ListColor,
  MAX_LISTS,
  type Member,
  memberOf,
  type Role,
  withMember,
} from '../../domain/list.js';
import { ListError } from '../../domain/list.errors.js';
import type { Principal } from '../../domain/principal.js';
import { USERS_AT_ONCE } from '@tasks/idl';
import type { AccountPorts } from '../accounts/account-ports.js';
import type { ChangeFeed } from '../tasks/change-feed.js';
import type { TaskService, TaskTotals } from '../tasks/task-service.js';
import type { ListAccess } from './list-access.js';

/** A list as one of its members sees it. */
export interface ListView {
  readonly id: string;
  /** Null: a first list that was never renamed. */
  readonly name: string | null;
  readonly color: ListColor | null;
  readonly position: string | null;
  readonly role: Role;
  /** Number of members. */
  readonly members: number;
  readonly isFirst: boolean;
  /** When a list that is deleted or without an owner is removed. */
  readonly endsOn: Date | undefined;
}

export interface ListWithTotals extends ListView {
  readonly totals: TaskTotals;
}

/** Settings of a list; unset ones are left unchanged. Color and position are the member's own. */
export type ListSettings = Partial<Pick<ListView, 'color' | 'position'>> & { readonly name?: string | undefined };

interface NewList extends ListSettings {
  readonly name: string;
  /** Chosen by the client, so that it can repeat the request. */
  readonly id?: string | undefined;
}

/** Dependencies of the use cases of lists. */
export interface ListParts extends Pick<AccountPorts, 'lists' | 'secrets' | 'audit' | 'now'> {
  readonly access: ListAccess;
  readonly feed: ChangeFeed;
}

/** Maximum number of attempts against concurrent changes of a list. */
const MAX_TRIES = 20;

/** The lists of an account. */
export class ManageLists {
  readonly #parts: ListParts;
  readonly #tasks: TaskService;

  constructor(parts: ListParts, tasks: TaskService) {
    this.#parts = parts;
    this.#tasks = tasks;
  }

  /**
   * Lists what the request may read, with numbers of tasks by one call: the first list, then the others, the oldest first.
   *
   * @param today The caller's day.
   * @throws TaskServiceError; AccountError STORE_UNAVAILABLE
   */
  async list(principal: Principal, today: string): Promise<readonly ListWithTotals[]> {
    return this.#withTotals(principal, await this.#parts.access.readable(principal), today);
  }

  /** The deleted lists that the request reaches and its account can restore. @throws AccountError STORE_UNAVAILABLE */
  async deleted(principal: Principal): Promise<readonly ListView[]> {
    const { accountId } = principal;
    const lists = await this.#parts.access.reached(principal);
    const now = this.#parts.now();
    return lists.filter((list) => isRestorable(list, accountId, now)).map((list) => viewOf(list, accountId));
  }

  /** @throws ListError NOT_FOUND; TaskServiceError; AccountError STORE_UNAVAILABLE */
  async get(principal: Principal, id: string, today: string): Promise<ListWithTotals> {
    const list = await this.#parts.access.requireList(principal, id, 'viewer');
    const [view] = await this.#withTotals(principal, [list], today);
    if (view === undefined) throw new ListError('NOT_FOUND');
    return view;
  }

  /**
   * Adds a list. With the id of a list that the account owns, that list is returned unchanged.
   *
   * @throws ListError TOKEN_TOO_NARROW, ID_TAKEN, TOO_MANY_LISTS; AccountError STORE_UNAVAILABLE
   */
  async create(principal: Principal, { id, name, ...settings }: NewList): Promise<{ list: ListView; isNew: boolean }> {
    const { lists, access, secrets, feed, now } = this.#parts;
    const { accountId } = principal;
    if (principal.via === 'token' && principal.lists !== 'all') throw new ListError('TOKEN_TOO_NARROW');
    const existing = id === undefined ? undefined : await this.#existing(principal, id);
    if (existing) return { list: viewOf(existing, accountId), isNew: false };
    if ((await access.listsOf(accountId)).length >= MAX_LISTS) throw new ListError('TOO_MANY_LISTS');
    const createdOn = now();
    const owner: Member = {
      id: secrets.newId(),
      accountId,
      name: null,
      role: 'owner',
      color: settings.color ?? null,
      position: settings.position ?? null,
    };
    const list: List = {
      id: id ?? secrets.newId(),
      ownerId: secrets.newId(),
      name,
      createdOn,
      status: 'active',
      statusSince: createdOn,
      members: [owner],
      invitations: [],
      version: 1,
    };
    if (!(await lists.add(list))) {
      // A concurrent request: the same one, or another account's with this id.
      const other = await this.#existing(principal, list.id);
      if (!other) throw new ListError('CHANGED_MEANWHILE');
      return { list: viewOf(other, accountId), isNew: false };
    }
    // Again: concurrent requests may have added others.
    if ((await access.listsOf(accountId)).length > MAX_LISTS) {
      await lists.remove(list);
      throw new ListError('TOO_MANY_LISTS');
    }
    feed.publishLists([accountId]);
    return { list: viewOf(list, accountId), isNew: true };
  }

  /**
   * Changes a list. The name needs its owner, color and position any member.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, READ_ONLY, CHANGED_MEANWHILE; AccountError STORE_UNAVAILABLE
   */
  async update(principal: Principal, id: string, { name, ...own }: ListSettings): Promise<ListView> {
    const { access } = this.#parts;
    const list = await changeList(
      this.#parts,
      () => access.requireList(principal, id, name === undefined ? 'viewer' : 'owner'),
      (current) => {
        const member = memberOf(current, principal.accountId);
        if (member === undefined) return undefined;
        const changed = { ...member, ...definedOf(own) };
        if (isSame(changed, member) && (name ?? current.name) === current.name) return undefined;
        return { ...(name !== undefined && { name }), members: withMember(current.members, changed) };
      },
    );
    return viewOf(list, principal.accountId);
  }

  /**
   * Deletes a list: it is hidden from everybody at once, and removed some days later.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, FIRST_LIST, CHANGED_MEANWHILE; AccountError STORE_UNAVAILABLE
   */
  async delete(principal: Principal, id: string, address: string): Promise<void> {
    const { access, audit, now } = this.#parts;
    await changeList(
      this.#parts,
      async () => {
        const list = await access.requireList(principal, id, 'owner');
        if (isFirstOf(list, principal.accountId)) throw new ListError('FIRST_LIST');
        return list;
      },
      () => ({ status: 'deleted', statusSince: now(), invitations: [] }),
    );
    audit.record({ type: 'list-deleted', accountId: principal.accountId, listId: id, address });
  }

  /**
   * Restores a deleted list; one that is not deleted is returned as it is.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, CHANGED_MEANWHILE; AccountError STORE_UNAVAILABLE
   */
  async restore(principal: Principal, id: string, address: string): Promise<ListView> {
    const { access, audit, now } = this.#parts;
    const { accountId } = principal;
    let before: List | undefined;
    const list = await changeList(
      this.#parts,
      async () => {
        const found = await access.requireOwn(principal, id);
        if (found.status === 'deleted' && !isRestorable(found, accountId, now())) throw new ListError('NOT_FOUND');
        return (before = found);
      },
      ({ status }) => (status === 'deleted' ? { status: 'active', statusSince: now() } : undefined),
    );
    if (list !== before) audit.record({ type: 'list-restored', accountId, listId: id, address });
    return viewOf(list, accountId);
  }

  /** The list with an id that the client chose, if the account owns it. @throws ListError ID_TAKEN */
  async #existing(principal: Principal, id: string): Promise<List | undefined> {
    const stored = await this.#parts.lists.find(id);
    if (!stored && id !== this.#parts.access.firstListId(principal.accountId)) return undefined;
    try {
      return await this.#parts.access.requireList(principal, id, 'owner');
    } catch (error) {
      if (error instanceof ListError) throw new ListError('ID_TAKEN');
      throw error;
    }
  }

  async #withTotals(
    { accountId }: Principal,
    lists: readonly List[],
    today: string,
  ): Promise<readonly ListWithTotals[]> {
    const totals = new Map<string, TaskTotals>();
    for (let start = 0; start < lists.length; start += USERS_AT_ONCE) {
      const owners = lists.slice(start, start + USERS_AT_ONCE).map(({ ownerId }) => ownerId);
      for (const [owner, numbers] of await this.#tasks.totals(owners, today)) totals.set(owner, numbers);
    }
    return lists.map((list) => ({ ...viewOf(list, accountId), totals: totals.get(list.ownerId) ?? NO_TASKS }));
  }
}

const NO_TASKS: TaskTotals = { open: 0, done: 0, overdue: 0, dueToday: 0 };

/**
 * Changes a list in one atomic step, and notifies its members. Reads, authorizes and decides again after a concurrent
 * change.
 *
 * @param read Returns the list, or rejects.
 * @param decide Returns the changes; undefined: none.
 * @throws ListError CHANGED_MEANWHILE; AccountError STORE_UNAVAILABLE
 */
export async function changeList(
  { lists, feed }: Pick<ListParts, 'lists' | 'feed'>,
  read: () => Promise<List>,
  decide: (list: List) => ListChanges | undefined,
): Promise<List> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const list = await read();
    const changes = decide(list);
    if (changes === undefined) return list;
    const changed = await stored(lists, list, changes);
    if (changed === undefined) continue;
    feed.publishLists(concerned(list, changed));
    return changed;
  }
  throw new ListError('CHANGED_MEANWHILE');
}

/** Accounts that see a difference: one that changed its own color or position is alone. */
function concerned(before: List, after: List): readonly string[] {
  const isOwn =
    before.name === after.name && before.status === after.status && before.members.length === after.members.length;
  const members = isOwn
    ? after.members.filter((member, n) => !isSame(member, before.members[n]))
    : [...before.members, ...after.members];
  return [...new Set(members.map(({ accountId }) => accountId))];
}

/** Whether a member looks the same to itself and others. */
export function isSame(one: Member, other: Member | undefined): boolean {
  return (
    one.role === other?.role && one.name === other.name && one.color === other.color && one.position === other.position
  );
}

async function stored(lists: ListParts['lists'], list: List, changes: ListChanges): Promise<List | undefined> {
  if (list.version > 0) return lists.change(list, changes);
  const first = { ...list, ...changes, version: 1 };
  return (await lists.add(first)) ? first : undefined;
}

/** The list as the account, one of its members, sees it. */
export function viewOf(list: List, accountId: string): ListView {
  const { id, name, members } = list;
  const { color = null, position = null, role = 'viewer' } = memberOf(list, accountId) ?? {};
  const isFirst = isFirstOf(list, accountId);
  return { id, name, color, position, role, members: members.length, isFirst, endsOn: endOf(list) };
}

function isRestorable(list: List, accountId: string, now: Date): boolean {
  const endsOn = endOf(list);
  return (
    list.status === 'deleted' && memberOf(list, accountId)?.role === 'owner' && endsOn !== undefined && now < endsOn
  );
}

function definedOf<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
}
