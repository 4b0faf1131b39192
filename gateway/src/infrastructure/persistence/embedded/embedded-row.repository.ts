import type { EmbeddedStore, Transaction } from '@tasks/embedded-store';
import {
  isAsExpected,
  RowRepository,
  type AccountRow,
  type RowChanges,
  type RowExpectation,
  type RowKey,
} from '../../../application/accounts/row-repository.js';
import { answered, fromRecord, keysWith, timeKey, toRecord } from './records.js';

/** More rows than an account can have. */
const MAX_ROWS = 10_000;
/** Number of rows removed in one step. */
const SWEEP_ROWS = 500;

/** Sessions, devices or tokens in the embedded store; indexed by account and by expiry. */
export class EmbeddedRowRepository<Row extends AccountRow> extends RowRepository<Row> {
  readonly #store: EmbeddedStore;
  readonly #rows: string;
  readonly #byAccount: string;
  readonly #byExpiry: string;
  readonly #key: RowKey;

  /** @param kind Prefix of the rows' keys: `session`. */
  constructor(store: EmbeddedStore, kind: string, key: RowKey) {
    super();
    this.#store = store;
    this.#rows = `${kind}/`;
    this.#byAccount = `${kind}-of/`;
    this.#byExpiry = `${kind}-until/`;
    this.#key = key;
  }

  override add(row: Row): Promise<void> {
    return answered(
      this.#store.write((transaction) => {
        this.#put(transaction, row);
      }),
    );
  }

  override async find(key: string): Promise<Row | undefined> {
    return rowOf<Row>(await answered(this.#store.get(this.#rows + key)));
  }

  override async listByAccount(accountId: string): Promise<readonly Row[]> {
    const prefix = `${this.#byAccount}${accountId}/`;
    const records = await answered(
      this.#store.snapshot(async (view) => {
        const keys = await view.read({ ...keysWith(prefix), limit: MAX_ROWS });
        return view.getMany(keys.map(([key]) => this.#rows + key.slice(prefix.length)));
      }),
    );
    return records.map((record) => rowOf<Row>(record)).filter((row) => row !== undefined);
  }

  override change(key: string, expected: RowExpectation<Row>, changes: RowChanges<Row>): Promise<Row | undefined> {
    return answered(
      this.#store.write((transaction) => {
        const row = rowOf<Row>(transaction.get(this.#rows + key));
        if (!row || !isAsExpected(row, expected)) return undefined;
        const changed = { ...row, ...changes };
        transaction.remove(this.#expiryKey(row));
        this.#put(transaction, changed);
        return changed;
      }),
    );
  }

  override remove(keys: readonly string[]): Promise<void> {
    return answered(
      this.#store.write((transaction) => {
        for (const key of keys) this.#remove(transaction, key);
      }),
    );
  }

  override async removeExpired(now: Date): Promise<number> {
    const range = { gt: this.#byExpiry, lt: `${this.#byExpiry}${timeKey(new Date(now.getTime() + 1))}/` };
    const keys = await answered(this.#store.read({ ...range, limit: SWEEP_ROWS }));
    if (keys.length === 0) return 0;
    const keyAt = this.#byExpiry.length + timeKey(now).length + 1;
    return answered(
      this.#store.write((transaction) => {
        let removed = 0;
        for (const [key] of keys) {
          // Unless it was used meanwhile.
          if (transaction.get(key) === undefined) continue;
          // The index key first: without its row it would be found again forever.
          transaction.remove(key);
          this.#remove(transaction, key.slice(keyAt));
          removed++;
        }
        return removed;
      }),
    );
  }

  #put({ put }: Transaction, row: Row): void {
    put(this.#rows + this.#keyOf(row), toRecord(row));
    put(this.#accountKey(row), '');
    put(this.#expiryKey(row), '');
  }

  #remove({ get, remove }: Transaction, key: string): void {
    const row = rowOf<Row>(get(this.#rows + key));
    if (!row) return;
    remove(this.#rows + key);
    remove(this.#accountKey(row));
    remove(this.#expiryKey(row));
  }

  #keyOf(row: Row): string {
    return (row as unknown as Readonly<Record<RowKey, string>>)[this.#key];
  }

  #accountKey(row: Row): string {
    return `${this.#byAccount}${row.accountId}/${this.#keyOf(row)}`;
  }

  #expiryKey(row: Row): string {
    return `${this.#byExpiry}${timeKey(row.expiresOn)}/${this.#keyOf(row)}`;
  }
}

function rowOf<Row extends AccountRow>(record: string | undefined): Row | undefined {
  return record === undefined ? undefined : fromRecord<Row>(record);
}
