import { computed, effect, signal } from '@preact/signals-core';
import { AccountApi, type Account } from '../api/account-api.js';
import { asApiError, type ApiError } from '../api/api-error.js';
import { HttpClient } from '../api/http.js';
import { TasksApi } from '../api/tasks-api.js';
import type { Language } from '../i18n/language.js';
import { KeptQueue } from './kept-queue.js';
import { LiveUpdates, type Stream } from './live-updates.js';
import { Notices } from './notices.js';
import { objectIdMaker } from './object-id.js';
import { PreferencesModel } from './preferences.js';
import type { ItemStorage } from './safe-storage.js';
import { SessionModel } from './session-model.js';
import { Tabs, type Channel, type TabMessage } from './tabs.js';
import { TaskModel } from './task-model.js';
import type { TaskQuery } from './task.js';

/** Browser features that the model needs. */
interface BrowserPorts {
  /** Both never throw: see `safeStorage`. */
  readonly sessionStorage: ItemStorage;
  readonly localStorage: ItemStorage;
  readonly channel: Channel;
  readonly openStream: () => Stream;
  readonly isOnline: () => boolean;
  readonly random: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Current query in the address. */
  readonly query: TaskQuery;
  /** Removes filter and search from the address. */
  readonly showAll: () => void;
}

/**
 * Storage key of the account whose tasks are requested before the session is confirmed; the id alone grants no access.
 */
const LAST_ACCOUNT = 'tasks-account';
/** Time that log-out waits for pending changes. */
const LAST_CHANGES_MS = 3_000;

/** State behind the screens: session, tasks, messages, preferences. */
export class AppModel {
  readonly #browser: BrowserPorts;
  readonly #http = new HttpClient();
  readonly #sessionModel = new SessionModel();
  readonly #kept: KeptQueue;
  readonly #tabs: Tabs;
  readonly #live: LiveUpdates;
  readonly accounts = new AccountApi(this.#http);
  readonly notices = new Notices();
  readonly preferences: PreferencesModel;
  readonly tasks: TaskModel;
  /** Whether the page is visible. */
  readonly visible = signal(true);

  constructor(
    browser: BrowserPorts,
    readonly language: Language,
  ) {
    this.#browser = browser;
    const { localStorage, sessionStorage, channel, openStream, random, isOnline } = browser;
    const timers = {
      now: Date.now,
      setTimer: (callback: () => void, milliseconds: number): unknown => setTimeout(callback, milliseconds),
      clearTimer: (timer: unknown): void => {
        clearTimeout(timer as number);
      },
    };
    const makeId = objectIdMaker(Date.now, random);
    this.preferences = new PreferencesModel(localStorage);
    this.#kept = new KeptQueue(sessionStorage);
    this.#tabs = new Tabs(channel, makeId(), (message, account) => {
      this.#onTabMessage(message, account);
    });
    this.tasks = new TaskModel({
      ...timers,
      isOnline,
      makeId,
      api: new TasksApi(this.#http),
      notices: this.notices,
      tabs: this.#tabs,
      kept: this.#kept,
      texts: () => language.texts.value,
      showAll: browser.showAll,
      onSessionLost: (error) => void this.onSessionLost(error),
      onRead: (error) => {
        if (error?.isSessionLost) void this.onSessionLost(error);
      },
    });
    this.#live = new LiveUpdates({
      ...timers,
      openStream,
      onChanged: (ids) => void this.tasks.list.refreshTasks(ids),
      onStale: () => void this.tasks.list.refresh(),
      onPoll: () => void this.tasks.list.poll(),
    });
    effect(() => {
      if (this.visible.value && this.session.value.state === 'active') this.#live.start();
      else this.#live.stop();
    });
  }

  get session() {
    return this.#sessionModel.session;
  }

  /** The account that the page shows. */
  get account(): Account | undefined {
    return this.#sessionModel.account;
  }

  /** Number of changes that log-out would lose: of this tab and of the others. */
  readonly unsaved = computed(() => this.tasks.unsaved.value + this.#tabs.pending.value.length);

  /** Looks up the session. Requests the tasks of the last account at the same time. */
  async start(): Promise<void> {
    this.#sessionModel.set({ state: 'checking' });
    this.#http.account = this.#browser.localStorage.getItem(LAST_ACCOUNT) ?? undefined;
    const early = this.#http.account;
    if (early !== undefined) void this.tasks.list.show(this.#browser.query);
    try {
      const account = await this.accounts.whoAmI();
      this.#enter(account, early === account.id);
    } catch (error) {
      const failure = asApiError(error);
      if (failure.failure === 'signed-out') this.#leave();
      else this.#sessionModel.set({ state: 'failed', error: failure });
    }
  }

  /** Shows the account that just logged in, signed up or recovered. */
  onLoggedIn(account: Account): void {
    this.#enter(account, false);
    this.#tabs.send({ kind: 'logged-in' });
  }

  /** Continues after the session of the same account was renewed. */
  onLoggedInAgain(account: Account): void {
    this.#continueAs(account);
    this.#tabs.send({ kind: 'logged-in' });
  }

  /** Sends pending changes. Returns how many of them log-out would lose. */
  async finishChanges(): Promise<number> {
    this.tasks.queue.releaseAll();
    const deadline = Date.now() + LAST_CHANGES_MS;
    while (this.unsaved.value > 0 && this.tasks.queue.connection.value.state === 'online' && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.unsaved.value;
  }

  /** Ends the session, here and in the other tabs. Throws ApiError when the server could not be reached. */
  async logOut(): Promise<void> {
    try {
      await this.accounts.logOut();
    } catch (error) {
      if (asApiError(error).failure !== 'signed-out') throw error;
    }
    this.forgetAccount();
  }

  /** Clears this tab and the others after the end of the session. */
  forgetAccount(): void {
    this.#tabs.send({ kind: 'logged-out' });
    this.#leave();
  }

  /** Handles a request that was answered with 401, or named an account other than the session's. */
  async onSessionLost(error: ApiError): Promise<void> {
    const { session } = this;
    if (session.value.state !== 'active') return;
    const { account } = session.value;
    if (error.failure === 'signed-out') {
      this.#sessionModel.set({ state: 'expired', account });
      return;
    }
    try {
      const now = await this.accounts.whoAmI();
      this.#continueAs(now);
    } catch {
      this.#sessionModel.set({ state: 'expired', account });
    }
  }

  /** Called when the page closes: sends changes that can still be withdrawn. */
  onPageHidden(): void {
    this.tasks.onPageHidden();
  }

  #enter(account: Account, loading: boolean): void {
    this.#http.account = account.id;
    this.#tabs.account = account.id;
    this.#browser.localStorage.setItem(LAST_ACCOUNT, account.id);
    const kept = this.#kept.load();
    this.#sessionModel.set({ state: 'active', account });
    if (!loading) void this.tasks.list.show(this.#browser.query);
    if (kept?.account === account.id) {
      this.tasks.queue.restore(kept.changes);
    } else if (kept) {
      this.#kept.clear();
      this.notices.show(this.language.texts.value.discarded(kept.changes.length), { tone: 'problem' });
    }
    this.#tabs.send({ kind: 'hello' });
  }

  #switchTo(account: Account): void {
    const lost = this.tasks.unsaved.value;
    this.#empty();
    this.#enter(account, false);
    const texts = this.language.texts.value;
    this.notices.show(lost > 0 ? texts.discarded(lost) : texts.switched(account.username), { tone: 'problem' });
  }

  #leave(): void {
    this.#sessionModel.set({ state: 'signed-out' });
    this.#browser.localStorage.removeItem(LAST_ACCOUNT);
    this.preferences.keep();
    this.#empty();
  }

  #empty(): void {
    this.tasks.clear();
    this.#http.reset();
    this.#tabs.clear();
    this.#tabs.account = undefined;
  }

  #onTabMessage(message: TabMessage, account: string | undefined): void {
    switch (message.kind) {
      case 'hello':
        this.#tabs.send({ kind: 'pending', changes: this.tasks.queue.changes.value });
        return;
      case 'confirmed':
        this.tasks.onConfirmedElsewhere(message);
        return;
      case 'logged-out':
        if (this.account?.id === account) this.#leave();
        return;
      case 'logged-in': {
        const { state } = this.session.value;
        if (state === 'active' && this.account?.id === account) return;
        if (state === 'signed-out' || state === 'failed') void this.start();
        else if (state === 'expired' || state === 'active') void this.#onOtherTabLoggedIn();
        return;
      }
      case 'pending':
    }
  }

  async #onOtherTabLoggedIn(): Promise<void> {
    try {
      this.#continueAs(await this.accounts.whoAmI());
    } catch {
      // The next request detects it.
    }
  }

  #continueAs(account: Account): void {
    if (account.id !== this.account?.id) {
      this.#switchTo(account);
      return;
    }
    this.#sessionModel.set({ state: 'active', account });
    this.tasks.queue.resume();
    void this.tasks.list.refresh();
  }
}
