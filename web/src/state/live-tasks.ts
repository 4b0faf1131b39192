import { asApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Clock } from './browser.js';
import type { ChangeQueue } from './change-queue.js';
import type { TaskCache } from './task-cache.js';
import type { Task } from './task.js';

/** Maximum number of changed tasks fetched one by one; beyond it, what is shown is read again. */
const FEW = 20;
/** Pauses after fetching changed tasks, and after reading everything again: each batch of a paste causes an event. */
const PAUSE_MS = 250;
const LONG_PAUSE_MS = 2_000;

/** What is shown, which can be read again. */
interface Refreshed {
  refresh(): Promise<void>;
}

/** Fetches tasks that changed elsewhere: at once, or with others that change during a pause. */
export class LiveTasks {
  readonly #api: Pick<TasksApi, 'get'>;
  readonly #cache: TaskCache;
  readonly #queue: Pick<ChangeQueue, 'isSending' | 'unsaved' | 'report'>;
  readonly #list: Refreshed;
  readonly #clock: Clock;
  /** Lists that reported a change of a task: two or more when it moved. */
  #changed = new Map<string, Set<string>>();
  #isAllChanged = false;
  #state: 'idle' | 'running' | 'again' | 'closed' = 'idle';
  #timer: unknown;

  constructor(
    api: Pick<TasksApi, 'get'>,
    cache: TaskCache,
    queue: Pick<ChangeQueue, 'isSending' | 'unsaved' | 'report'>,
    list: Refreshed,
    clock: Clock,
  ) {
    this.#api = api;
    this.#cache = cache;
    this.#queue = queue;
    this.#list = list;
    this.#clock = clock;
  }

  /** @param ids Undefined: many. */
  async onChanged(list: string, ids: readonly string[] | undefined): Promise<void> {
    if (this.#state === 'closed') return;
    if (ids === undefined) this.#isAllChanged = true;
    else for (const id of ids) this.#changed.set(id, (this.#changed.get(id) ?? new Set()).add(list));
    if (this.#state !== 'idle') {
      this.#state = 'again';
      return;
    }
    do {
      this.#state = 'running';
      const pause = await this.#fetchChanged();
      if (this.#is('closed')) return;
      await new Promise<void>((resolve) => (this.#timer = this.#clock.setTimer(resolve, pause)));
    } while (this.#is('again'));
    if (!this.#is('closed')) this.#state = 'idle';
  }

  /** Fetches nothing any more. */
  close(): void {
    this.#state = 'closed';
    this.#clock.clearTimer(this.#timer);
  }

  /** A method, since an await hides that the field changes. */
  #is(state: 'again' | 'closed'): boolean {
    return this.#state === state;
  }

  /** Fetches what changed, and returns the pause before the next time. */
  async #fetchChanged(): Promise<number> {
    // Most of what is reported while many changes are sent are these changes.
    if (this.#queue.isSending && this.#queue.unsaved.peek() > FEW) {
      this.#state = 'again';
      return LONG_PAUSE_MS;
    }
    const changed = [...this.#changed];
    const isMany = this.#isAllChanged || changed.length > FEW;
    this.#changed.clear();
    this.#isAllChanged = false;
    if (isMany) await this.#list.refresh();
    else await Promise.all(changed.map(([id, lists]) => this.refresh(id, lists)));
    return isMany ? LONG_PAUSE_MS : PAUSE_MS;
  }

  /** Fetches one task. @param lists Where it may be. */
  async refresh(id: string, lists: Iterable<string>): Promise<void> {
    const asked = this.#cache.now();
    const known = new Set(lists);
    const found = await Promise.all([...known].map((list) => this.#find(list, id)));
    const [task] = found.filter((one) => typeof one === 'object');
    if (this.#cache.changedSince(id, asked)) {
      if (task) await this.refresh(id, known);
    } else if (task) this.#cache.adopt([task], asked);
    // It may have moved to another list.
    else if (!found.includes('unknown') && known.has(this.#cache.find(id)?.list ?? '')) this.#cache.remove(id);
  }

  async #find(list: string, id: string): Promise<Task | 'missing' | 'unknown'> {
    try {
      return (await this.#api.get(list, id)).task;
    } catch (error) {
      const failure = asApiError(error);
      if (failure.status === 404) return 'missing';
      this.#queue.report(failure);
      return 'unknown';
    }
  }
}
