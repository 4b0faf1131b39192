import { setImmediate } from 'node:timers/promises';
import { bytes, type SqliteStore } from '@tasks/embedded-store';
import { type ListPage, ListRepository } from '../../../application/lists/list-repository.js';
import type { Invitation, List, ListChanges } from '../../../domain/list.js';
import type { AccountOperations, ListRecord } from './account-operations.js';
import { answered, fromRecord, Records, type StoredRecord, toRecord } from './records.js';

/** Number of rows that are read before other requests have their turn: a list of 50 members takes some 16 kB. */
const PAGE_ROWS = 20;

/** Lists in one SQLite file. */
export class EmbeddedListRepository extends ListRepository {
  readonly #store: SqliteStore<AccountOperations>;
  readonly #records: Records<List>;

  constructor(store: SqliteStore<AccountOperations>) {
    super();
    this.#store = store;
    this.#records = new Records(store, 'SELECT record FROM lists WHERE id = ?', fromListRecord);
  }

  override add(list: List): Promise<boolean> {
    return answered(() => this.#store.write('addList', toListRecord(list)));
  }

  override find(id: string): Promise<List | undefined> {
    return answered(() => this.#records.find(id)?.value);
  }

  override listByAccount(accountId: string): Promise<readonly List[]> {
    return answered(async () => {
      const lists: List[] = [];
      for (let after = bytes(''); ;) {
        const page = this.#store.all<StoredRecord & { readonly id: Uint8Array }>(
          'SELECT id, record FROM list_members JOIN lists ON id = list WHERE account = ? AND list > ? ' +
            `ORDER BY list LIMIT ${String(PAGE_ROWS)}`,
          bytes(accountId),
          after,
        );
        for (const { record } of page) lists.push(fromListRecord(record));
        const last = page.at(-1);
        if (page.length < PAGE_ROWS || !last) return lists;
        after = last.id;
        await setImmediate();
      }
    });
  }

  override list({ limit, after = '', status }: ListPage): Promise<readonly List[]> {
    return answered(() => {
      const rows =
        status === undefined
          ? this.#store.all<StoredRecord>(
              'SELECT record FROM lists WHERE id > ? ORDER BY id LIMIT ?',
              bytes(after),
              limit,
            )
          : this.#store.all<StoredRecord>(
              'SELECT record FROM lists WHERE status = ? AND id > ? ORDER BY id LIMIT ?',
              status,
              bytes(after),
              limit,
            );
      return rows.map(({ record }) => fromListRecord(record));
    });
  }

  override change(list: List, changes: ListChanges): Promise<List | undefined> {
    return answered(async () => {
      const changed = { ...list, ...changes, version: list.version + 1 };
      return (await this.#store.write('changeList', toListRecord(changed))) ? changed : undefined;
    });
  }

  override remove({ id, version }: Pick<List, 'id' | 'version'>): Promise<boolean> {
    return answered(() => this.#store.write('removeList', { id, version }));
  }
}

export function toListRecord(list: List): ListRecord {
  const { id, status, version, members } = list;
  return { id, status, version, accounts: members.map(({ accountId }) => accountId), record: toRecord(list) };
}

export function fromListRecord(record: string): List {
  const list = fromRecord<List>(record);
  const invitations = list.invitations.map((invitation): Invitation => {
    return { ...invitation, expiresOn: new Date(invitation.expiresOn) };
  });
  return { ...list, invitations };
}
