import { AGAIN, bytes, type SqliteStore } from '@tasks/embedded-store';
import { type AccountPage, AccountRepository } from '../../../application/accounts/account-repository.js';
import { isAsExpected } from '../../../application/accounts/row-repository.js';
import type { Account, AccountChanges, AccountExpectation } from '../../../domain/account.js';
import type { AccountOperations } from './account-operations.js';
import { answered, fromRecord, Records, type StoredRecord, toRecord } from './records.js';

/** Accounts in one SQLite file. */
export class EmbeddedAccountRepository extends AccountRepository {
  readonly #store: SqliteStore<AccountOperations>;
  readonly #byId: Records<Account>;
  readonly #byName: Records<Account>;

  constructor(store: SqliteStore<AccountOperations>) {
    super();
    this.#store = store;
    this.#byId = new Records(store, 'SELECT record FROM accounts WHERE id = ?', fromRecord<Account>);
    this.#byName = new Records(store, 'SELECT record FROM accounts WHERE name = ?', fromRecord<Account>);
  }

  override add(account: Account): Promise<boolean> {
    const { id, canonicalName: name, status } = account;
    return answered(() => this.#store.write('addAccount', { id, name, status, record: toRecord(account) }));
  }

  override findById(id: string): Promise<Account | undefined> {
    return answered(() => this.#byId.find(id)?.value);
  }

  override findByName(canonicalName: string): Promise<Account | undefined> {
    return answered(() => this.#byName.find(canonicalName)?.value);
  }

  override list({ limit, after = '', status }: AccountPage): Promise<readonly Account[]> {
    return answered(() => {
      const rows =
        status === undefined
          ? this.#store.all<StoredRecord>(
              'SELECT record FROM accounts WHERE id > ? ORDER BY id LIMIT ?',
              bytes(after),
              limit,
            )
          : this.#store.all<StoredRecord>(
              'SELECT record FROM accounts WHERE status = ? AND id > ? ORDER BY id LIMIT ?',
              status,
              bytes(after),
              limit,
            );
      return rows.map(({ record }) => fromRecord<Account>(record));
    });
  }

  override change(id: string, expected: AccountExpectation, changes: AccountChanges): Promise<Account | undefined> {
    return answered(() =>
      this.#store.change(`account ${id}`, async () => {
        const found = this.#byId.find(id);
        if (!found || !isAsExpected(found.value, expected)) return undefined;
        const changed = { ...found.value, ...changes };
        const row = { id, status: changed.status, record: toRecord(changed), was: found.record };
        return (await this.#store.write('replaceAccount', row)) ? changed : AGAIN;
      }),
    );
  }

  override remove({ id }: Pick<Account, 'id' | 'canonicalName'>): Promise<void> {
    return answered(async () => {
      await this.#store.write('removeAccount', { id });
    });
  }
}
