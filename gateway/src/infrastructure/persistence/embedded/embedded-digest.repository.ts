import type { EmbeddedStore, Transaction } from '@tasks/embedded-store';
import { DigestRepository, type DigestRow, type RowChanges } from '../../../application/accounts/digest-repository.js';
import { answered, fromRecord, keysWith, timeKey, toRecord } from './records.js';

/** More rows than an account can have. */
const MAX_ROWS = 10_000;
/** Number of rows removed in one step. */
const SWEEP_ROWS = 500;

/** Sessions, devices or tokens in the embedded store; indexed by account and by expiry. */
export class EmbeddedDigestRepository<Row extends DigestRow> extends DigestRepository<Row> {
  readonly #store: EmbeddedStore;
  readonly #rows: string;
  readonly #byAccount: string;
  readonly #byExpiry: string;

  /** @param kind Prefix of the rows' keys: `session`. */
  constructor(store: EmbeddedStore, kind: string) {
    super();
    this.#store = store;
    this.#rows = `${kind}/`;
    this.#byAccount = `${kind}-of/`;
    this.#byExpiry = `${kind}-until/`;
  }

  override add(row: Row): Promise<void> {
    return answered(
      this.#store.write((transaction) => {
        this.#put(transaction, row);
      }),
    );
  }

  override async find(digest: string): Promise<Row | undefined> {
    return rowOf<Row>(await answered(this.#store.get(this.#rows + digest)));
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

  override change(digest: string, changes: RowChanges<Row>): Promise<void> {
    return answered(
      this.#store.write((transaction) => {
        const row = rowOf<Row>(transaction.get(this.#rows + digest));
        if (!row) return;
        transaction.remove(this.#expiryKey(row));
        this.#put(transaction, { ...row, ...changes });
      }),
    );
  }

  override remove(digests: readonly string[]): Promise<void> {
    return answered(
      this.#store.write((transaction) => {
        for (const digest of digests) this.#remove(transaction, digest);
      }),
    );
  }

  override async removeExpired(now: Date): Promise<number> {
    const range = { gt: this.#byExpiry, lt: `${this.#byExpiry}${timeKey(new Date(now.getTime() + 1))}/` };
    const keys = await answered(this.#store.read({ ...range, limit: SWEEP_ROWS }));
    if (keys.length === 0) return 0;
    const digestAt = this.#byExpiry.length + timeKey(now).length + 1;
    return answered(
      this.#store.write((transaction) => {
        let removed = 0;
        for (const [key] of keys) {
          // Unless it was used meanwhile.
          if (transaction.get(key) === undefined) continue;
          // The index key first: without its row it would be found again forever.
          transaction.remove(key);
          this.#remove(transaction, key.slice(digestAt));
          removed++;
        }
        return removed;
      }),
    );
  }

  #put({ put }: Transaction, row: Row): void {
    put(this.#rows + row.digest, toRecord(row));
    put(this.#accountKey(row), '');
    put(this.#expiryKey(row), '');
  }

  #remove({ get, remove }: Transaction, digest: string): void {
    const row = rowOf<Row>(get(this.#rows + digest));
    if (!row) return;
    remove(this.#rows + digest);
    remove(this.#accountKey(row));
    remove(this.#expiryKey(row));
  }

  #accountKey({ accountId, digest }: DigestRow): string {
    return `${this.#byAccount}${accountId}/${digest}`;
  }

  #expiryKey({ expiresOn, digest }: DigestRow): string {
    return `${this.#byExpiry}${timeKey(expiresOn)}/${digest}`;
  }
}

function rowOf<Row extends DigestRow>(record: string | undefined): Row | undefined {
  return record === undefined ? undefined : fromRecord<Row>(record);
}
