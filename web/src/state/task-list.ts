import { batch, computed, signal, type ReadonlySignal } from '@preact/signals-core';
import { ApiError, asApiError } from '../api/api-error.js';
import type { List } from '../api/lists-api.js';
import { runInNextTask } from '../api/next-task.js';
import type { TaskPage, TasksApi } from '../api/tasks-api.js';
import type { Clock } from './browser.js';
import type { ChangeQueue } from './change-queue.js';
import { Overlay } from './change.js';
import type { ListsModel } from './lists.js';
import { LiveTasks } from './live-tasks.js';
import { Pins } from './pins.js';
import type { Confirmed, Tabs } from './tabs.js';
import { FEW, merge, placeIn, type TaskCache } from './task-cache.js';
import { dueTasks, includes, openTasksOf, readEach, sourcesOf, tasksOfFirst, type Source } from './task-sources.js';
import type { Row, Task, TaskCounts } from './task.js';
import { comparatorOf, compareDone, isSameView, matcherOf, type Selection, type Sorting, type View } from './view.js';
import { dayOf } from './wall-clock.js';

/** State of the list. `loaded`: number of tasks read so far. */
export type ListState =
  | { readonly state: 'loading'; readonly loaded: number }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly error: ApiError };

/** Done tasks are read when they are unfolded. */
export type DoneState = 'folded' | 'loading' | 'ready' | 'failed';

/** Time in which a source is not read again, for a view that is shown as soon as it is read; and while changes are reported. */
const FRESH_MS = 2_000;
const FRESH_LIVE_MS = 15_000;
const READY: ListState = { state: 'ready' };

/** When the reading of a source began. `round`: number of times that all had to be read again before. */
interface Beginning {
  readonly round: number;
  readonly time: number;
}

/** Ids of all tasks of a source, and the time of the cache when reading them began. */
type Found = readonly [ids: ReadonlySet<string>, start: number];

/** The list as shown: every open task of the selection, with unconfirmed changes applied. */
export class TaskList {
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #queue: ChangeQueue;
  readonly #lists: ListsModel;
  readonly #clock: Clock;
  readonly #state = signal<ListState>({ state: 'loading', loaded: 0 });
  readonly #selection = signal<Selection | undefined>(undefined);
  /** The selection to show next. */
  #wanted: Selection | undefined;
  readonly #doneState = signal<DoneState>('folded');
  readonly #isTodayKnown = signal(false);
  readonly #today;
  /** Since when changes made elsewhere are reported. */
  #liveSince = Infinity;
  /** Goes up when all has to be read again. */
  #round = 0;
  /** The last complete reading of each source. */
  readonly #read = new Map<string, Beginning & { readonly ended: number }>();
  /** Sources that are being read. */
  readonly #reading = new Map<string, Beginning & { readonly done: Promise<void> }>();
  #doneCursor: string | undefined;
  /** Ends the reading of done tasks that nothing shows any more. */
  #doneReading = new AbortController();

  /** Rows that stay although they are done. */
  readonly pins: Pins;
  readonly live: LiveTasks;
  /** Unconfirmed changes of this tab and of others, applied. */
  readonly overlay: ReadonlySignal<Overlay>;
  /** The open rows to show, in order. */
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** The done rows that were read, the latest first. */
  readonly doneRows: ReadonlySignal<readonly Row[]>;
  /** Numbers of open tasks that are due today or were due before; undefined until known. */
  readonly due: ReadonlySignal<{ readonly today: number; readonly overdue: number } | undefined>;

  constructor(api: TasksApi, cache: TaskCache, queue: ChangeQueue, lists: ListsModel, tabs: Tabs, clock: Clock) {
    this.#api = api;
    this.#cache = cache;
    this.#queue = queue;
    this.#lists = lists;
    this.#clock = clock;
    this.#today = signal(dayOf(clock.now()));
    this.pins = new Pins(clock);
    this.live = new LiveTasks(api, cache, queue, this, clock);
    this.overlay = computed(() => new Overlay([...tabs.pending.value, ...queue.changes.value], cache.find));
    this.rows = computed(() => this.#openRows());
    this.doneRows = computed(() => this.#doneRows());
    this.due = computed(() => this.#countDue());
  }

  get state(): ReadonlySignal<ListState> {
    return this.#state;
  }

  get doneState(): ReadonlySignal<DoneState> {
    return this.#doneState;
  }

  /** Undefined until it is known where to start. */
  get selection(): ReadonlySignal<Selection | undefined> {
    return this.#selection;
  }

  /** The reader's day, as `2026-12-01`. */
  get today(): ReadonlySignal<string> {
    return this.#today;
  }

  /** Where to start: Today if it has anything, else the first list; undefined until known. */
  get home(): View | undefined {
    if (!this.#isTodayKnown.value) return undefined;
    const { first } = this.#lists;
    if ((this.due.value?.today ?? 0) > 0) return { kind: 'today' };
    return first && { kind: 'list', list: first.id };
  }

  /** Whether the rows are in the order in which the user put them. */
  get isManual(): boolean {
    const selection = this.#selection.value;
    if (selection === undefined || selection.text !== '') return false;
    return selection.sorting === 'manual' && selection.view.kind !== 'today' && selection.view.kind !== 'upcoming';
  }

  /** The row as shown, even if the selection does not include it. */
  find(id: string): Row | undefined {
    return this.overlay.value.find(id);
  }

  /** Numbers of a list's tasks with unconfirmed changes; undefined until known. */
  countsOf({ id, totals }: Pick<List, 'id' | 'totals'>): TaskCounts | undefined {
    return totals && this.overlay.value.counts(totals, id);
  }

  /** Reads what the page is about to show, before the session is confirmed. @param view Undefined: where to start. */
  async start(view: View | undefined, text: string): Promise<void> {
    this.#state.value = { state: 'loading', loaded: 0 };
    const lists = this.#lists.refresh();
    void this.#readToday();
    if (view !== undefined) {
      const selection = { view, text, sorting: 'manual', tomorrow: this.#tomorrow() } as const;
      for (const source of this.#sources(selection)) void this.#readAll(source).catch(() => undefined);
    } else {
      void this.#readFirst(lists.then(() => this.#firstId())).catch(asApiError);
    }
    await lists;
    const { value } = this.#lists.state;
    if (value.state === 'failed') this.#state.value = value;
  }

  /** Shows a view, or what a search finds in all lists. Large caches are filtered in slices first. */
  async show(view: View, text: string, sorting: Sorting): Promise<void> {
    const selection: Selection = { view, text: text.trim(), sorting, tomorrow: this.#tomorrow() };
    this.#wanted = selection;
    const matches = matcherOf(selection);
    const found = this.#cache.isLarge ? await this.#cache.filter(matches, () => this.#pause(selection)) : undefined;
    if (this.#wanted !== selection) return;
    const before = this.#selection.peek();
    const isSame = before !== undefined && isSameView(before.view, view) && before.text === selection.text;
    batch(() => {
      this.#selection.value = selection;
      this.#cache.show({ matches, compare: comparatorOf(selection) }, compareDone, found);
      if (isSame) return;
      this.#doneReading.abort();
      this.pins.clear();
      this.#doneState.value = selection.text === '' ? 'folded' : 'loading';
      this.#doneCursor = undefined;
    });
    if (isSame) return;
    if (selection.text !== '') void this.#readDone();
    // The next letters of a search only filter what is being read already.
    if (selection.text === '' || before === undefined || before.text === '') await this.load();
  }

  /** Reads what the selection needs; without a visible sign if it was read before. */
  async load(): Promise<void> {
    const selection = this.#selection.peek();
    if (selection === undefined) return;
    const isCurrent = (): boolean => isSameView(this.#selection.peek()?.view ?? selection.view, selection.view);
    const known = this.#sources(selection);
    const isKnown = known.length > 0 && known.every(({ key }) => this.#read.has(key));
    this.#state.value = isKnown ? READY : { state: 'loading', loaded: 0 };
    const round = this.#round;
    try {
      if (this.#lists.lists.peek().length === 0) await this.#lists.refresh();
      this.#firstId();
      await readEach(this.#sources(selection), (source) => this.#readAll(source));
      if (!isCurrent()) return;
      this.#state.value = READY;
      this.#queue.report(undefined);
      // Of a view that was shown already, it was read meanwhile.
      if (!isKnown && round !== this.#round) await this.refresh();
    } catch (error) {
      const failure = asApiError(error);
      if (!isCurrent() || failure.type === 'cancelled') return;
      if (this.#state.peek().state !== 'ready') this.#state.value = { state: 'failed', error: failure };
      this.#queue.report(failure);
    }
  }

  /** Tries again after a failure. */
  async retry(): Promise<void> {
    if (this.#selection.peek() === undefined) await this.start(undefined, '');
    else await this.load();
  }

  /** Reads everything shown again, without a visible sign. */
  async refresh(): Promise<void> {
    this.#checkDay();
    this.#round++;
    if (this.#state.peek().state === 'failed') await this.retry();
    const selection = this.#selection.peek();
    if (this.#state.peek().state !== 'ready' || selection === undefined) return;
    try {
      await readEach([...this.#sources(selection), dueTasks(this.#api, this.#tomorrow())], (source) =>
        this.#readAll(source),
      );
      if (this.#doneState.peek() === 'ready') await this.#readDone();
      this.#queue.report(undefined);
    } catch (error) {
      this.#queue.report(asApiError(error));
    }
  }

  /** Checks for changes that no stream reported: in the numbers of the lists, and in the first page of what is shown. */
  async poll(): Promise<void> {
    this.#checkDay();
    const selection = this.#selection.peek();
    if (this.#state.peek().state !== 'ready' || selection === undefined || this.#queue.unsaved.peek() > 0) {
      await this.#lists.refresh();
      return;
    }
    const before = this.#lists.lists.peek();
    try {
      const asked = this.#cache.now();
      const pages = await readEach(this.#sources(selection), (source) => source.page(undefined));
      await this.#lists.refresh();
      const isChanged = pages.map(({ items }) => this.#cache.adopt(items, asked)).includes(true);
      this.#queue.report(undefined);
      if (isChanged || before !== this.#lists.lists.peek()) await this.refresh();
    } catch (error) {
      this.#queue.report(asApiError(error));
      // The pages of a list that is gone fail: only the lists show it.
      await this.#lists.refresh();
    }
  }

  /** @param isLive Whether changes made elsewhere are reported, from now on or as before. */
  onLive(isLive: boolean): void {
    if (!isLive) this.#liveSince = Infinity;
    else if (this.#liveSince === Infinity) this.#liveSince = this.#clock.now();
  }

  /** Ends what goes on later. */
  close(): void {
    this.#wanted = undefined;
    this.live.close();
  }

  /** Adopts a change that another tab confirmed. */
  adopt(confirmed: Confirmed): void {
    this.#cache.apply(confirmed);
    this.#lists.refreshSoon();
  }

  /** Shows the done tasks of the list, or hides them. */
  toggleDone(): void {
    if (this.#doneState.peek() === 'folded') void this.#readDone();
    else this.#doneState.value = 'folded';
  }

  /** Reads the next page of done tasks, if there is one. */
  readMoreDone(): void {
    if (this.#doneState.peek() === 'ready' && this.#doneCursor !== undefined) void this.#readDone(this.#doneCursor);
  }

  /** Numbers of done tasks beside the fold; undefined where the view has none. */
  get doneCount(): number | undefined {
    const selection = this.#selection.value;
    if (selection === undefined) return undefined;
    if (selection.text !== '') return this.doneRows.value.length;
    const { view } = selection;
    const list = view.kind === 'list' ? this.#lists.find(view.list) : undefined;
    return list && this.countsOf(list)?.done;
  }

  #openRows(): readonly Row[] {
    const selection = this.#selection.value;
    if (selection === undefined) return [];
    const matches = matcherOf(selection);
    const pinned = this.pins.ids.value;
    return this.#overlaid(this.#cache.open.value.tasks, pinned, comparatorOf(selection), (row) =>
      row.done ? pinned.has(row.id) : matches(row),
    );
  }

  #doneRows(): readonly Row[] {
    const selection = this.#selection.value;
    if (selection === undefined || this.#doneState.value === 'folded') return [];
    const matches = matcherOf(selection);
    const pinned = this.pins.ids.value;
    const overlay = this.overlay.value;
    const tasks = this.#cache.done.value.tasks.filter((task) => overlay.row(task) !== undefined);
    return this.#overlaid(tasks, pinned, compareDone, (row) => row.done && !pinned.has(row.id) && matches(row));
  }

  /** Confirmed tasks in order, with the changed rows at their places: only these are compared. */
  #overlaid(
    tasks: readonly Task[],
    pinned: ReadonlySet<string>,
    compare: (a: Row, b: Row) => number,
    isShown: (row: Row) => boolean,
  ): readonly Row[] {
    const overlay = this.overlay.value;
    if (overlay.isEmpty && pinned.size === 0) return tasks.slice();
    const touched = new Set([...overlay.touched.keys(), ...pinned]);
    const changed = [...touched]
      .map((id) => overlay.find(id))
      .filter((row): row is Row => row !== undefined && isShown(row))
      .sort(compare);
    if (touched.size > FEW)
      return merge(
        tasks.filter(({ id }) => !touched.has(id)),
        changed,
        compare,
      );
    // Of thousands of rows only these are looked at.
    const rows: Row[] = tasks.slice();
    for (const id of touched) {
      const task = this.#cache.find(id);
      const at = task ? placeIn(rows, task, compare) : -1;
      if (rows[at]?.id === id) rows.splice(at, 1);
    }
    for (const row of changed) rows.splice(placeIn(rows, row, compare), 0, row);
    return rows;
  }

  #countDue(): { readonly today: number; readonly overdue: number } | undefined {
    if (!this.#isTodayKnown.value || this.#cache.changed.value < 0) return undefined;
    const overlay = this.overlay.value;
    const count = { today: 0, overdue: 0 };
    const [today, tomorrow] = [this.#today.value, this.#tomorrow()];
    const add = (row: Row | undefined): void => {
      if (row?.dueOn === undefined || row.done || row.dueOn >= tomorrow) return;
      count.today++;
      if (row.dueOn < today) count.overdue++;
    };
    for (const task of this.#cache.dated) if (!overlay.touched.has(task.id)) add(task);
    for (const row of overlay.touched.values()) add(row);
    return count;
  }

  #sources(selection: Selection): readonly Source[] {
    const lists = this.#lists.lists.peek().map(({ id }) => id);
    return sourcesOf(this.#api, selection, lists);
  }

  /** Id of the first list. Throws ApiError when the lists could not be read. */
  #firstId(): string {
    const { first, state } = this.#lists;
    if (first) return first.id;
    const { value } = state;
    throw value.state === 'failed' ? value.error : new ApiError(0, 'cancelled');
  }

  /** Reads the first list while its id is on its way. */
  async #readFirst(list: Promise<string>): Promise<void> {
    const beginning = this.#beginning();
    const pages = this.#readPages(tasksOfFirst(this.#api, list));
    // It fails again below.
    pages.catch(asApiError);
    const id = await list;
    await this.#adoptAll(openTasksOf(this.#api, id), pages, beginning);
  }

  /** Reads what is due today: for the number beside Today, and to know where to start. */
  async #readToday(): Promise<void> {
    await this.#readAll(dueTasks(this.#api, this.#tomorrow())).catch(asApiError);
    this.#isTodayKnown.value = true;
  }

  /** Reads a source completely and forgets what is no longer there; not if it is being read, or was a moment ago. */
  #readAll(source: Source): Promise<void> {
    const running = this.#reading.get(source.key);
    const again = (): Promise<void> => this.#readAll(source);
    if (running) return running.round === this.#round ? running.done : running.done.then(again, again);
    return this.#isFresh(source)
      ? Promise.resolve()
      : this.#adoptAll(source, this.#readPages(source), this.#beginning());
  }

  #isFresh({ key }: Source): boolean {
    const last = this.#read.get(key);
    if (last?.round !== this.#round) return false;
    return this.#clock.now() - last.ended < (last.time >= this.#liveSince ? FRESH_LIVE_MS : FRESH_MS);
  }

  #beginning(): Beginning {
    return { round: this.#round, time: this.#clock.now() };
  }

  #adoptAll({ key, isOfKind }: Source, pages: Promise<Found>, beginning: Beginning): Promise<void> {
    const done = pages
      .then(([found, start]) => {
        this.#cache.removeMissing(isOfKind, found, start);
        this.#read.set(key, { ...beginning, ended: this.#clock.now() });
      })
      .finally(() => {
        if (this.#reading.get(key) === reading) this.#reading.delete(key);
      });
    const reading = { ...beginning, done };
    // The first list may be read by its id already when the reading without it learns the id.
    if (!this.#reading.has(key)) this.#reading.set(key, reading);
    return done;
  }

  async #readPages({ page }: Pick<Source, 'page'>): Promise<Found> {
    const found = new Set<string>();
    const start = this.#cache.now();
    let cursor: string | null | undefined;
    do {
      const asked = this.#cache.now();
      const { items, nextCursor } = await page(cursor ?? undefined);
      batch(() => {
        for (const { id } of items) found.add(id);
        this.#cache.adopt(items, asked);
        const state = this.#state.peek();
        if (state.state === 'loading') this.#state.value = { ...state, loaded: state.loaded + items.length };
      });
      cursor = nextCursor;
    } while (cursor !== null);
    return [found, start];
  }

  /** Reads a page of done tasks: of the list, or of what a search finds in all lists. */
  async #readDone(after?: string): Promise<void> {
    const selection = this.#selection.peek();
    if (selection === undefined) return;
    const { view, text } = selection;
    const own = view.kind === 'list' ? [view.list] : [];
    const lists = text === '' ? own : this.#lists.lists.peek().map(({ id }) => id);
    if (this.#doneState.peek() !== 'ready') this.#doneState.value = 'loading';
    this.#doneReading.abort();
    const { signal } = (this.#doneReading = new AbortController());
    try {
      const asked = this.#cache.now();
      const pages = await readEach(lists, (list) => this.#api.list(list, { done: true, text, signal }, after));
      if (signal.aborted) return;
      batch(() => {
        for (const { items } of pages) this.#cache.adopt(items, asked);
        if (after === undefined)
          this.#removeMissingDone(selection, new Map(lists.map((list, at) => [list, pages[at]])), asked);
        this.#doneCursor = lists.length === 1 ? (pages[0]?.nextCursor ?? undefined) : undefined;
        if (this.#doneState.peek() === 'loading') this.#doneState.value = 'ready';
      });
    } catch (error) {
      const failure = asApiError(error);
      if (signal.aborted || failure.type === 'cancelled') return;
      this.#doneState.value = 'failed';
      this.#queue.report(failure);
    }
  }

  /** Forgets the done tasks that the first pages of these lists would have. */
  #removeMissingDone(selection: Selection, pages: ReadonlyMap<string, TaskPage | undefined>, asked: number): void {
    const matches = matcherOf(selection);
    const found = new Set([...pages.values()].flatMap((page) => page?.items.map(({ id }) => id) ?? []));
    const isRead = (task: Task): boolean => {
      const page = pages.get(task.list);
      return task.done && page !== undefined && matches(task) && includes(page, task);
    };
    this.#cache.removeMissing(isRead, found, asked);
  }

  /** Lets keys and clicks be handled. Returns whether the selection is still wanted. */
  async #pause(selection: Selection): Promise<boolean> {
    await new Promise<void>(runInNextTask);
    return this.#wanted === selection;
  }

  #tomorrow(): string {
    return dayOf(this.#clock.now(), 1);
  }

  /** At midnight, Today shows another day. */
  #checkDay(): void {
    const today = dayOf(this.#clock.now());
    if (today === this.#today.peek()) return;
    this.#today.value = today;
    const selection = this.#wanted;
    if (selection) void this.show(selection.view, selection.text, selection.sorting);
  }
}
