import { type Account, type AccountChanges, endOfCredentials } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { canonicalUsername, usernameProblem } from '../../domain/username.js';
import { removeEnded } from './credentials.js';
import type { AccountParts } from './parts.js';
import { newAccount } from './sign-up.js';

/** The hash of no password: every attempt is wrong until a password is set by the recovery code. */
const NO_PASSWORD = '';

/** What an operator does with accounts, by their usernames. */
export class Administration {
  readonly #parts: Pick<AccountParts, 'accounts' | 'sessions' | 'tokens' | 'secrets' | 'audit' | 'now'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'sessions' | 'tokens' | 'secrets' | 'audit' | 'now'>) {
    this.#parts = parts;
  }

  /**
   * Some accounts in the order of their ids, at most `limit`.
   *
   * @param after Only accounts after this id.
   */
  list(limit: number, after?: string): Promise<readonly Account[]> {
    return this.#parts.accounts.list({ limit, after });
  }

  /** @throws AccountError NOT_FOUND, STORE_UNAVAILABLE */
  async find(username: string): Promise<Account> {
    const account = await this.#parts.accounts.findByName(canonicalUsername(username));
    if (!account) throw new AccountError('NOT_FOUND');
    return account;
  }

  /**
   * Makes an account without a password, also while sign-up is closed.
   *
   * @returns The recovery code by which its user sets the password.
   * @throws AccountError INVALID_INPUT, USERNAME_TAKEN, STORE_UNAVAILABLE
   */
  async create(username: string): Promise<{ account: Account; recoveryCode: string }> {
    const problem = usernameProblem(username);
    if (problem) throw AccountError.invalidInput([problem]);
    const created = newAccount(this.#parts, username, NO_PASSWORD);
    if (!(await this.#parts.accounts.add(created.account))) throw new AccountError('USERNAME_TAKEN');
    this.#parts.audit.record({ type: 'sign-up', accountId: created.account.id });
    return created;
  }

  /** Ends everything of the account until it is enabled. Nothing happens to one that is disabled already. */
  async disable(username: string): Promise<Account> {
    const account = await this.#change(username, (current) => {
      if (current.status === 'disabled') return {};
      return { status: 'disabled', statusSince: this.#parts.now(), ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-disabled', accountId: account.id });
    return account;
  }

  /** Lets a disabled account log in again. */
  async enable(username: string): Promise<Account> {
    const account = await this.#change(username, (current) => {
      return current.status === 'active' ? {} : { status: 'active', statusSince: this.#parts.now() };
    });
    this.#parts.audit.record({ type: 'account-enabled', accountId: account.id });
    return account;
  }

  /**
   * Ends the password, every session and every token.
   *
   * @returns The recovery code by which the user sets a new password, once.
   */
  async resetPassword(username: string): Promise<string> {
    const recoveryCode = this.#parts.secrets.newRecoveryCode();
    const recoveryDigest = this.#parts.secrets.recoveryDigest(recoveryCode);
    const account = await this.#change(username, (current) => {
      return { passwordHash: NO_PASSWORD, recoveryDigest, ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-reset', accountId: account.id });
    return recoveryCode;
  }

  /** Ends every session and, if asked for, every token. */
  async endSessions(username: string, { tokens }: { readonly tokens: boolean }): Promise<void> {
    const account = await this.#change(username, (current) => {
      const { credentialVersion, tokenVersion } = endOfCredentials(current);
      return { credentialVersion, ...(tokens && { tokenVersion }) };
    });
    this.#parts.audit.record({ type: 'sessions-ended', accountId: account.id });
  }

  /** Marks the account for removal, as its user would. */
  async delete(username: string): Promise<void> {
    const account = await this.#change(username, (current) => {
      return { status: 'deleting', statusSince: this.#parts.now(), ...endOfCredentials(current) };
    });
    this.#parts.audit.record({ type: 'account-deleting', accountId: account.id });
  }

  /** Changes an account that is not being deleted, against whoever changes it meanwhile. */
  async #change(username: string, changesOf: (account: Account) => AccountChanges): Promise<Account> {
    for (;;) {
      const account = await this.find(username);
      if (account.status === 'deleting') throw new AccountError('NOT_FOUND');
      const { id, status, credentialVersion } = account;
      const changed = await this.#parts.accounts.change(id, { status, credentialVersion }, changesOf(account));
      if (!changed) continue;
      await removeEnded(this.#parts, changed);
      return changed;
    }
  }
}
