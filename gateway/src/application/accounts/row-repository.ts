/** A session, a device or an access token. Secrets are stored only as digests. */
export interface AccountRow {
  readonly accountId: string;
  readonly expiresOn: Date;
}

/** The field that identifies a row: the id of a session, the digest of a device or a token. */
export type RowKey = 'id' | 'digest';

/** Precondition of a change: it is not made if one of these differs. Times can't be expected. */
export type RowExpectation<Row extends AccountRow> = {
  readonly [Field in keyof Row as Row[Field] extends string | number ? Field : never]?: Row[Field];
};

export type RowChanges<Row extends AccountRow> = Partial<Omit<Row, 'accountId'>>;

/** Stores sessions, devices or access tokens, one kind per instance. Atomicity and errors: as AccountRepository. */
export abstract class RowRepository<Row extends AccountRow> {
  abstract add(row: Row): Promise<void>;

  abstract find(key: string): Promise<Row | undefined>;

  /** Returns every stored row of the account, expired and outdated ones included, in arbitrary order. */
  abstract listByAccount(accountId: string): Promise<readonly Row[]>;

  /**
   * Changes the row if it is as expected; its key can't be changed. A removed row stays removed.
   *
   * @returns The row afterwards; undefined when it differs from `expected` or does not exist, and nothing was changed.
   */
  abstract change(key: string, expected: RowExpectation<Row>, changes: RowChanges<Row>): Promise<Row | undefined>;

  /** Removes these rows of any account; missing ones are ignored. */
  abstract remove(keys: readonly string[]): Promise<void>;

  /** Removes some expired rows; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;
}

/** Whether a stored record meets the precondition of a change. */
export function isAsExpected(stored: object, expected: object): boolean {
  const values = stored as Readonly<Record<string, unknown>>;
  return Object.entries(expected).every(([field, value]) => values[field] === value);
}
