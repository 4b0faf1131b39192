import { bytes, EmbeddedStoreError, type SqliteStore } from '@tasks/embedded-store';
import { AccountError } from '../../../domain/account.errors.js';
import type { AccountOperations } from './account-operations.js';

/** Fields with times, in all kinds of records. */
const TIMES = [
  'createdOn',
  'statusSince',
  'authenticatedOn',
  'lastSeenOn',
  'lastUsedOn',
  'endsOn',
  'expiresOn',
  'since',
];
/** A stored row, as far as queries read it. */
export interface StoredRecord {
  readonly record: string;
}

/** Returns the stored form of a value: JSON, times in ISO 8601. */
export function toRecord(value: object): string {
  return JSON.stringify(value);
}

/** Returns the stored value. Without a reviver, which takes twice as long. */
export function fromRecord<Value extends object>(record: string): Value {
  const value = JSON.parse(record) as Record<string, unknown>;
  for (const field of TIMES) {
    const time = value[field];
    if (typeof time === 'string') value[field] = new Date(time);
  }
  return value as Value;
}

/** A value, and its stored form. */
interface Found<Value> {
  readonly value: Value;
  readonly record: string;
}

/** Maximum number of values of a query that are kept in memory; a list of 50 members, the largest, has 16 kB of JSON. */
const MAX_KEPT = 1_000;

/**
 * The values that a query finds by a key. They are kept while nothing in the file changes, which is checked by each read:
 * every request reads a session and an account, and a change by an operator takes effect immediately. All callers share
 * the values: do not modify them.
 */
export class Records<Value> {
  readonly #store: SqliteStore<AccountOperations>;
  readonly #sql: string;
  readonly #fromRecord: (record: string) => Value;
  readonly #kept = new Map<string, Found<Value>>();
  #dataVersion = NaN;

  /** @param sql A query with one parameter, a key as `bytes`. */
  constructor(store: SqliteStore<AccountOperations>, sql: string, fromRecord: (record: string) => Value) {
    this.#store = store;
    this.#sql = sql;
    this.#fromRecord = fromRecord;
  }

  /** @throws EmbeddedStoreError */
  find(key: string): Found<Value> | undefined {
    const { dataVersion } = this.#store;
    if (dataVersion !== this.#dataVersion || this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#dataVersion = dataVersion;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const row = this.#store.get<StoredRecord>(this.#sql, bytes(key));
    if (row === undefined) return undefined;
    const found = { value: this.#fromRecord(row.record), record: row.record };
    this.#kept.set(key, found);
    return found;
  }
}

/** Runs an operation of the store. @throws AccountError STORE_UNAVAILABLE */
export async function answered<Answer>(act: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof EmbeddedStoreError ? new AccountError('STORE_UNAVAILABLE', { cause }) : cause;
  }
}
