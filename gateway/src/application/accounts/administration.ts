import { type Account, type AccountChanges, endOfCredentials } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { usernameProblem } from '../../domain/username.js';
import { AdministerLists } from '../lists/administer-lists.js';
import { accountByName, removeEnded } from './credentials.js';
import type { AccountParts } from './parts.js';
import { newAccount } from './sign-up.js';

export type AccountSummary = Pick<Account, 'id' | 'username' | 'createdOn' | 'status' | 'statusSince'>;

/** An account whose user has to set a password. */
export interface NewAccountSummary {
  readonly account: AccountSummary;
  /** Sets a password, once; the operator passes it to the user. */
  readonly recoveryCode: string;
}

/** Hash of no password: every attempt fails until a password is set with the recovery code. */
const NO_PASSWORD = '';

type AdministrationParts = Pick<
  AccountParts,
  'accounts' | 'sessions' | 'tokens' | 'lists' | 'secrets' | 'audit' | 'sessionsEnded' | 'now'
>;

/**
 * Administration of accounts by username. Methods reject with AccountError: NOT_FOUND for an account that is unknown or
 * being deleted, STORE_UNAVAILABLE.
 */
export class Administration {
  readonly lists: AdministerLists;
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
    this.lists = new AdministerLists(parts);
  }

  /**
   * Lists accounts in the order of their ids, at most `limit`.
   *
   * @param after Only accounts after this id.
   */
  async list(limit: number, after?: string): Promise<readonly AccountSummary[]> {
    return (await this.#parts.accounts.list({ limit, after })).map(summaryOf);
  }

  /**
   * Creates an account without a password, also while sign-up is closed. Also rejects with INVALID_INPUT,
   * USERNAME_TAKEN.
   */
  async create(username: string): Promise<NewAccountSummary> {
    const problem = usernameProblem(username);
    if (problem) throw AccountError.invalidInput([problem]);
    if (await accountByName(this.#parts, username)) throw new AccountError('USERNAME_TAKEN');
    const { account, recoveryCode } = newAccount(this.#parts, username, NO_PASSWORD);
    if (!(await this.#parts.accounts.add(account))) throw new AccountError('USERNAME_TAKEN');
    this.#parts.audit.record({ type: 'sign-up', accountId: account.id });
    return { account: summaryOf(account), recoveryCode };
  }

  /**
   * Ends all sessions and tokens and blocks the account until it is enabled. Does nothing if it is disabled already.
   */
  async disable(username: string): Promise<AccountSummary> {
    const account = await this.#change(username, (current) => {
      if (current.status === 'disabled') return {};
      return { status: 'disabled', statusSince: this.#parts.now(), ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-disabled', accountId: account.id });
    return account;
  }

  /** Lets a disabled account log in again. */
  async enable(username: string): Promise<AccountSummary> {
    const account = await this.#change(username, (current) => {
      return current.status === 'active' ? {} : { status: 'active', statusSince: this.#parts.now() };
    });
    this.#parts.audit.record({ type: 'account-enabled', accountId: account.id });
    return account;
  }

  /** Ends the password, every session and every token. */
  async resetPassword(username: string): Promise<NewAccountSummary> {
    const recoveryCode = this.#parts.secrets.newRecoveryCode();
    const recoveryDigest = this.#parts.secrets.recoveryDigest(recoveryCode);
    const account = await this.#change(username, (current) => {
      return { passwordHash: NO_PASSWORD, recoveryDigest, ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-reset', accountId: account.id });
    return { account, recoveryCode };
  }

  /** Ends every session and, if asked for, every token. */
  async endSessions(username: string, { tokens }: { readonly tokens: boolean }): Promise<AccountSummary> {
    const account = await this.#change(username, (current) => {
      const { credentialVersion, tokenVersion } = endOfCredentials(current);
      return { credentialVersion, ...(tokens && { tokenVersion }) };
    });
    this.#parts.audit.record({ type: 'sessions-ended', accountId: account.id });
    return account;
  }

  /** Marks the account for deletion, as its user would. */
  async delete(username: string): Promise<AccountSummary> {
    const account = await this.#change(username, (current) => {
      return { status: 'deleting', statusSince: this.#parts.now(), ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-deleting', accountId: account.id });
    return account;
  }

  /** Changes an account that is not being deleted; retries after a concurrent change. */
  async #change(username: string, changesOf: (account: Account) => AccountChanges): Promise<AccountSummary> {
    for (;;) {
      const account = await accountByName(this.#parts, username);
      if (!account || account.status === 'deleting') throw new AccountError('NOT_FOUND');
      const { id, status, credentialVersion } = account;
      const changed = await this.#parts.accounts.change(id, { status, credentialVersion }, changesOf(account));
      if (!changed) continue;
      await removeEnded(this.#parts, changed);
      return summaryOf(changed);
    }
  }
}

function summaryOf({ id, username, createdOn, status, statusSince }: Account): AccountSummary {
  return { id, username, createdOn, status, statusSince };
}
