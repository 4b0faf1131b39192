/**
 * Every reason for rejecting a request about accounts. Map it by `Record<AccountErrorCode, …>`, so that a new code does
 * not compile until it is mapped everywhere.
 *
 * - `INVALID_INPUT`: `problems` lists the invalid fields with their rules.
 * - `USERNAME_TAKEN`, `SIGN_UP_CLOSED`: the account can't be created.
 * - `WRONG_CREDENTIALS`: log-in or recovery failed; the same whether or not the name exists.
 * - `ACCOUNT_DISABLED`: the password is right, an operator has disabled the account.
 * - `WRONG_PASSWORD`: the session is valid, but the password in the request is wrong.
 * - `UNAUTHENTICATED`: the session or token is unknown, expired, ended or revoked.
 * - `RECENT_AUTHENTICATION_REQUIRED`: the password has to be confirmed first.
 * - `NOT_FOUND`: the account has no such session or token; or an operator named an unknown account.
 * - `CHANGED_MEANWHILE`: a concurrent request has changed the same thing; nothing was done.
 * - `TOO_MANY_TOKENS`: a token has to be revoked first.
 * - `TOO_MANY_ATTEMPTS`: too many failures; `retryAfterSeconds` is set.
 * - `BUSY`: too many hashes are waiting; nothing was done; `retryAfterSeconds` is set.
 * - `STORE_UNAVAILABLE`: the account store didn't answer in time; a write may have been executed nevertheless.
 */
export type AccountErrorCode =
  | 'INVALID_INPUT'
  | 'USERNAME_TAKEN'
  | 'SIGN_UP_CLOSED'
  | 'WRONG_CREDENTIALS'
  | 'ACCOUNT_DISABLED'
  | 'WRONG_PASSWORD'
  | 'UNAUTHENTICATED'
  | 'RECENT_AUTHENTICATION_REQUIRED'
  | 'NOT_FOUND'
  | 'CHANGED_MEANWHILE'
  | 'TOO_MANY_TOKENS'
  | 'TOO_MANY_ATTEMPTS'
  | 'BUSY'
  | 'STORE_UNAVAILABLE';

/** A broken rule; also the code by which a page chooses its text. */
export type InputRule =
  | 'empty'
  | 'too-short'
  | 'too-long'
  | 'characters'
  | 'in-the-past'
  | 'too-late'
  | 'unknown'
  | 'common-password'
  | 'repeated'
  | 'sequence'
  | 'doubled'
  | 'contains-username'
  | 'contains-service-name';

export interface InputProblem {
  /** The field of the request, as named in the API. */
  readonly field: 'username' | 'password' | 'newPassword' | 'name' | 'scopes' | 'lists' | 'expiresAt';
  readonly rule: InputRule;
  /** The minimum or maximum value of the rule, if it has one. */
  readonly limit?: number;
}

interface AccountErrorDetails extends ErrorOptions {
  readonly problems?: readonly InputProblem[];
  readonly retryAfterSeconds?: number;
}

/**
 * The only error that the account's domain, use cases and stores throw deliberately. Its message is safe to send; its
 * cause is not.
 */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  /** The invalid fields; empty unless `INVALID_INPUT`. */
  readonly problems: readonly InputProblem[];
  /** Time until a retry; set for `TOO_MANY_ATTEMPTS` and `BUSY`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: AccountErrorCode,
    details: AccountErrorDetails = {},
  ) {
    super(MESSAGES[code], details);
    this.problems = details.problems ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** @param problems At least one. */
  static invalidInput(problems: readonly InputProblem[]): AccountError {
    return new AccountError('INVALID_INPUT', { problems });
  }
}

const MESSAGES: Readonly<Record<AccountErrorCode, string>> = {
  INVALID_INPUT: 'The input breaks a rule',
  USERNAME_TAKEN: 'The username is taken',
  SIGN_UP_CLOSED: 'Accounts are created by the operator only',
  WRONG_CREDENTIALS: 'The username or the secret is wrong',
  ACCOUNT_DISABLED: 'The account is disabled',
  WRONG_PASSWORD: 'The password is wrong',
  UNAUTHENTICATED: 'Log in first',
  RECENT_AUTHENTICATION_REQUIRED: 'Confirm the password first',
  NOT_FOUND: 'Not found',
  CHANGED_MEANWHILE: 'Another request has changed this meanwhile',
  TOO_MANY_TOKENS: 'The account has too many tokens: revoke one first',
  TOO_MANY_ATTEMPTS: 'Too many failed attempts',
  BUSY: 'Too many passwords are being verified',
  STORE_UNAVAILABLE: 'Account store unavailable',
};
