import { HttpClient } from './http.js';
import type { Account } from './session-api.js';

export interface SessionInfo {
  readonly id: string;
  /** The browser's User-Agent; may be empty. */
  readonly device: string;
  readonly createdOn: string;
  readonly lastSeenOn: string;
  readonly current: boolean;
}

export type Scope = 'tasks:read' | 'tasks:write';

/** A token for programs, without its secret. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Ids of the lists that it reaches; `all`: also future ones. */
  readonly lists: readonly string[] | 'all';
  readonly expiresAt: string;
  readonly lastFour: string;
}

type NewToken = Pick<TokenInfo, 'name' | 'scopes' | 'lists' | 'expiresAt'>;

/** What the server asks of new accounts and passwords. */
export interface AccountRules {
  readonly signUp: 'open' | 'closed';
  readonly passwordMinLength: number;
}

/** The routes that log in. Every method throws ApiError. */
export class EntryApi {
  readonly #http = new HttpClient();

  async rules(): Promise<AccountRules> {
    return this.#http.send('GET', '/accounts/rules');
  }

  async signUp(username: string, password: string): Promise<{ account: Account; recoveryCode: string }> {
    return this.#http.send('POST', '/accounts', { body: { username, password } });
  }

  async logIn(username: string, password: string): Promise<Account> {
    return (await this.#http.send<{ account: Account }>('POST', '/session', { body: { username, password } })).account;
  }

  /** Sets a new password with the recovery code, and returns the next code. */
  async recover(
    username: string,
    recoveryCode: string,
    newPassword: string,
  ): Promise<{ account: Account; recoveryCode: string }> {
    return this.#http.send('POST', '/session/recovery', { body: { username, recoveryCode, newPassword } });
  }

  /** Creates a recovery code for an account that just logged in, because the first one was lost on the way. */
  async newRecoveryCode(account: Account): Promise<string> {
    return new AccountApi(new HttpClient(account.id)).newRecoveryCode();
  }
}

/** The routes for account, sessions and tokens. Every method throws ApiError. */
export class AccountApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Confirms the password, for the next ten minutes. */
  async confirm(password: string): Promise<void> {
    await this.#send('POST', '/session/confirmation', { password });
  }

  async sessions(): Promise<readonly SessionInfo[]> {
    return (await this.#send<{ items: SessionInfo[] }>('GET', '/sessions')).items;
  }

  async endSession(id: string): Promise<void> {
    await this.#send('DELETE', `/sessions/${id}`);
  }

  async endOtherSessions(): Promise<void> {
    await this.#send('DELETE', '/sessions');
  }

  async changePassword(currentPassword: string, newPassword: string, endTokens: boolean): Promise<void> {
    await this.#send('PUT', '/account/password', { currentPassword, newPassword, endTokens });
  }

  async newRecoveryCode(): Promise<string> {
    return (await this.#send<{ recoveryCode: string }>('POST', '/account/recovery-code')).recoveryCode;
  }

  /** Downloads all stored data of the user. Without `"complete": true` as its last member it is truncated. */
  async export(): Promise<Blob> {
    return this.#http.download('/account/export');
  }

  async deleteAccount(password: string): Promise<void> {
    await this.#send('DELETE', '/account', { password });
  }

  async tokens(): Promise<readonly TokenInfo[]> {
    return (await this.#send<{ items: TokenInfo[] }>('GET', '/tokens')).items;
  }

  /** Creates a token; only this answer contains its secret. */
  async createToken(token: NewToken): Promise<TokenInfo & { token: string }> {
    return this.#send('POST', '/tokens', token);
  }

  async deleteToken(id: string): Promise<void> {
    await this.#send('DELETE', `/tokens/${id}`);
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#http.send<T>(method, path, { body });
  }
}
