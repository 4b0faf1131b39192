/** A logged-in browser. The token itself is never stored. */
export interface Session {
  /** SHA-256 of the session token, hexadecimal. */
  readonly digest: string;
  /** Public id, by which the user ends it; kept when the token is replaced. */
  readonly id: string;
  readonly accountId: string;
  /** The account's version when the password was verified. */
  readonly credentialVersion: number;
  readonly createdOn: Date;
  /** Time of the last verification of the password. */
  readonly authenticatedOn: Date;
  /** Written at most every five minutes. */
  readonly lastSeenOn: Date;
  /** Time of its end, used or not. */
  readonly endsOn: Date;
  /** Expiry without further use; never after `endsOn`. */
  readonly expiresOn: Date;
  /** The browser's User-Agent, shortened; may be empty. */
  readonly userAgent: string;
}

/** A browser that has logged in to the account before. Strangers' failures don't slow it down. */
export interface Device {
  /** SHA-256 of the device token, hexadecimal. */
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}
