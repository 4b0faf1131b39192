import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { BrowserStage } from './browser.js';
import type { StoredAccount, StoredList, StoredTask } from './stand-in-store.js';

/** The day of all scenes: a Tuesday, at ten. */
const NOW = new Date(2026, 11, 1, 10);

const NOTE = 'Appointment at https://example.com/passport.\n\n- [x] Photo\n- [ ] Form\n- [ ] Fee';

/** Open tasks, the newest first, as a week has them. */
const WEEK: readonly (Partial<StoredTask> & { readonly name: string })[] = [
  { name: 'Renew the passport before the trip to Japan', dueOn: '2026-12-01T14:30', starred: true, note: NOTE },
  { name: 'Pay the electricity bill', dueOn: '2026-11-28', repeat: 'FREQ=MONTHLY;BYMONTHDAY=28' },
  { name: 'Book dentist', dueOn: '2026-12-02T09:15' },
  { name: 'Steuererklärungsunterlagen zusammensuchen', dueOn: '2026-12-04', note: 'Ordner im Keller' },
  { name: 'Water the plants', dueOn: '2026-12-01', repeat: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU' },
  { name: 'Read “The Design of Everyday Things”, chapters 3 and 4, and write down what to change', starred: true },
  { name: 'Call grandma' },
  { name: 'https://example.com/a/very/long/address/that/has/no/place/to/break/in/a/narrow/window' },
];

/** A browser profile of one size and language, in which states of the page are reached without words of a language. */
export class Scene {
  readonly stage: BrowserStage;
  readonly #context: BrowserContext;
  readonly isPhone: boolean;

  constructor(stage: BrowserStage, context: BrowserContext, isPhone: boolean) {
    this.stage = stage;
    this.#context = context;
    this.isPhone = isPhone;
  }

  /** An account with two lists, one of them shared, and the tasks of a week in the first. */
  account(): StoredAccount {
    const account = this.stage.account();
    const { store } = this.stage.gateway;
    this.fill(account.first, WEEK);
    this.fill(account.first, [{ name: 'Buy milk, eggs and coffee', done: true, doneOn: '2026-11-30T10:00:00Z' }]);
    const household = store.addList(account, 'Household and garden', 'Fix the tap', 'Order firewood');
    const [owner] = household.members;
    if (owner) owner.color = 'teal';
    const shared = store.addList(account, 'Umzug nach Leipzig', 'Kartons besorgen');
    store.addMember(shared, this.stage.account(), 'editor', 'Jonas');
    return account;
  }

  fill(list: StoredList, tasks: readonly (Partial<StoredTask> & { readonly name: string })[]): void {
    const oldestFirst = tasks.toReversed();
    this.stage.gateway.store.addTasks(
      list,
      oldestFirst.map(({ name }) => name),
      (place) => ({
        ...oldestFirst[place],
        createdOn: new Date(NOW.getTime() - (99 - place) * 3_600_000).toISOString(),
      }),
    );
  }

  /** A page with a session of the account. */
  async open(account: StoredAccount, path: string, preferences: object = {}): Promise<Page> {
    const { token } = this.stage.gateway.store.addSession(account);
    const { origin } = this.stage.gateway;
    await this.#context.addCookies([{ name: 'tasks-session', value: token, url: origin, httpOnly: true }]);
    return this.#open(path, { hasAccount: true, ...preferences });
  }

  /** The first list of the account, with its rows. */
  async list(account = this.account(), list = account.first): Promise<Page> {
    const page = await this.open(account, `/lists/${list.id}`);
    await page.locator('.task').first().waitFor();
    return page;
  }

  /** The details of the newest task. */
  async details(account = this.account()): Promise<Page> {
    const page = await this.list(account);
    await page.locator('.name').first().click();
    await page.locator('.details .name-field').waitFor();
    return page;
  }

  /** The list with the side bar, which is a drawer on a phone. */
  async lists(account = this.account()): Promise<Page> {
    const page = await this.list(account);
    if (this.isPhone) await page.locator('.drawer-button').click();
    await page.locator('.list-entry').nth(2).waitFor();
    return page;
  }

  /** Chooses from the menu of the second list in the side bar, by the place of the command. */
  async chooseOfList(place: number, account?: StoredAccount): Promise<Page> {
    const page = await this.lists(account);
    const entry = page.locator('.list-entry').nth(1);
    await entry.hover();
    await entry.locator('.list-actions').click();
    await page.getByRole('menuitem').nth(place).click();
    await page.locator('dialog.dialog').waitFor();
    return page;
  }

  async #open(path: string, preferences: object): Promise<Page> {
    const page = await this.#context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.addInitScript((kept) => {
      localStorage.setItem('tasks-preferences', kept);
    }, JSON.stringify(preferences));
    await page.goto(this.stage.gateway.origin + path);
    return page;
  }
}

/** Opens a menu by its button. */
export async function openMenu(page: Page, button: Locator): Promise<void> {
  await button.click();
  await page.getByRole('menu').waitFor();
}

/** Reaches a state of the page. */
export type Reach = (scene: Scene) => Promise<Page>;

/** Lets all requests fail whose path begins so. */
export function fail(scene: Scene, method: string, path: string, status: number, type: string): void {
  scene.stage.gateway.faults.push({ method, path, times: 99, effect: { status, type, retryAfter: 60 } });
}

/** Answers requests that the stand-in does not know. */
export async function answer(page: Page, path: string, body: object): Promise<void> {
  await page.route(path, (route) => route.fulfill({ json: body }));
}
