/**
 * Every way in which accounts reject a request. Closed: map it by `Record<AccountErrorCode, …>`, so that a new code does
 * not compile until it is mapped everywhere.
 *
 * - `INVALID_INPUT`: `problems` says which fields break which rules.
 * - `USERNAME_TAKEN`, `SIGN_UP_CLOSED`: no such account can be made.
 * - `WRONG_CREDENTIALS`: log-in or recovery failed; the same whether or not the name exists.
 * - `ACCOUNT_DISABLED`: the password is right, an operator has disabled the account.
 * - `WRONG_PASSWORD`: the session is good, the password sent with the request is not.
 * - `UNAUTHENTICATED`: the session or token is unknown, expired, ended or revoked.
 * - `RECENT_AUTHENTICATION_REQUIRED`: the password has to be confirmed first.
 * - `NOT_FOUND`: the account has no such session or token; an operator's command names no account.
 * - `TOO_MANY_TOKENS`: a token has to be revoked first.
 * - `TOO_MANY_ATTEMPTS`: too many failures; `retryAfterSeconds` says how long to wait.
 * - `BUSY`: too much hashing is waiting; nothing was done; `retryAfterSeconds`.
 * - `STORE_UNAVAILABLE`: the account store didn't answer in time; a write may have been carried out all the same.
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
  | 'TOO_MANY_TOKENS'
  | 'TOO_MANY_ATTEMPTS'
  | 'BUSY'
  | 'STORE_UNAVAILABLE';

/** The rule that a value breaks; also the code by which a page chooses its text. */
export type InputRule =
  | 'empty'
  | 'too-short'
  | 'too-long'
  | 'characters'
  | 'in-the-past'
  | 'too-late'
  | 'common-password'
  | 'repeated'
  | 'sequence'
  | 'doubled'
  | 'contains-username'
  | 'contains-service-name';

/** A field that breaks a rule. */
export interface InputProblem {
  /** The field of the request, as the API spells it. */
  readonly field: 'username' | 'password' | 'newPassword' | 'name' | 'scopes' | 'expiresAt';
  readonly rule: InputRule;
  /** The least or greatest value that the rule permits, where there is one. */
  readonly limit?: number;
}

/** Further facts about a rejection. */
interface AccountErrorDetails extends ErrorOptions {
  readonly problems?: readonly InputProblem[];
  readonly retryAfterSeconds?: number;
}

/** The one error that the account's domain, use cases and stores throw on purpose. Its message is safe to send; its cause is not. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  /** What is wrong with the input; empty unless `INVALID_INPUT`. */
  readonly problems: readonly InputProblem[];
  /** When to try again; set with `TOO_MANY_ATTEMPTS` and `BUSY`. */
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
  TOO_MANY_TOKENS: 'The account has too many tokens: revoke one first',
  TOO_MANY_ATTEMPTS: 'Too many failed attempts',
  BUSY: 'Too many passwords are being verified',
  STORE_UNAVAILABLE: 'Account store unavailable',
};
