import { batch, computed, signal, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { List, ListColor, ListsApi, ListSettings } from '../api/lists-api.js';
import type { Language } from '../i18n/language.js';
import type { Browser } from './browser.js';
import type { Notices } from './notices.js';
import { keyBetween, positionBetween } from './position.js';
import { retryPause } from './retry.js';
import { dayOf } from './wall-clock.js';

/** Pause before the numbers of tasks are read again: many changes follow each other. */
const REFRESH_PAUSE_MS = 1_000;

/** Whether the reader may change the list's tasks. */
export function canEdit({ role, endsOn }: Pick<List, 'role' | 'endsOn'>): boolean {
  return role !== 'viewer' && endsOn === undefined;
}

/** A command that the server has not confirmed. */
interface Pending {
  /** Returns the lists with the command applied, also to lists that contain its effect. */
  readonly apply: (lists: readonly List[]) => readonly List[];
}

type ListsState = { readonly state: 'loading' | 'ready' } | { readonly state: 'failed'; readonly error: ApiError };

/**
 * The lists of the account and the commands on them. A command is shown at once, sent after those before it until the
 * server answers, and taken back when the server rejects it.
 */
export class ListsModel {
  readonly #api: ListsApi;
  readonly #browser: Browser;
  readonly #language: Language;
  readonly #notices: Notices;
  readonly #confirmed = signal<readonly List[] | undefined>(undefined);
  readonly #pending = signal<readonly Pending[]>([]);
  readonly #state = signal<ListsState>({ state: 'loading' });
  /** Creations on their way, by list. */
  readonly #creations = new Map<string, Promise<unknown>>();
  /** Lists that this tab deleted or left. */
  readonly #removed = new Set<string>();
  #lastCommand: Promise<unknown> = Promise.resolve();
  /** Number of confirmed commands: an answer asked for before one of them is outdated. */
  #confirmations = 0;
  #timer: unknown;
  #retryTimer: unknown;
  /** Ends the pause before a command is sent again. */
  #endPause = (): void => undefined;

  /** The lists in the reader's order; empty until they are known. */
  readonly lists: ReadonlySignal<readonly List[]> = computed(() =>
    inOrder(this.#pending.value.reduce((lists, { apply }) => apply(lists), this.#confirmed.value ?? [])),
  );

  constructor(api: ListsApi, notices: Notices, language: Language, browser: Browser) {
    this.#api = api;
    this.#notices = notices;
    this.#language = language;
    this.#browser = browser;
  }

  get state(): ReadonlySignal<ListsState> {
    return this.#state;
  }

  /** The routes for members, invitations and files, whose screens wait for the answer. */
  get api(): ListsApi {
    return this.#api;
  }

  /** The list as shown; undefined for an unknown or lost one. */
  find(id: string): List | undefined {
    return this.lists.value.find((list) => list.id === id);
  }

  /** The account's own first list; undefined until it is known. */
  get first(): List | undefined {
    return this.lists.value.find(({ isFirst }) => isFirst);
  }

  /** Whether this tab deleted or left it, so that its end is no news. */
  isRemovedHere(id: string): boolean {
    return this.#removed.has(id);
  }

  /** The name to show. */
  nameOf({ name, isFirst }: Pick<List, 'name' | 'isFirst'>): string {
    const texts = this.#language.texts.value;
    return name ?? (isFirst ? texts.firstList : texts.unnamedList);
  }

  /** Reads the lists: at the start, after `lists-changed`, and to get the numbers of tasks. */
  async refresh(): Promise<void> {
    this.#browser.clearTimer(this.#timer);
    this.#timer = undefined;
    const confirmations = this.#confirmations;
    try {
      const lists = await this.#api.all(dayOf(this.#browser.now()));
      if (confirmations !== this.#confirmations) {
        // Until the lists are known, others wait for this answer.
        if (this.#confirmed.peek() === undefined) await this.refresh();
        else this.refreshSoon();
        return;
      }
      if (JSON.stringify(lists) !== JSON.stringify(this.#confirmed.peek())) this.#confirmed.value = lists;
      this.#state.value = { state: 'ready' };
    } catch (error) {
      const failure = asApiError(error);
      if (this.#confirmed.peek() === undefined) this.#state.value = { state: 'failed', error: failure };
    }
  }

  /** Reads the lists again after a moment, once for many calls. */
  refreshSoon(): void {
    this.#timer ??= this.#browser.setTimer(() => void this.refresh(), REFRESH_PAUSE_MS);
  }

  /** Adds a list at the end and returns its id; undefined for a name without a visible character. */
  create(name: string): string | undefined {
    const trimmed = name.trim();
    if (trimmed === '') return undefined;
    const id = this.#makeId();
    const list: List = {
      id,
      name: trimmed,
      color: null,
      position: null,
      role: 'owner',
      members: 1,
      isFirst: false,
      totals: { open: 0, done: 0, overdue: 0, dueToday: 0 },
    };
    const sent = this.#run(
      added(list),
      () => this.#api.create(id, { name: trimmed }),
      (reason) => this.#language.texts.peek().listNotAdded(trimmed, reason),
    );
    this.#creations.set(id, sent);
    void sent.catch(() => undefined).then(() => this.#creations.delete(id));
    return id;
  }

  /** Resolves when the server knows the list, so that its tasks can be sent. Throws ApiError when it was not added. */
  async whenStored(id: string): Promise<void> {
    await this.#creations.get(id);
  }

  /** Counts tasks that were added or removed, until the numbers are read again. */
  adjust(id: string, { open = 0, done = 0 }: { readonly open?: number; readonly done?: number }): void {
    this.refreshSoon();
    // Many tasks may be confirmed before the lists are known: each would make the first answer outdated.
    if (this.#confirmed.peek() === undefined) return;
    this.#confirm({
      apply: (lists) =>
        lists.map((list) => {
          if (list.id !== id || list.totals === undefined) return list;
          const { totals } = list;
          const counts = { open: Math.max(0, totals.open + open), done: Math.max(0, totals.done + done) };
          return { ...list, totals: { ...totals, ...counts } };
        }),
    });
  }

  rename(list: List, name: string): void {
    const trimmed = name.trim();
    if (trimmed !== '' && trimmed !== list.name) this.#update(list, { name: trimmed });
  }

  setColor(list: List, color: ListColor | null): void {
    if (color !== list.color) this.#update(list, { color });
  }

  /** Moves a list to that place among the others, counted without it. */
  reorder(list: List, place: number): void {
    const others = this.lists.value.filter(({ id }) => id !== list.id);
    const wanted = others.toSpliced(Math.max(0, Math.min(place, others.length)), 0, list);
    if (wanted.every(({ id }, at) => id === this.lists.value[at]?.id)) return;
    // Lists without a position come last, so those above the moved one get one too.
    let before: string | undefined;
    for (const [at, one] of wanted.entries()) {
      const isMoved = one.id === list.id;
      if (isMoved || one.position === null) {
        const next = isMoved ? wanted[at + 1]?.position : undefined;
        before = keyBetween(before, next ?? undefined) ?? positionBetween(before, undefined);
        this.#update(one, { position: before });
      } else before = one.position;
      if (isMoved) return;
    }
  }

  /** Deletes a list at once and offers to restore it. */
  remove(list: List): void {
    const texts = this.#language.texts.peek();
    this.#takeAway(list, () => this.#api.remove(list.id));
    this.#notices.show(texts.listDeleted(this.nameOf(list)), {
      action: {
        label: texts.undo,
        run: () => {
          this.#restore(list);
        },
      },
    });
  }

  /** Leaves a list of somebody else. */
  leave(list: List): void {
    this.#takeAway(list, async () => {
      const self = (await this.#api.members(list.id)).find(({ isSelf }) => isSelf);
      if (self) await this.#api.removeMember(list.id, self.id);
    });
  }

  /** Adopts a list that the account just joined. */
  adopt(list: List): void {
    this.#removed.delete(list.id);
    this.#confirm({ apply: (lists) => [...lists.filter(({ id }) => id !== list.id), list] });
    this.refreshSoon();
  }

  /** Sends again now what the server did not answer. */
  retryNow(): void {
    this.#browser.clearTimer(this.#retryTimer);
    this.#endPause();
  }

  close(): void {
    this.#browser.clearTimer(this.#timer);
    this.#browser.clearTimer(this.#retryTimer);
  }

  #takeAway(list: List, send: () => Promise<void>): void {
    this.#removed.add(list.id);
    const sendOnce = async (): Promise<void> => {
      await send().catch((error: unknown) => {
        // It is gone already, as the user wanted.
        if (asApiError(error).status !== 404) throw error;
      });
    };
    this.#change(list, without(list), sendOnce, () => this.#removed.delete(list.id));
  }

  #restore(list: List): void {
    this.#removed.delete(list.id);
    this.#change(list, added(list), () => this.#api.restore(list.id));
  }

  #update(list: List, settings: ListSettings): void {
    const apply = (lists: readonly List[]): readonly List[] =>
      lists.map((one) => (one.id === list.id ? { ...one, ...settings } : one));
    this.#change(list, { apply }, () => this.#api.update(list.id, settings));
  }

  #change(list: List, pending: Pending, send: () => Promise<unknown>, onFailed = (): unknown => undefined): void {
    const toText = (reason: string): string => this.#language.texts.peek().listNotChanged(this.nameOf(list), reason);
    // The notice shows the reason.
    void this.#run(pending, send, toText).catch(onFailed);
  }

  /** Applies a command, and sends it after those before it. Throws ApiError once it was taken back. */
  async #run(pending: Pending, send: () => Promise<unknown>, toText: (reason: string) => string): Promise<void> {
    this.#pending.value = [...this.#pending.value, pending];
    const sent = this.#lastCommand.then(() => this.#send(send));
    this.#lastCommand = sent.catch(() => undefined);
    try {
      await sent;
      batch(() => {
        this.#confirm(pending);
        this.#drop(pending);
      });
    } catch (error) {
      this.#drop(pending);
      const failure = asApiError(error);
      if (failure.type === 'cancelled') throw failure;
      const reason = this.#language.texts.peek().rejection(failure.type, failure.errors[0]);
      if (!failure.isSessionLost) this.#notices.show(toText(reason), { tone: 'problem' });
      this.refreshSoon();
      throw failure;
    }
    this.refreshSoon();
  }

  /** Sends a command until the server answers. */
  async #send(send: () => Promise<unknown>, failures = 1): Promise<void> {
    try {
      await send();
    } catch (error) {
      const failure = asApiError(error);
      if (failure.type === 'cancelled' || !['unreachable', 'busy'].includes(failure.failure)) throw failure;
      await new Promise<void>((resolve) => {
        this.#endPause = resolve;
        this.#retryTimer = this.#browser.setTimer(resolve, retryPause(failures, failure, this.#browser.random()));
      });
      await this.#send(send, failures + 1);
    }
  }

  #drop(pending: Pending): void {
    this.#pending.value = this.#pending.value.filter((one) => one !== pending);
  }

  #confirm({ apply }: Pending): void {
    this.#confirmations++;
    const confirmed = this.#confirmed.peek();
    if (confirmed !== undefined) this.#confirmed.value = apply(confirmed);
  }

  /** 128 random bits, hexadecimal. */
  #makeId(): string {
    const bytes = new Uint8Array(16);
    this.#browser.randomBytes(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

function added(list: List): Pending {
  return { apply: (lists) => (lists.some(({ id }) => id === list.id) ? lists : [...lists, list]) };
}

function without({ id }: List): Pending {
  return { apply: (lists) => lists.filter((list) => list.id !== id) };
}

/** Lists with a position by it, then the others as the server orders them: the first list, then the oldest. */
function inOrder(lists: readonly List[]): readonly List[] {
  return lists.toSorted((a, b) => {
    if (a.position === b.position) return 0;
    if (a.position === null || b.position === null) return a.position === null ? 1 : -1;
    return a.position < b.position ? -1 : 1;
  });
}
