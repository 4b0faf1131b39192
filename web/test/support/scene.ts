import type { Locator, Page } from 'playwright-core';
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

/** A page of one size, in which states are reached without words of a language. */
export class Scene {
  constructor(
    readonly stage: BrowserStage,
    readonly page: Page,
    readonly language: 'en' | 'de',
    readonly isPhone: boolean,
  ) {}

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

  /** Opens the page without a session. */
  async visit(path: string, preferences: object = {}): Promise<Page> {
    await this.page.context().clearCookies();
    return this.#open(path, preferences);
  }

  /** Opens the page with a session of the account. */
  async open(account: StoredAccount, path: string, preferences: object = {}): Promise<Page> {
    const { token } = this.stage.gateway.store.addSession(account);
    const { origin } = this.stage.gateway;
    await this.page.context().addCookies([{ name: 'tasks-session', value: token, url: origin, httpOnly: true }]);
    return this.#open(path, { hasAccount: true, ...preferences });
  }

  /** A view of tasks beside the side bar, when both are read. @param shown What it shows then. */
  async tasks(account: StoredAccount, path: string, shown = '.task'): Promise<Page> {
    const page = await this.open(account, path);
    await page.locator('.side-bar .list-entry, .drawer-button').first().waitFor();
    await page.locator(shown).first().waitFor();
    return page;
  }

  /** A view without tasks, and a message instead. */
  async message(account: StoredAccount, path: string, message = '.message:not([role])'): Promise<void> {
    const page = await this.tasks(account, path, message);
    await page.locator('.task').first().waitFor({ state: 'detached' });
  }

  /** A list of the account: the first one, with its rows. */
  async list(account = this.account(), list = account.first): Promise<Page> {
    return this.tasks(account, `/lists/${list.id}`);
  }

  /** The details of the newest task. */
  async details(account = this.account()): Promise<Page> {
    const page = await this.list(account);
    await page.locator('.name').first().click();
    await page.locator('.details .name-field').waitFor();
    return page;
  }

  /** The form of a visitor: to log in, sign up or recover. */
  async entry(path: string, preferences?: object): Promise<Page> {
    const page = await this.visit(path, preferences);
    await page.locator('.card form').waitFor();
    return page;
  }

  /** The settings, when their lists are read. */
  async settings(account = this.account()): Promise<Page> {
    const page = await this.open(account, '/settings');
    await page.locator('.badge').waitFor();
    await page.locator('.token-form').waitFor();
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

  /** The dialog that shares a list, with a new invitation: of all this the stand-in knows the list alone. */
  async sharing(account = this.account()): Promise<Page> {
    const list = this.stage.gateway.store.listsOf(account).at(-1);
    const page = await this.list(account, list);
    const items = [
      { id: 'a', name: 'Maria', role: 'owner', isSelf: true },
      { id: 'b', name: 'Jonas Weber-Schmidtbauer', role: 'editor', isSelf: false },
      { id: 'c', name: 'Nadja', role: 'viewer', isSelf: false },
    ];
    const secret = '4f0c9d1e8b7a46538291a0b3c4d5e6f7';
    const invitation = { id: 'd', role: 'editor', expiresAt: '2026-12-08T10:00:00Z', uses: 1, secret };
    await answer(page, `**/lists/${list?.id ?? ''}/members`, { items });
    await answer(page, `**/lists/${list?.id ?? ''}/invitations`, { ...invitation, items: [invitation] });
    await openMenu(page, page.locator('.list-head-menu .list-actions'));
    await page.getByRole('menuitem').nth(2).click();
    await page.locator('.members li').nth(2).waitFor();
    await page.locator('dialog .button.primary').click();
    await page.locator('.invite-link').waitFor();
    return page;
  }

  async #open(path: string, preferences: object): Promise<Page> {
    const { page } = this;
    // Once: each call adds a script to all documents to come.
    if (page.url() === 'about:blank') await page.clock.setFixedTime(NOW);
    // What the state before has kept does not reach this one.
    const storage = await page.addInitScript(
      (kept) => {
        sessionStorage.clear();
        localStorage.clear();
        localStorage.setItem('tasks-preferences', kept);
      },
      JSON.stringify({ language: this.language, ...preferences }),
    );
    // A new hash alone would load nothing.
    if (path.includes('#')) await page.goto(`${this.stage.gateway.origin}/favicon.svg`);
    await page.goto(this.stage.gateway.origin + path);
    await storage.dispose();
    return page;
  }
}

/** Pastes a text into the field for a new task. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.locator('#new-task').evaluate((field, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Adds a task by the field for it. */
export async function addTask(page: Page, name: string): Promise<void> {
  await page.locator('#new-task').fill(name);
  await page.locator('#new-task').press('Enter');
}

/** Opens a menu by its button. */
export async function openMenu(page: Page, button: Locator): Promise<void> {
  await button.click();
  await page.getByRole('menu').waitFor();
}

/** States of a part of the page, by their names, with the way to each. */
export type States = Readonly<Record<string, (scene: Scene) => Promise<unknown>>>;

/** Lets all requests fail whose path begins so. */
export function fail(scene: Scene, method: string, path: string, status: number, type: string): void {
  scene.stage.gateway.faults.push({ method, path, times: 99, effect: { status, type, retryAfter: 60 } });
}

/** Answers requests that the stand-in does not know. */
export async function answer(page: Page, path: string, body: object): Promise<void> {
  await page.route(path, (route) => route.fulfill({ json: body }));
}
