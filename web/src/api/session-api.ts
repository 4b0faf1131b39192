import type { HttpClient } from './http.js';

export interface Account {
  readonly id: string;
  readonly username: string;
}

/** The routes for the session that every page needs; `AccountApi` has the others. Every method throws ApiError. */
export class SessionApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async whoAmI(signal: AbortSignal): Promise<Account> {
    return (await this.#http.send<{ account: Account }>('GET', '/session', { signal })).account;
  }

  async logOut(): Promise<void> {
    await this.#http.send('DELETE', '/session');
  }

  /** @param timeZone IANA name, as `Europe/Berlin`, by which the server counts days. */
  async setTimeZone(timeZone: string): Promise<void> {
    await this.#http.send('PATCH', '/account', { body: { timeZone } });
  }
}
