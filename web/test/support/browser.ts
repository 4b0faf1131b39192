import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { launchBrowser } from '@tasks/testing/describe-in-browser';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { StandInGateway } from './stand-in-gateway.js';
import type { StoredAccount, StoredSession } from './stand-in-store.js';

/**
 * The browser's console message for each 4xx and 5xx answer and each failed request; tests cause these deliberately.
 */
const FAILED_REQUEST = /^Failed to load resource/;

/** How long something is waited for. Long, since a busy machine takes long; a test that passes doesn't wait for it. */
const PATIENCE_MS = 20_000;

/** Password of every account in these tests. */
export const PASSWORD = 'velvet tractor sings loudly';

/** A browser and a stand-in gateway for the tests of one file. Fails on errors in the console of any page. */
export class BrowserStage {
  #browser: Browser | undefined;
  #gateway = new StandInGateway();
  readonly #contexts: BrowserContext[] = [];
  readonly #kept = new Map<string, Page>();
  readonly #complaints: string[] = [];
  #users = 0;

  /** Registers Jest's hooks; call it in a `describe`. */
  static use(...flags: string[]): BrowserStage {
    const stage = new BrowserStage();
    beforeAll(async () => {
      stage.#browser = await launchBrowser(...flags);
      await stage.#gateway.start();
    });
    afterEach(async () => {
      await Promise.all(stage.#contexts.splice(0).map((context) => context.close()));
      const { faults } = stage.gateway;
      faults.length = 0;
      stage.gateway.answers.releaseAll();
      stage.gateway.delayMs = 0;
      stage.gateway.isSignUpOpen = true;
      expect(stage.#complaints.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await stage.#browser?.close();
      await stage.#gateway.stop();
    });
    return stage;
  }

  get gateway(): StandInGateway {
    return this.#gateway;
  }

  /** A separate browser profile: cookies, storage, tabs. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.#newContext(options);
    this.#contexts.push(context);
    return context;
  }

  async #newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    if (this.#browser === undefined)
      throw new Error('The browser is started before the tests of a describe, not while it is read');
    const context = await this.#browser.newContext({
      viewport: { width: 900, height: 720 },
      locale: 'en-US',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error(`CSP: ${violatedDirective} ${blockedURI}`);
      });
    });
    context.on('page', (page) => {
      page.on('pageerror', (error) => this.#complaints.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !FAILED_REQUEST.test(message.text())) this.#complaints.push(message.text());
      });
    });
    return context;
  }

  /** A page in a profile of its own that all tests of the file share, by its name. */
  async keptPage(name: string, options: BrowserContextOptions): Promise<Page> {
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const page = await (await this.#newContext(options)).newPage();
    this.#kept.set(name, page);
    return page;
  }

  /** A new account with tasks; the first is the oldest. */
  account(...tasks: string[]): StoredAccount {
    const account = this.gateway.store.addAccount(`user${String(++this.#users)}`, PASSWORD);
    this.gateway.store.addTasks(account, tasks);
    return account;
  }

  async loggedIn(
    account: StoredAccount,
    options?: BrowserContextOptions,
  ): Promise<{ context: BrowserContext; session: StoredSession }> {
    const context = await this.context(options);
    const session = this.gateway.store.addSession(account);
    await context.addCookies([
      { name: 'tasks-session', value: session.token, url: this.gateway.origin, httpOnly: true },
    ]);
    return { context, session };
  }

  /** A page with the tasks of the account. */
  async open(account: StoredAccount, options?: BrowserContextOptions & { path?: string }): Promise<Page> {
    const { context } = await this.loggedIn(account, options);
    const page = await context.newPage();
    await page.goto(this.gateway.origin + (options?.path ?? '/'));
    return page;
  }
}

export async function logIn(page: Page, account: Pick<StoredAccount, 'username' | 'password'>): Promise<void> {
  await page.getByLabel('User name').fill(account.username);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.keyboard.press('Enter');
}

/** Opens the menu of the account and chooses an item: `Settings` or `Log out`. */
export async function chooseOfAccount(page: Page, item: string): Promise<void> {
  const drawer = page.locator('.drawer-button');
  if (await drawer.isVisible()) await drawer.click();
  await page.getByRole('button', { name: /^(Account|Konto) / }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** The entry of a list in the side bar. */
export function linkOfList(page: Page, name: string): Locator {
  return page.locator('.list-entry .side-link', { hasText: name });
}

export async function openMenuOfList(page: Page, list: string): Promise<void> {
  await linkOfList(page, list).hover();
  await page.getByRole('button', { name: `Actions for “${list}”` }).click();
  await page.getByRole('menu').waitFor();
}

/** Chooses a command from the menu of a list in the side bar. */
export async function chooseOfList(page: Page, list: string, item: string): Promise<void> {
  await openMenuOfList(page, list);
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/**
 * Watches the page from now on. Returns a function that tells whether it ever showed the text, be it for one frame.
 */
export async function watchFor(page: Page, text: string): Promise<() => Promise<boolean>> {
  await page.evaluate((watched) => {
    const seen = { text: false };
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      seen.text ||= document.body.textContent.includes(watched);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, text);
  return () => page.evaluate(() => (globalThis as unknown as { seen: { text: boolean } }).seen.text);
}

/** Names in the list, from the top. */
export async function names(page: Page): Promise<string[]> {
  return page.locator('.task .name').allTextContents();
}

/** Waits until the list shows these names, from the top. */
export async function expectNames(page: Page, expected: readonly string[]): Promise<void> {
  await page
    .waitForFunction((wanted) => {
      const shown = Array.from(document.querySelectorAll('.task .name'), (name) => name.textContent);
      return JSON.stringify(shown) === JSON.stringify(wanted);
    }, expected)
    .catch(async () => {
      expect(await names(page)).toEqual(expected);
    });
}

/** How long the page waits, at least, before it looks for changes that no stream reported. */
export const POLLING_MS = 12_000;

/** Milliseconds until one page shows a star given on the other: the fastest of three. */
export async function agreementMs(from: Page, to: Page, task: string): Promise<number> {
  const delaysMs: number[] = [];
  for (const state of ['attached', 'detached', 'attached'] as const) {
    const startMs = performance.now();
    await from.getByRole('button', { name: `Star “${task}”` }).click();
    await to.locator('.star.is-starred').waitFor({ state });
    delaysMs.push(performance.now() - startMs);
  }
  return Math.min(...delaysMs);
}

/** Waits until the check passes; fails with its last error. */
export async function eventually(check: () => void | Promise<void>, milliseconds = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
