/** A secret stored only as digest: a session, a device or an access token. */
export interface DigestRow {
  /** SHA-256 of the secret, hexadecimal. */
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}

/** The mutable fields of a row. */
export type RowChanges<Row extends DigestRow> = Partial<Omit<Row, 'digest' | 'accountId'>>;

/** Stores sessions, devices or access tokens, one kind per instance. Atomicity and errors: as AccountRepository. */
export abstract class DigestRepository<Row extends DigestRow> {
  abstract add(row: Row): Promise<void>;

  abstract find(digest: string): Promise<Row | undefined>;

  /** Returns every stored row of the account, expired and outdated ones included, in arbitrary order. */
  abstract listByAccount(accountId: string): Promise<readonly Row[]>;

  /** Changes a row. A removed row stays removed. */
  abstract change(digest: string, changes: RowChanges<Row>): Promise<void>;

  /** Removes these rows of any account; missing ones are ignored. */
  abstract remove(digests: readonly string[]): Promise<void>;

  /** Removes some expired rows; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;
}
