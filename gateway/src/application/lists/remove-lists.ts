import { endOf, type List, type ListChanges, memberOf } from '../../domain/list.js';
import type { AccountPorts } from '../accounts/account-ports.js';
import { LATE_TASKS_MS, type TaskRemoval } from '../accounts/task-removal.js';
import { ListAccess } from './list-access.js';
import { everyList } from './list-repository.js';

/** Removes lists whose time is over, and takes accounts out of lists. Several instances may run it at once. */
export class RemoveLists {
  readonly #parts: Pick<AccountPorts, 'lists' | 'secrets' | 'now'>;
  readonly #tasks: TaskRemoval;
  readonly #access: ListAccess;

  constructor(parts: Pick<AccountPorts, 'lists' | 'secrets' | 'now'>, tasks: TaskRemoval) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#access = new ListAccess(parts);
  }

  /** Runs one round. Failed parts are left to the next one; rejects with all failures after everything was tried. */
  async execute(): Promise<void> {
    const failures: unknown[] = [];
    for (const status of ['deleted', 'ownerless', 'removing'] as const) {
      for await (const list of everyList(this.#parts.lists, status)) {
        await this.#process(list).catch((error: unknown) => failures.push(error));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not every list whose time is over could be removed');
  }

  /**
   * Takes a deleted account out of all its lists: those that it shares stay without an owner for a while, its others are
   * removed.
   *
   * @returns Whether the tasks of its first list are to be removed with the account.
   */
  async leaveAll(accountId: string): Promise<boolean> {
    const { lists } = this.#parts;
    for (const { id } of await lists.listByAccount(accountId)) await leaveList(this.#parts, id, accountId);
    // By its id: an account that has left is no member any more. Another account may have chosen the id.
    const first = await lists.find(this.#access.firstListId(accountId));
    return !(first?.ownerId === accountId && first.status === 'ownerless');
  }

  async #process(list: List): Promise<void> {
    const { lists, now } = this.#parts;
    if (list.status !== 'removing') {
      const endsOn = endOf(list);
      // From now on it can't be restored: its tasks may be removed.
      if (endsOn && endsOn <= now()) await lists.change(list, removing(now()));
      return;
    }
    let calledOn: Date;
    do calledOn = now();
    while ((await this.#tasks.removeAll(list.ownerId)) > 0);
    if (calledOn.getTime() - list.statusSince.getTime() >= LATE_TASKS_MS) await lists.remove(list);
  }
}

/** Takes a deleted account out of a list. @throws AccountError STORE_UNAVAILABLE */
export async function leaveList(
  { lists, now }: Pick<AccountPorts, 'lists' | 'now'>,
  listId: string,
  accountId: string,
): Promise<void> {
  for (;;) {
    const list = await lists.find(listId);
    const changes = list && changesWithout(list, accountId, now());
    if (!list || !changes || (await lists.change(list, changes))) return;
  }
}

/** The changes by which a deleted account leaves a list; undefined: none. */
function changesWithout(list: List, accountId: string, now: Date): ListChanges | undefined {
  const member = memberOf(list, accountId);
  if (!member || list.status === 'removing') return undefined;
  const members = list.members.filter(({ id }) => id !== member.id);
  if (members.length === 0 || (member.role === 'owner' && list.status === 'deleted')) return removing(now);
  if (member.role !== 'owner') return { members };
  return { status: 'ownerless', statusSince: now, members, invitations: [] };
}

function removing(now: Date): ListChanges {
  return { status: 'removing', statusSince: now, invitations: [] };
}
