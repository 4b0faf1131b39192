import { batch, effect, signal, untracked, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import { forgetEarlyUnless } from '../api/early-answers.js';
import { HttpClient } from '../api/http.js';
import { SessionApi, type Account } from '../api/session-api.js';
import type { Language } from '../i18n/language.js';
import type { Browser } from './browser.js';
import { PendingInvitation } from './invitation.js';
import { Notices } from './notices.js';
import { PreferencesModel } from './preferences.js';
import { LAST_ACCOUNT } from './start.js';
import type { Channel } from './tabs.js';
import { Workspace } from './workspace.js';

/** An account that is logged in, with everything that this tab has of it. */
export interface OpenAccount {
  readonly account: Account;
  readonly workspace: Workspace;
}

/** State of the session. While an account is open, its `Workspace` knows whether the session has ended. */
export type Session =
  | { readonly state: 'checking' }
  | { readonly state: 'failed'; readonly error: ApiError }
  | { readonly state: 'signed-out' }
  | ({ readonly state: 'open' } & OpenAccount);

/** A message to every tab of this browser, with the account that logged in or out. */
interface DoorMessage {
  readonly kind: 'logged-in' | 'logged-out';
  readonly account: string;
}

/**
 * State behind the screens: who is logged in, preferences, and messages that belong to no account.
 *
 * ```
 * checking ──found──▶ open ──log-out──▶ signed-out ──log-in, sign-up──▶ open
 *          ──none───▶ signed-out        open ──another account logged in──▶ open, with a new workspace
 *          ──error──▶ failed ──retry──▶ checking
 * ```
 */
export class AppModel {
  readonly #browser: Browser;
  readonly #channel: Channel;
  readonly #session = signal<Session>({ state: 'checking' });
  #lookUp = new AbortController();
  /** Without an account: finds out whose session it is. */
  readonly #anyone = new SessionApi(new HttpClient());
  readonly notices = new Notices();
  readonly preferences: PreferencesModel;
  readonly invitation: PendingInvitation;

  constructor(
    browser: Browser,
    readonly language: Language,
  ) {
    this.#browser = browser;
    this.preferences = new PreferencesModel(browser.localStorage);
    this.invitation = new PendingInvitation(browser.sessionStorage);
    this.#channel = browser.openChannel('tasks');
    this.#channel.onmessage = ({ data }: MessageEvent<DoorMessage>) => {
      this.#onTabMessage(data);
    };
    effect(() => {
      const access = this.open?.workspace.access.value;
      if (access === 'other-account') untracked(() => void this.#lookUpAgain());
    });
  }

  get session(): ReadonlySignal<Session> {
    return this.#session;
  }

  /** The account that the page shows. */
  get open(): OpenAccount | undefined {
    const session = this.#session.value;
    return session.state === 'open' ? session : undefined;
  }

  /** Looks up the session. Requests the tasks of the last account at the same time. */
  async start(): Promise<void> {
    const { signal } = this.#startLookUp();
    this.#session.value = { state: 'checking' };
    const last = this.#browser.localStorage.getItem(LAST_ACCOUNT);
    forgetEarlyUnless(last);
    const early = last === null ? undefined : new Workspace(this.#browser, this.language, last);
    try {
      const account = await this.#anyone.whoAmI(signal);
      if (early?.accountId === account.id) this.#open(account, early);
      else {
        early?.dispose();
        this.#open(account);
      }
    } catch (error) {
      early?.dispose();
      const failure = asApiError(error);
      if (signal.aborted) return;
      if (failure.failure === 'signed-out') this.#leave();
      else this.#session.value = { state: 'failed', error: failure };
    }
  }

  /** Whether the open account has a recovery code that was shown and not saved yet. */
  get hasUnsavedCode(): boolean {
    const { unconfirmedCode } = this.preferences.current.value;
    return unconfirmedCode !== null && unconfirmedCode === this.open?.account.id;
  }

  /** Shows the account that just signed up or recovered, and its recovery code until that was saved. */
  onCodeMade(account: Account, code: string, note?: string): void {
    batch(() => {
      this.onLoggedIn(account);
      if (this.open) this.showCode(this.open.workspace, code, note);
    });
  }

  /** Shows a new recovery code until it was saved. @param note Why it was made. */
  showCode(workspace: Workspace, code: string, note?: string): void {
    batch(() => {
      workspace.recoveryCode.value = { code, note };
      this.preferences.change({ unconfirmedCode: workspace.accountId });
    });
  }

  /** The user has saved the recovery code. */
  confirmCode(workspace: Workspace): void {
    workspace.recoveryCode.value = undefined;
    this.preferences.change({ unconfirmedCode: null });
  }

  /** Shows the account that just logged in. */
  onLoggedIn(account: Account): void {
    this.#continueAs(account);
    this.#send('logged-in', account.id);
  }

  /** Ends the session, here and in the other tabs. Throws ApiError when the server could not be reached. */
  async logOut(workspace: Workspace): Promise<void> {
    try {
      await workspace.session.logOut();
    } catch (error) {
      if (asApiError(error).failure !== 'signed-out') throw error;
    }
    this.forget(workspace);
  }

  /** Clears this tab and the others after the end of the session. */
  forget(workspace: Workspace): void {
    if (this.open?.workspace !== workspace) return;
    this.#send('logged-out', workspace.accountId);
    this.#leave();
  }

  #startLookUp(): AbortController {
    this.#lookUp.abort();
    this.#lookUp = new AbortController();
    return this.#lookUp;
  }

  /** Finds out who is logged in after this tab noticed that its account may not be. */
  async #lookUpAgain(): Promise<void> {
    const { signal } = this.#startLookUp();
    const workspace = this.open?.workspace;
    try {
      this.#continueAs(await this.#anyone.whoAmI(signal));
    } catch (error) {
      asApiError(error);
      if (!signal.aborted && workspace?.access.value === 'other-account') workspace.expire();
    }
  }

  /** Continues in the workspace of the account, or in a new one. */
  #continueAs(account: Account): void {
    this.#startLookUp();
    const before = this.open;
    if (before?.account.id === account.id) {
      before.workspace.renew();
      return;
    }
    if (before) this.invitation.clear();
    const lost = before?.workspace.dispose() ?? 0;
    this.#open(account);
    if (before === undefined) return;
    const texts = this.language.texts.peek();
    this.notices.show(lost > 0 ? texts.discarded(lost) : texts.switched(account.username), { tone: 'problem' });
  }

  #open(account: Account, workspace = new Workspace(this.#browser, this.language, account.id)): void {
    this.#browser.localStorage.setItem(LAST_ACCOUNT, account.id);
    if (!this.preferences.current.peek().hasAccount) this.preferences.change({ hasAccount: true });
    const discarded = workspace.open();
    this.#session.value = { state: 'open', account, workspace };
    if (discarded > 0) this.notices.show(this.language.texts.peek().discarded(discarded), { tone: 'problem' });
  }

  #leave(): void {
    this.#startLookUp();
    // The next account is not offered what this one opened.
    if (this.open) this.invitation.clear();
    this.open?.workspace.dispose();
    this.#session.value = { state: 'signed-out' };
    this.#browser.localStorage.removeItem(LAST_ACCOUNT);
    this.preferences.keep();
  }

  #send(kind: DoorMessage['kind'], account: string): void {
    this.#channel.postMessage({ kind, account } satisfies DoorMessage);
  }

  #onTabMessage({ kind, account }: DoorMessage): void {
    const id = this.open?.account.id;
    if (kind === 'logged-out') {
      if (id === account) this.#leave();
      return;
    }
    if (id === undefined) void this.start();
    else if (id !== account || this.open?.workspace.access.value !== 'granted') void this.#lookUpAgain();
  }
}
