/** A secret that was given out, stored by its digest alone: a session, a device or an access token. */
export interface DigestRow {
  /** SHA-256 of the secret, hexadecimal. */
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}

/** What may change in a row. */
export type RowChanges<Row extends DigestRow> = Partial<Omit<Row, 'digest' | 'accountId'>>;

/** Where sessions, devices or access tokens are kept, each kind on its own. Atomicity and errors: as AccountRepository. */
export abstract class DigestRepository<Row extends DigestRow> {
  abstract add(row: Row): Promise<void>;

  abstract find(digest: string): Promise<Row | undefined>;

  /** Every stored row of the account, expired and outdated ones included, in no particular order. */
  abstract listByAccount(accountId: string): Promise<readonly Row[]>;

  /** Changes a row. A removed row stays removed. */
  abstract change(digest: string, changes: RowChanges<Row>): Promise<void>;

  /** Removes these rows of any account; missing ones are ignored. */
  abstract remove(digests: readonly string[]): Promise<void>;

  /** Removes some of the rows that have expired; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;
}
