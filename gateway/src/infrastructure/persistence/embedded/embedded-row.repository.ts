import { AGAIN, bytes, type SqliteStore } from '@tasks/embedded-store';
import {
  isAsExpected,
  RowRepository,
  type AccountRow,
  type RowChanges,
  type RowExpectation,
  type RowKey,
} from '../../../application/accounts/row-repository.js';
import type { AccountOperations, RowRecord, RowTable } from './account-operations.js';
import { answered, fromRecord, Records, type StoredRecord, toRecord } from './records.js';

/** Number of rows that one query reads. */
const PAGE_ROWS = 500;

/** Sessions, devices or tokens in one SQLite file. */
export class EmbeddedRowRepository<Row extends AccountRow> extends RowRepository<Row> {
  readonly #store: SqliteStore<AccountOperations>;
  readonly #table: RowTable;
  readonly #key: RowKey;
  readonly #records: Records<Row>;

  constructor(store: SqliteStore<AccountOperations>, table: RowTable, key: RowKey) {
    super();
    this.#store = store;
    this.#table = table;
    this.#key = key;
    this.#records = new Records(store, `SELECT record FROM ${table} WHERE key = ?`, fromRecord<Row>);
  }

  override add(row: Row): Promise<void> {
    return answered(async () => {
      await this.#store.write('putRow', this.#toStored(row));
    });
  }

  override find(key: string): Promise<Row | undefined> {
    return answered(() => this.#records.find(key)?.value);
  }

  override listByAccount(accountId: string): Promise<readonly Row[]> {
    return answered(() => {
      const rows: Row[] = [];
      for (let after = bytes(''); ;) {
        const page = this.#store.all<StoredRecord & { readonly key: Uint8Array }>(
          `SELECT key, record FROM ${this.#table} WHERE account = ? AND key > ? ORDER BY key LIMIT ${String(PAGE_ROWS)}`,
          bytes(accountId),
          after,
        );
        for (const { record } of page) rows.push(fromRecord<Row>(record));
        const last = page.at(-1);
        if (page.length < PAGE_ROWS || !last) return rows;
        after = last.key;
      }
    });
  }

  override change(key: string, expected: RowExpectation<Row>, changes: RowChanges<Row>): Promise<Row | undefined> {
    return answered(() =>
      this.#store.change(`${this.#table} ${key}`, async () => {
        const found = this.#records.find(key);
        if (!found || !isAsExpected(found.value, expected)) return undefined;
        const changed = { ...found.value, ...changes };
        const stored = { ...this.#toStored(changed), key, was: found.record };
        return (await this.#store.write('replaceRow', stored)) ? changed : AGAIN;
      }),
    );
  }

  override remove(keys: readonly string[]): Promise<void> {
    return answered(() => this.#store.write('removeRows', { table: this.#table, keys }));
  }

  override removeExpired(now: Date): Promise<number> {
    return answered(() => this.#store.write('removeExpired', { table: this.#table, now: now.getTime() }));
  }

  #toStored(row: Row): RowRecord {
    const key = (row as unknown as Readonly<Record<RowKey, string>>)[this.#key];
    const expiresOn = row.expiresOn.getTime();
    return { table: this.#table, key, account: row.accountId, expiresOn, record: toRecord(row) };
  }
}
