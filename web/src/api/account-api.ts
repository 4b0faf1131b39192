import type { HttpClient } from './http.js';

/** Who is logged in. */
export interface Account {
  readonly id: string;
  readonly username: string;
}

/** A place where the account is logged in. */
export interface SessionInfo {
  readonly id: string;
  /** What the browser says of itself; may be empty. */
  readonly device: string;
  readonly createdOn: string;
  readonly lastSeenOn: string;
  readonly current: boolean;
}

/** Rights of a token. */
export type Scope = 'tasks:read' | 'tasks:write';

/** A token for programs, without its secret. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string;
  readonly lastFour: string;
}

/** The routes about account, sessions and tokens. Every method throws ApiError. */
export class AccountApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async signUp(username: string, password: string): Promise<{ account: Account; recoveryCode: string }> {
    return this.#send('POST', '/accounts', { username, password });
  }

  async logIn(username: string, password: string): Promise<Account> {
    return (await this.#send<{ account: Account }>('POST', '/session', { username, password })).account;
  }

  /** The account of the session, whichever account the page shows. */
  async whoAmI(): Promise<Account> {
    return (await this.#http.send<{ account: Account }>('GET', '/session', { omitAccount: true })).account;
  }

  async logOut(): Promise<void> {
    await this.#send('DELETE', '/session');
  }

  /** Proves again that it is the user, for the next ten minutes. */
  async confirm(password: string): Promise<void> {
    await this.#send('POST', '/session/confirmation', { password });
  }

  /** Sets a new password by the recovery code, and returns the next code. */
  async recover(
    username: string,
    recoveryCode: string,
    newPassword: string,
  ): Promise<{ account: Account; recoveryCode: string }> {
    return this.#send('POST', '/session/recovery', { username, recoveryCode, newPassword });
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

  /** Everything stored about the user. Its last member is `"complete": true`, or it was cut short. */
  async export(): Promise<Blob> {
    return this.#http.download('/account/export');
  }

  async deleteAccount(password: string): Promise<void> {
    await this.#send('DELETE', '/account', { password });
  }

  async tokens(): Promise<readonly TokenInfo[]> {
    return (await this.#send<{ items: TokenInfo[] }>('GET', '/tokens')).items;
  }

  /** Makes a token; its secret is in this answer only. */
  async createToken(name: string, scopes: readonly Scope[], expiresAt: string): Promise<TokenInfo & { token: string }> {
    return this.#send('POST', '/tokens', { name, scopes, expiresAt });
  }

  async deleteToken(id: string): Promise<void> {
    await this.#send('DELETE', `/tokens/${id}`);
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#http.send<T>(method, path, { body });
  }
}
