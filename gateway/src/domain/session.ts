/** A browser that is logged in. The token itself is never stored. */
export interface Session {
  /** SHA-256 of the session token, hexadecimal. */
  readonly digest: string;
  /** Public id, by which the user ends it; stays the same when the token is replaced. */
  readonly id: string;
  readonly accountId: string;
  /** That of the account when the password was verified. */
  readonly credentialVersion: number;
  readonly createdOn: Date;
  /** When the password was last verified. */
  readonly authenticatedOn: Date;
  /** Written at most every five minutes. */
  readonly lastSeenOn: Date;
  /** When it ends, used or not. */
  readonly endsOn: Date;
  /** When it ends if it is not used again; never after `endsOn`. */
  readonly expiresOn: Date;
  /** What the browser said of itself, shortened; may be empty. */
  readonly userAgent: string;
}

/** A browser that has logged in to the account before. Strangers' failures don't slow it down. */
export interface Device {
  /** SHA-256 of the device token, hexadecimal. */
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}
