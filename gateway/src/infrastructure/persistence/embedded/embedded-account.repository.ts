import type { EmbeddedStore } from '@tasks/embedded-store';
import { type AccountPage, AccountRepository } from '../../../application/accounts/account-repository.js';
import { isAsExpected } from '../../../application/accounts/row-repository.js';
import type { Account, AccountChanges, AccountExpectation, AccountStatus } from '../../../domain/account.js';
import { answered, fromRecord, keysWith, toRecord } from './records.js';

/** Prefixes of keys: accounts by id, ids by name, and ids by status. */
export const ACCOUNT_KEYS = 'account/';
const NAME_KEYS = 'name/';
const STATUS_KEYS = 'status/';

/** Accounts in the embedded store. An account and its name are written in one step. */
export class EmbeddedAccountRepository extends AccountRepository {
  readonly #store: EmbeddedStore;

  constructor(store: EmbeddedStore) {
    super();
    this.#store = store;
  }

  override add(account: Account): Promise<boolean> {
    const { id, canonicalName, status } = account;
    return answered(
      this.#store.write(({ get, put }) => {
        if (get(NAME_KEYS + canonicalName) !== undefined) return false;
        put(NAME_KEYS + canonicalName, id);
        put(ACCOUNT_KEYS + id, toRecord(account));
        put(statusKey(status, id), '');
        return true;
      }),
    );
  }

  override async findById(id: string): Promise<Account | undefined> {
    return accountOf(await answered(this.#store.get(ACCOUNT_KEYS + id)));
  }

  override async findByName(canonicalName: string): Promise<Account | undefined> {
    const id = await answered(this.#store.get(NAME_KEYS + canonicalName));
    return id === undefined ? undefined : this.findById(id);
  }

  override async list({ limit, after, status }: AccountPage): Promise<readonly Account[]> {
    if (status === undefined) {
      const entries = await answered(this.#store.read({ ...keysWith(ACCOUNT_KEYS, after), limit }));
      return entries.map(([, record]) => fromRecord<Account>(record));
    }
    const prefix = statusKey(status, '');
    const records = await answered(
      this.#store.snapshot(async (view) => {
        const keys = await view.read({ ...keysWith(prefix, after), limit });
        return view.getMany(keys.map(([key]) => ACCOUNT_KEYS + key.slice(prefix.length)));
      }),
    );
    return records.map(accountOf).filter((account) => account !== undefined);
  }

  override change(id: string, expected: AccountExpectation, changes: AccountChanges): Promise<Account | undefined> {
    return answered(
      this.#store.write(({ get, put, remove }) => {
        const account = accountOf(get(ACCOUNT_KEYS + id));
        if (!account || !isAsExpected(account, expected)) return undefined;
        const changed = { ...account, ...changes };
        put(ACCOUNT_KEYS + id, toRecord(changed));
        if (changed.status !== account.status) {
          remove(statusKey(account.status, id));
          put(statusKey(changed.status, id), '');
        }
        return changed;
      }),
    );
  }

  override remove({ id, canonicalName }: Pick<Account, 'id' | 'canonicalName'>): Promise<void> {
    return answered(
      this.#store.write(({ get, remove }) => {
        const account = accountOf(get(ACCOUNT_KEYS + id));
        if (account) remove(statusKey(account.status, id));
        remove(ACCOUNT_KEYS + id);
        if (get(NAME_KEYS + canonicalName) === id) remove(NAME_KEYS + canonicalName);
      }),
    );
  }
}

function accountOf(record: string | undefined): Account | undefined {
  return record === undefined ? undefined : fromRecord<Account>(record);
}

function statusKey(status: AccountStatus, id: string): string {
  return `${STATUS_KEYS}${status}/${id}`;
}
