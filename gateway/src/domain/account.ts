/**
 * What an account may do.
 *
 * - `active`: log in and work.
 * - `disabled`: nothing, until an operator enables it.
 * - `deleting`: nothing, for good; its tasks are being removed, then the account itself.
 */
export type AccountStatus = 'active' | 'disabled' | 'deleting';

/** A user of the gateway. Immutable: a change is a new value, made by the store in one atomic step. */
export interface Account {
  /** Random, 32 hexadecimal digits; never reused. It is the `userId` that Tasks receives. */
  readonly id: string;
  /** The name as the user writes it. */
  readonly username: string;
  /** The name as names are compared; unique. See `canonicalUsername`. */
  readonly canonicalName: string;
  readonly createdOn: Date;
  readonly status: AccountStatus;
  /** When `status` took its value. */
  readonly statusSince: Date;
  /** Sessions count only while theirs is equal. */
  readonly credentialVersion: number;
  /** Access tokens count only while theirs is equal. Apart from `credentialVersion`: a new password may spare tokens. */
  readonly tokenVersion: number;
  /** The password's hash as a PHC string. */
  readonly passwordHash: string;
  /** The digest of the recovery code. */
  readonly recoveryDigest: string;
}

/** What may change in an account; unset fields are left unchanged. */
export type AccountChanges = Partial<
  Pick<Account, 'status' | 'statusSince' | 'credentialVersion' | 'tokenVersion' | 'passwordHash' | 'recoveryDigest'>
>;

/** What a change relies on; the change is not made if one of these differs by now. */
export type AccountExpectation = Partial<
  Pick<Account, 'status' | 'credentialVersion' | 'passwordHash' | 'recoveryDigest'>
>;

/** The changes that end every session and every token of the account. */
export function endOfCredentials(account: Account): Pick<Account, 'credentialVersion' | 'tokenVersion'> {
  return { credentialVersion: account.credentialVersion + 1, tokenVersion: account.tokenVersion + 1 };
}
