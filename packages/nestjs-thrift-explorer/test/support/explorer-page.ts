import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { launchBrowser, type Browser, type BrowserContextOptions, type Page } from '@tasks/testing/describe-in-browser';
import { Bookshop } from './bookshop.js';

/** The browser's console message for each 4xx and 5xx answer. */
const FAILED_REQUEST = /^Failed to load resource/;

/** A name that resolves to this machine in the browser alone. */
export const EVIL = 'evil.example';

/** A browser and a bookshop with its explorer, for the tests of one file. Fails on errors in the console of a page. */
export class ExplorerStage {
  #browser: Browser | undefined;
  #shop: Bookshop | undefined;
  readonly #pages: Page[] = [];
  readonly #complaints: string[] = [];

  /** Registers Jest's hooks, of the file or of a `describe`. */
  static use(): ExplorerStage {
    const stage = new ExplorerStage();
    beforeAll(async () => {
      stage.#browser = await launchBrowser(`--host-resolver-rules=MAP ${EVIL} 127.0.0.1`);
      stage.#shop = await Bookshop.open();
    });
    afterEach(async () => {
      await Promise.all(stage.#pages.splice(0).map((page) => page.context().close()));
      expect(stage.#complaints.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await stage.#browser?.close();
      await stage.#shop?.close();
    });
    return stage;
  }

  get shop(): Bookshop {
    if (this.#shop === undefined) throw new Error('The bookshop opens before the tests, not while they are read');
    return this.#shop;
  }

  /** An empty page of a profile of its own. @param isOwn whether errors in its console fail the test. */
  async blank(options: BrowserContextOptions = {}, isOwn = false): Promise<Page> {
    const context = await this.#browser?.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    if (context === undefined) throw new Error('The browser is not started');
    // Long, since a busy machine takes long; a test that passes does not wait for it.
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    this.#pages.push(page);
    if (isOwn) {
      page.on('pageerror', (error) => this.#complaints.push(error.stack ?? error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !FAILED_REQUEST.test(message.text())) this.#complaints.push(message.text());
      });
    }
    return page;
  }

  /** The explorer's page, at the part of its address after the origin. */
  async open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.blank(options, true);
    await page.goto(this.shop.origin + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }
}
