/**
 * Status of an account.
 *
 * - `active`: log in and work.
 * - `disabled`: can't log in until an operator enables it.
 * - `deleting`: can't log in any more; its tasks are being removed, then the account itself.
 */
export type AccountStatus = 'active' | 'disabled' | 'deleting';

/** A user of the gateway. Immutable: a change is a new value, stored in one atomic step. */
export interface Account {
  /** Random, 32 hexadecimal digits; never reused. It is the `userId` that Tasks receives. */
  readonly id: string;
  /** The name as written by the user. */
  readonly username: string;
  /** The form of the name for comparisons; unique. See `canonicalUsername`. */
  readonly canonicalName: string;
  readonly createdOn: Date;
  readonly status: AccountStatus;
  /** Time of the last change of `status`. */
  readonly statusSince: Date;
  /** Sessions are only valid while their version is equal. */
  readonly credentialVersion: number;
  /**
   * Access tokens are only valid while their version is equal. Separate from `credentialVersion`: a new password may
   * keep tokens.
   */
  readonly tokenVersion: number;
  /** The password's hash as a PHC string. */
  readonly passwordHash: string;
  readonly recoveryDigest: string;
  /**
   * Random; replaced after each removal of a session. A change on behalf of a session expects the tag that was read
   * before the session was checked, so it can't follow the session's end. Undefined until a session ends.
   */
  readonly sessionsTag?: string | undefined;
  /** Where its user is, for dates: `Europe/Berlin`. Undefined until the page has said so. */
  readonly timeZone?: string | undefined;
}

/** The mutable fields of an account; unset ones are left unchanged. */
export type AccountChanges = Partial<
  Pick<
    Account,
    | 'status'
    | 'statusSince'
    | 'credentialVersion'
    | 'tokenVersion'
    | 'passwordHash'
    | 'recoveryDigest'
    | 'sessionsTag'
    | 'timeZone'
  >
>;

/** Precondition of a change: it is not made if one of these differs. */
export type AccountExpectation = Partial<
  Pick<Account, 'status' | 'credentialVersion' | 'passwordHash' | 'recoveryDigest' | 'sessionsTag'>
>;

/** The changes that end every session and every token of the account. */
export function endOfCredentials(account: Account): Pick<Account, 'credentialVersion' | 'tokenVersion'> {
  return { credentialVersion: account.credentialVersion + 1, tokenVersion: account.tokenVersion + 1 };
}
