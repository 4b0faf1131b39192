import { batch, computed, signal, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Clock } from './browser.js';
import type { ChangeQueue } from './change-queue.js';
import { Overlay } from './change.js';
import type { Confirmed, Tabs } from './tabs.js';
import type { TaskCache } from './task-cache.js';
import { isSameTask, matches, type Row, type Task, type TaskCounts, type TaskQuery } from './task.js';

/** State of the list. `searching`: loads older tasks, page after page, until stopped. */
type ListState =
  | { readonly state: 'loading' | 'loading-more' | 'searching' | 'ready' }
  | { readonly state: 'failed'; readonly error: ApiError };

/** Number of rows at which a search stops automatically. */
const ENOUGH_FOUND = 200;
/** Maximum number of changed tasks fetched one by one; beyond it, the list is reloaded. */
const FEW = 20;
/** Pauses after fetching changed tasks, and after reloading the list for many: each change of a paste causes an event. */
const PAUSE_MS = 250;
const LONG_PAUSE_MS = 2_000;

/** The list as shown: the loaded pages, with unconfirmed changes applied. */
export class TaskList {
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #state = signal<ListState>({ state: 'loading' });
  readonly #pinned = signal<ReadonlySet<string>>(new Set());
  readonly #queue: ChangeQueue;
  readonly #clock: Clock;
  #changedElsewhere = new Set<string>();
  #following: 'idle' | 'running' | 'again' = 'idle';
  #loading = new AbortController();

  /** Unconfirmed changes of this tab and of others, applied. */
  readonly overlay: ReadonlySignal<Overlay>;
  /** The rows to show, in order. */
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** Undefined until known. */
  readonly counts: ReadonlySignal<TaskCounts | undefined>;

  constructor(api: TasksApi, cache: TaskCache, queue: ChangeQueue, tabs: Tabs, clock: Clock) {
    this.#api = api;
    this.#cache = cache;
    this.#queue = queue;
    this.#clock = clock;
    this.overlay = computed(() => new Overlay([...tabs.pending.value, ...queue.changes.value], cache.find));
    this.rows = computed(() => this.#visible());
    this.counts = computed(() => {
      const counts = cache.counts.value;
      return counts && this.overlay.value.counts(counts, cache.find);
    });
  }

  get state(): ReadonlySignal<ListState> {
    return this.#state;
  }

  /** Whether there are older tasks to load. */
  get hasMore(): boolean {
    return this.#cache.nextCursor.value !== null;
  }

  /** The row as shown, even if the filter hides it. */
  find(id: string): Row | undefined {
    const task = this.#cache.find(id);
    return task ? this.overlay.value.row(task) : this.overlay.value.created().find((row) => row.id === id);
  }

  #visible(): readonly Row[] {
    const loaded = this.#cache.loaded.value;
    const query = this.#cache.query.value;
    const overlay = this.overlay.value;
    if (overlay.changes.length === 0 && this.#pinned.value.size === 0)
      return loaded.filter((task) => matches(task, query));
    const isShown = (row: Row | undefined): row is Row =>
      row !== undefined && (this.#pinned.value.has(row.id) || matches(row, query));
    return [...overlay.created().filter(isShown), ...loaded.map((task) => overlay.row(task)).filter(isShown)];
  }

  /** Keeps a row visible although the filter now hides it, until `unpin`. */
  pin(id: string): void {
    this.#pinned.value = new Set([...this.#pinned.value, id]);
  }

  /** Applies the filter to that row again. */
  unpin(id: string): void {
    if (this.#pinned.value.has(id))
      this.#pinned.value = new Set([...this.#pinned.value].filter((pinned) => pinned !== id));
  }

  async show(query: TaskQuery): Promise<void> {
    batch(() => {
      this.#pinned.value = new Set();
      this.#cache.setQuery(query);
    });
    await this.load();
  }

  async load(): Promise<void> {
    const signal = this.#restart();
    this.#state.value = { state: 'loading' };
    await this.#run(signal, async () => {
      const asked = this.#cache.now();
      const page = await this.#api.list(this.#cache.query.value, undefined, signal);
      this.#cache.setPage(page.items, page.nextCursor, asked, 'replace');
      await this.#searchOn(signal);
    });
    void this.loadCounts();
  }

  async loadMore(): Promise<void> {
    const signal = this.#restart();
    this.#state.value = { state: 'loading-more' };
    await this.#run(signal, async () => {
      await this.#append(signal);
      await this.#searchOn(signal, this.#cache.loaded.value.length);
    });
  }

  /** Stops a search in older tasks. */
  stop(): void {
    this.#restart();
    this.#state.value = { state: 'ready' };
  }

  /** Returns false for counts that may include changes of this tab whose answers are on their way: they are read again. */
  async loadCounts(): Promise<boolean> {
    const asked = this.#cache.now();
    try {
      const counts = await this.#api.counts();
      const isCurrent = this.#cache.now() === asked && !this.#queue.isSending;
      if (isCurrent || this.#cache.counts.value === undefined) this.#cache.setCounts(counts);
      if (!isCurrent) void this.refreshTasks([]);
      return isCurrent;
    } catch (error) {
      this.#queue.report(asApiError(error));
      return true;
    }
  }

  /** Reloads everything that is loaded, without a visible sign. */
  async refresh(): Promise<void> {
    if (this.#state.value.state !== 'ready') {
      if (this.#state.value.state === 'failed') await this.load();
      return;
    }
    const signal = this.#loading.signal;
    const wanted = this.#cache.loaded.value.length;
    const asked = this.#cache.now();
    const tasks: Task[] = [];
    let cursor: string | null | undefined;
    try {
      do {
        const page = await this.#api.list(this.#cache.query.value, cursor ?? undefined, signal);
        tasks.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && tasks.length < wanted);
      const loaded = this.#cache.loaded.value;
      const same = tasks.length === loaded.length && tasks.every((task, at) => isSameTask(task, loaded[at]));
      if (!same && !signal.aborted) this.#cache.setPage(tasks, cursor, asked, 'replace');
      this.#queue.report(undefined);
    } catch (error) {
      if (!signal.aborted) this.#queue.report(asApiError(error));
    }
    await this.loadCounts();
  }

  /** Checks for changes at the top of the list and in the counts, and reloads the list if there are any. */
  async poll(): Promise<void> {
    if (this.#state.value.state !== 'ready') return;
    const { signal } = this.#loading;
    const [loaded, counts] = [this.#cache.loaded.value, this.#cache.counts.value];
    try {
      const { items } = await this.#api.list(this.#cache.query.value, undefined, signal);
      await this.loadCounts();
      const same = items.every((task, at) => isSameTask(task, loaded[at])) && counts === this.#cache.counts.value;
      if (!same && !signal.aborted) await this.refresh();
      else this.#queue.report(undefined);
    } catch (error) {
      if (!signal.aborted) this.#queue.report(asApiError(error));
    }
  }

  /** Adopts a change that another tab confirmed. */
  adopt(confirmed: Confirmed): void {
    this.#cache.apply(confirmed);
    void this.refreshTasks([]);
  }

  /** Fetches the counts and tasks that changed elsewhere: at once, or with others that change during the pause. */
  async refreshTasks(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#changedElsewhere.add(id);
    if (this.#following !== 'idle') {
      this.#following = 'again';
      return;
    }
    do {
      this.#following = 'running';
      const changed = [...this.#changedElsewhere];
      this.#changedElsewhere.clear();
      const isMany = changed.length > FEW;
      if (isMany) await this.refresh();
      else await Promise.all(changed.map((id) => this.#refreshTask(id)));
      const isCurrent = isMany || (await this.loadCounts());
      const pause = isMany || !isCurrent ? LONG_PAUSE_MS : PAUSE_MS;
      await new Promise<void>((resolve) => this.#clock.setTimer(resolve, pause));
    } while (this.#isStale());
    this.#following = 'idle';
  }

  /** Whether something changed since the last fetch. A method, since an await hides that the field changes. */
  #isStale(): boolean {
    return this.#following === 'again';
  }

  async #refreshTask(id: string): Promise<void> {
    const asked = this.#cache.now();
    try {
      const task = await this.#api.get(id);
      if (this.#cache.changedSince(id, asked)) await this.#refreshTask(id);
      else if (!isSameTask(task, this.#cache.find(id))) this.#cache.put(task);
    } catch (error) {
      const failure = asApiError(error);
      if (failure.status !== 404) this.#queue.report(failure);
      else if (!this.#cache.changedSince(id, asked)) this.#cache.remove(id);
    }
  }

  async #append(signal: AbortSignal): Promise<void> {
    const cursor = this.#cache.nextCursor.value;
    if (cursor === null) return;
    const asked = this.#cache.now();
    const page = await this.#api.list(this.#cache.query.value, cursor, signal);
    this.#cache.setPage(page.items, page.nextCursor, asked, 'append');
  }

  /** A page of a search may contain few tasks or none, so it continues until there is something to show. */
  async #searchOn(signal: AbortSignal, from = 0): Promise<void> {
    if (this.#cache.query.value.text === '') return;
    while (this.hasMore && this.#cache.loaded.value.length - from < ENOUGH_FOUND && !signal.aborted) {
      this.#state.value = { state: 'searching' };
      await this.#append(signal);
    }
  }

  #restart(): AbortSignal {
    this.#loading.abort();
    this.#loading = new AbortController();
    return this.#loading.signal;
  }

  async #run(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (signal.aborted) return;
      this.#state.value = { state: 'ready' };
      this.#queue.report(undefined);
    } catch (error) {
      const failure = asApiError(error);
      if (signal.aborted) return;
      this.#state.value = { state: 'failed', error: failure };
      this.#queue.report(failure);
    }
  }
}
