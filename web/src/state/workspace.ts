import { computed, effect, signal, type ReadonlySignal } from '@preact/signals-core';
import { asApiError } from '../api/api-error.js';
import { HttpClient, type Access } from '../api/http.js';
import { ListsApi } from '../api/lists-api.js';
import { SessionApi } from '../api/session-api.js';
import { TasksApi } from '../api/tasks-api.js';
import type { Language } from '../i18n/language.js';
import type { Browser } from './browser.js';
import { KeptQueue } from './kept-queue.js';
import { ListsModel } from './lists.js';
import { LiveUpdates } from './live-updates.js';
import { Notices } from './notices.js';
import { objectIdMaker } from './object-id.js';
import { Tabs } from './tabs.js';
import { TaskModel } from './task-model.js';

/** Storage key of the account and its time zone, as last sent. */
const TIME_ZONE = 'tasks-time-zone';
/** Time that log-out waits for pending changes. */
const LAST_CHANGES_MS = 3_000;
/** Pause after saving the queue: while a thousand changes are confirmed, saving each time would take most of the time. */
const SAVE_PAUSE_MS = 200;

/**
 * Everything that this tab has of one account: its client, its tasks with their queue, live updates, the other tabs,
 * messages. It is made for one log-in and disposed of as a whole, so that a late answer has nowhere to go: its client
 * fails every request from then on, and nothing of the next account's is reachable from it.
 *
 * ```
 * early (tasks load, nothing is shown) ──open──▶ open ──dispose──▶ disposed
 *                                      ──dispose──▶ disposed
 * ```
 */
export class Workspace {
  readonly #browser: Browser;
  readonly #ending = new AbortController();
  readonly #tabs: Tabs;
  readonly #kept: KeptQueue;
  readonly #live: LiveUpdates;
  #state: 'early' | 'open' | 'disposed' = 'early';
  readonly #effects: (() => void)[] = [];
  #saving: 'idle' | 'scheduled' | 'paused' | 'due' = 'idle';
  #saveTimer: unknown;
  /** The client of the account, for parts that are loaded on demand. */
  readonly http: HttpClient;
  readonly session: SessionApi;
  readonly notices = new Notices();
  readonly lists: ListsModel;
  readonly tasks: TaskModel;
  /** A recovery code that was just made: it is in memory alone. `note`: why it was made. */
  readonly recoveryCode = signal<{ readonly code: string; readonly note?: string | undefined } | undefined>(undefined);
  /** Number of changes that log-out would lose: of this tab and of the others. */
  readonly unsaved: ReadonlySignal<number>;

  /** @param accountId The account, whose session need not be confirmed yet. */
  constructor(
    browser: Browser,
    language: Language,
    readonly accountId: string,
  ) {
    this.#browser = browser;
    this.http = new HttpClient(accountId, this.#ending.signal);
    this.#tabs = new Tabs(browser.openChannel(`tasks-${accountId}`), objectIdMaker(browser)());
    this.#kept = new KeptQueue(browser.sessionStorage, accountId);
    this.session = new SessionApi(this.http);
    this.lists = new ListsModel(new ListsApi(this.http), this.notices, language, browser);
    this.tasks = new TaskModel(new TasksApi(this.http), this.lists, this.#tabs, this.notices, language, browser);
    this.#live = new LiveUpdates(this.tasks.list, this.lists, browser);
    this.unsaved = computed(() => this.tasks.queue.unsaved.value + this.#tabs.pending.value.length);
    const { view, text } = browser.shown;
    void this.tasks.list.start(view, text);
  }

  /** Whether the server still answers for this account. */
  get access(): ReadonlySignal<Access> {
    return this.http.access;
  }

  /** Begins after the session was confirmed. Returns the number of changes of another account that it discarded. */
  open(): number {
    this.#state = 'open';
    const kept = this.#kept.load();
    this.#tabs.open((confirmed) => {
      this.tasks.list.adopt(confirmed);
    });
    if (kept?.isOwn) this.tasks.queue.restore(kept.changes);
    else if (kept) this.#kept.clear();
    this.#effects.push(
      effect(() => {
        // A tab that greets this one needs its changes, even if there are none.
        if (this.#tabs.greetings.value >= 0) this.#onQueueChanged();
      }),
      effect(() => {
        if (this.#browser.isVisible.value && this.access.value === 'granted') this.#live.start();
        else this.#live.stop();
      }),
      effect(() => {
        this.tasks.open.follow();
      }),
    );
    // An early request may have been rejected by a session that has been replaced since.
    if (this.access.value !== 'granted') this.renew();
    void this.#storeTimeZone();
    return kept === undefined || kept.isOwn ? 0 : kept.changes.length;
  }

  /** Continues after a log-in of the same account. */
  renew(): void {
    this.http.setAccess('granted');
    this.tasks.queue.resume();
    void this.tasks.list.refresh();
    void this.lists.refresh();
  }

  /** Sends again now what the server did not answer. */
  retryNow(): void {
    this.lists.retryNow();
    this.tasks.queue.retryNow();
  }

  /** Lets the server count days as this device does, for programs and other devices. */
  async #storeTimeZone(): Promise<void> {
    const { localStorage, timeZone } = this.#browser;
    const stored = `${this.accountId} ${timeZone}`;
    if (localStorage.getItem(TIME_ZONE) === stored) return;
    try {
      await this.session.setTimeZone(timeZone);
      localStorage.setItem(TIME_ZONE, stored);
    } catch (error) {
      // The next start tries again.
      asApiError(error);
    }
  }

  /** Shows that the session has ended. */
  expire(): void {
    this.http.setAccess('ended');
  }

  /** Sends pending changes. Returns how many of them log-out would lose. */
  async finishChanges(): Promise<number> {
    const { queue } = this.tasks;
    queue.releaseAll();
    const deadline = this.#browser.now() + LAST_CHANGES_MS;
    while (this.unsaved.value > 0 && queue.connection.value.state === 'online' && this.#browser.now() < deadline) {
      await new Promise<void>((resolve) => this.#browser.setTimer(resolve, 50));
    }
    return this.unsaved.value;
  }

  /** The page closes: sends changes that can still be withdrawn, and saves the others. */
  onPageHidden(): void {
    this.tasks.onPageHidden();
    this.#save();
  }

  /** Ends everything, for another account or none. Returns the number of changes that are lost. */
  dispose(): number {
    // Held ones too: a deletion that can still be undone.
    const lost = this.tasks.queue.changes.value.length;
    // What an earlier page of this tab kept belongs to whoever the session turns out to be.
    if (this.#state === 'open') this.#kept.clear();
    this.#state = 'disposed';
    this.#ending.abort();
    this.tasks.queue.close();
    this.tasks.list.close();
    this.#live.stop();
    for (const stop of this.#effects.splice(0)) stop();
    this.#browser.clearTimer(this.#saveTimer);
    this.#tabs.close();
    this.lists.close();
    return lost;
  }

  /** Saves the queue for this tab and notifies the others: soon, or at once when nothing is left to keep. */
  #onQueueChanged(): void {
    const isEmpty = this.tasks.queue.changes.value.length === 0;
    if (this.#saving === 'paused') this.#saving = 'due';
    if (this.#saving === 'due' && isEmpty) {
      this.#browser.clearTimer(this.#saveTimer);
      this.#saving = 'idle';
    }
    if (this.#saving !== 'idle') return;
    this.#saving = 'scheduled';
    queueMicrotask(() => {
      if (this.#state === 'disposed') return;
      this.#save();
      this.#saving = 'paused';
      this.#saveTimer = this.#browser.setTimer(() => {
        const isDue = this.#saving === 'due';
        this.#saving = 'idle';
        if (isDue) this.#onQueueChanged();
      }, SAVE_PAUSE_MS);
    });
  }

  #save(): void {
    if (this.#state !== 'open') return;
    const changes = this.tasks.queue.changes.peek();
    this.#kept.save(changes);
    this.#tabs.sendPending(changes);
  }
}
