import { asApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { Clock } from './browser.js';
import type { ChangeQueue } from './change-queue.js';
import type { TaskCache } from './task-cache.js';

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
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #queue: ChangeQueue;
  readonly #list: Refreshed;
  readonly #clock: Clock;
  /** Lists of the changed tasks. */
  #changed = new Map<string, string>();
  #isAllChanged = false;
  #state: 'idle' | 'running' | 'again' = 'idle';

  constructor(api: TasksApi, cache: TaskCache, queue: ChangeQueue, list: Refreshed, clock: Clock) {
    this.#api = api;
    this.#cache = cache;
    this.#queue = queue;
    this.#list = list;
    this.#clock = clock;
  }

  /** @param ids Undefined: many. */
  async onChanged(list: string, ids: readonly string[] | undefined): Promise<void> {
    if (ids === undefined) this.#isAllChanged = true;
    else for (const id of ids) this.#changed.set(id, list);
    if (this.#state !== 'idle') {
      this.#state = 'again';
      return;
    }
    do {
      this.#state = 'running';
      // Most of what is reported while many changes are sent are these changes.
      if (this.#queue.unsaved.peek() > FEW) {
        await this.#pause(LONG_PAUSE_MS);
        this.#state = 'again';
        continue;
      }
      const changed = [...this.#changed];
      const isMany = this.#isAllChanged || changed.length > FEW;
      this.#changed.clear();
      this.#isAllChanged = false;
      if (isMany) await this.#list.refresh();
      else await Promise.all(changed.map(([id, of]) => this.refresh(of, id)));
      await this.#pause(isMany ? LONG_PAUSE_MS : PAUSE_MS);
    } while (this.#isStale());
    this.#state = 'idle';
  }

  /** Whether something changed since the last fetch. A method, since an await hides that the field changes. */
  #isStale(): boolean {
    return this.#state === 'again';
  }

  /** Fetches one task. */
  async refresh(list: string, id: string): Promise<void> {
    const asked = this.#cache.now();
    try {
      const { task } = await this.#api.get(list, id);
      if (this.#cache.changedSince(id, asked)) await this.refresh(list, id);
      else this.#cache.adopt([task], asked);
    } catch (error) {
      const failure = asApiError(error);
      if (failure.status !== 404) this.#queue.report(failure);
      // It may have moved to another list.
      else if (!this.#cache.changedSince(id, asked) && this.#cache.find(id)?.list === list) this.#cache.remove(id);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(resolve, milliseconds));
  }
}
