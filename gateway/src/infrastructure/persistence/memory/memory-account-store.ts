import type { AccessToken } from '../../../domain/access-token.js';
import type { Account, AccountChanges, AccountExpectation } from '../../../domain/account.js';
import type { FailureCounter } from '../../../domain/failure-counter.js';
import type { Device, Session } from '../../../domain/session.js';
import { type List, type ListChanges, memberOf } from '../../../domain/list.js';
import type { OpenAccountStore } from '../../../application/accounts/account-ports.js';
import { type AccountPage, AccountRepository } from '../../../application/accounts/account-repository.js';
import { AttemptRepository } from '../../../application/accounts/attempt-repository.js';
import {
  isAsExpected,
  RowRepository,
  type AccountRow,
  type RowChanges,
  type RowExpectation,
  type RowKey,
} from '../../../application/accounts/row-repository.js';
import { type ListPage, ListRepository } from '../../../application/lists/list-repository.js';

/** The account store in this process's memory, for tests and benchmarks. */
export class MemoryAccountStore implements OpenAccountStore {
  readonly accounts = new MemoryAccountRepository();
  readonly sessions = new MemoryRowRepository<Session>('id');
  readonly devices = new MemoryRowRepository<Device>('digest');
  readonly tokens = new MemoryRowRepository<AccessToken>('digest');
  readonly attempts = new MemoryAttemptRepository();
  readonly lists = new MemoryListRepository();

  check(): Promise<void> {
    return Promise.resolve();
  }

  checkWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class MemoryAccountRepository extends AccountRepository {
  readonly #byId = new Map<string, Account>();
  readonly #idByName = new Map<string, string>();

  override add(account: Account): Promise<boolean> {
    if (this.#idByName.has(account.canonicalName)) return Promise.resolve(false);
    this.#idByName.set(account.canonicalName, account.id);
    this.#byId.set(account.id, account);
    return Promise.resolve(true);
  }

  override findById(id: string): Promise<Account | undefined> {
    return Promise.resolve(this.#byId.get(id));
  }

  override findByName(canonicalName: string): Promise<Account | undefined> {
    return Promise.resolve(this.#byId.get(this.#idByName.get(canonicalName) ?? ''));
  }

  override list({ limit, after = '', status }: AccountPage): Promise<readonly Account[]> {
    const accounts = [...this.#byId.values()]
      .filter((account) => account.id > after && (status === undefined || account.status === status))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
    return Promise.resolve(accounts.slice(0, limit));
  }

  override change(id: string, expected: AccountExpectation, changes: AccountChanges): Promise<Account | undefined> {
    const account = this.#byId.get(id);
    if (!account || !isAsExpected(account, expected)) return Promise.resolve(undefined);
    const changed = { ...account, ...changes };
    this.#byId.set(id, changed);
    return Promise.resolve(changed);
  }

  override remove({ id, canonicalName }: Pick<Account, 'id' | 'canonicalName'>): Promise<void> {
    this.#byId.delete(id);
    if (this.#idByName.get(canonicalName) === id) this.#idByName.delete(canonicalName);
    return Promise.resolve();
  }
}

class MemoryRowRepository<Row extends AccountRow> extends RowRepository<Row> {
  readonly #key: RowKey;
  readonly #rows = new Map<string, Row>();

  constructor(key: RowKey) {
    super();
    this.#key = key;
  }

  override add(row: Row): Promise<void> {
    this.#rows.set(this.#keyOf(row), row);
    return Promise.resolve();
  }

  override find(key: string): Promise<Row | undefined> {
    return Promise.resolve(this.#rows.get(key));
  }

  override listByAccount(accountId: string): Promise<readonly Row[]> {
    return Promise.resolve([...this.#rows.values()].filter((row) => row.accountId === accountId));
  }

  override change(key: string, expected: RowExpectation<Row>, changes: RowChanges<Row>): Promise<Row | undefined> {
    const row = this.#rows.get(key);
    if (!row || !isAsExpected(row, expected)) return Promise.resolve(undefined);
    const changed = { ...row, ...changes };
    this.#rows.set(key, changed);
    return Promise.resolve(changed);
  }

  override remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#rows.delete(key);
    return Promise.resolve();
  }

  override async removeExpired(now: Date): Promise<number> {
    const expired = [...this.#rows.values()].filter(({ expiresOn }) => expiresOn <= now);
    await this.remove(expired.map((row) => this.#keyOf(row)));
    return expired.length;
  }

  #keyOf(row: Row): string {
    return (row as unknown as Readonly<Record<RowKey, string>>)[this.#key];
  }
}

class MemoryAttemptRepository extends AttemptRepository {
  readonly #counters = new Map<string, FailureCounter>();
  #keySecret: string | undefined;

  override findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>> {
    return Promise.resolve(
      new Map(
        keys.flatMap((key) => {
          const counter = this.#counters.get(key);
          return counter ? [[key, counter]] : [];
        }),
      ),
    );
  }

  override update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined> {
    const counter = change(this.#counters.get(key));
    if (counter) this.#counters.set(key, counter);
    else this.#counters.delete(key);
    return Promise.resolve(counter);
  }

  override removeExpired(now: Date): Promise<number> {
    const expired = [...this.#counters].filter(([, { expiresOn }]) => expiresOn <= now);
    for (const [key] of expired) this.#counters.delete(key);
    return Promise.resolve(expired.length);
  }

  override keySecret(candidate: string): Promise<string> {
    this.#keySecret ??= candidate;
    return Promise.resolve(this.#keySecret);
  }
}

class MemoryListRepository extends ListRepository {
  readonly #lists = new Map<string, List>();

  override add(list: List): Promise<boolean> {
    if (this.#lists.has(list.id)) return Promise.resolve(false);
    this.#lists.set(list.id, list);
    return Promise.resolve(true);
  }

  override find(id: string): Promise<List | undefined> {
    return Promise.resolve(this.#lists.get(id));
  }

  override listByAccount(accountId: string): Promise<readonly List[]> {
    return Promise.resolve([...this.#lists.values()].filter((list) => memberOf(list, accountId) !== undefined));
  }

  override list({ limit, after = '', status }: ListPage): Promise<readonly List[]> {
    const lists = [...this.#lists.values()]
      .filter((list) => list.id > after && (status === undefined || list.status === status))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
    return Promise.resolve(lists.slice(0, limit));
  }

  override change({ id, version }: List, changes: ListChanges): Promise<List | undefined> {
    const stored = this.#lists.get(id);
    if (stored?.version !== version) return Promise.resolve(undefined);
    const changed = { ...stored, ...changes, version: version + 1 };
    this.#lists.set(id, changed);
    return Promise.resolve(changed);
  }

  override remove({ id, version }: Pick<List, 'id' | 'version'>): Promise<boolean> {
    return Promise.resolve(this.#lists.get(id)?.version === version && this.#lists.delete(id));
  }
}
