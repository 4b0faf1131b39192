/** A logged-in browser. The token itself is never stored. */
export interface Session {
  /** Public id, by which the user ends it; kept when the token is replaced. 32 hexadecimal digits. */
  readonly id: string;
  /** SHA-256 of the session token, hexadecimal. */
  readonly digest: string;
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

const SESSION_TOKEN = /^([0-9a-f]{32})\.[\w-]+$/;

/** Returns the token of a session: its id, by which the session is found, and a secret. */
export function sessionTokenOf(id: string, secret: string): string {
  return `${id}.${secret}`;
}

/** Returns the id of the session in a token; undefined for any other text. */
export function sessionIdOf(token: string): string | undefined {
  return SESSION_TOKEN.exec(token)?.[1];
}
