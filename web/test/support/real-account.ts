import type { BrowserContext, Page } from 'playwright-core';
import { PASSWORD } from './browser.js';

/** An account of the real gateway with a session, for tests that begin after the sign-up. */
export class RealAccount {
  static #count = 0;
  readonly #origin: string;
  readonly password = PASSWORD;
  readonly #cookies: readonly { readonly name: string; readonly value: string }[];

  private constructor(
    origin: string,
    readonly username: string,
    cookies: readonly { readonly name: string; readonly value: string }[],
  ) {
    this.#origin = origin;
    this.#cookies = cookies;
  }

  static async create(origin: string): Promise<RealAccount> {
    const username = `member${String(++RealAccount.#count)}`;
    const response = await fetch(`${origin}/api/v1/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }),
    });
    if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`);
    const cookies = response.headers.getSetCookie().map((cookie) => {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      return { name, value };
    });
    return new RealAccount(origin, username, cookies);
  }

  /** Sends a request as this account, as another device of it would. */
  async send<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.#cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        origin: this.#origin,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** Adds a list with tasks and returns its id. */
  async addList(name: string, ...tasks: string[]): Promise<string> {
    const { id } = await this.send<{ id: string }>('POST', '/lists', { name });
    for (const task of tasks) await this.send('POST', `/lists/${id}/tasks`, { name: task });
    return id;
  }

  /** Lets another account join a list. */
  async share(list: string, member: RealAccount, role: 'editor' | 'viewer'): Promise<void> {
    const { secret } = await this.send<{ secret: string }>('POST', `/lists/${list}/invitations`, { role });
    await member.send('POST', '/invitations/acceptance', { secret, name: member.username });
  }

  /** Logs the browser profile in. */
  async logIn(context: BrowserContext): Promise<void> {
    await context.addCookies(
      this.#cookies.map(({ name, value }) => ({ name, value, url: this.#origin, httpOnly: true })),
    );
  }

  /** Opens the page as this account. */
  async open(context: BrowserContext, path = '/all'): Promise<Page> {
    await this.logIn(context);
    const page = await context.newPage();
    await page.goto(this.#origin + path);
    return page;
  }
}
