import type { Task } from '../../../domain/task.js';

/** Size of the cache in characters of tasks, about two bytes of memory each. */
const DEFAULT_MAX_SIZE = 8_000_000;
/** Cost of a task besides its texts. */
const TASK_SIZE = 100;

/** The newest tasks of a user. */
interface CachedList {
  readonly tasks: readonly Task[];
  /** Whether these are all of the user's tasks. */
  readonly isComplete: boolean;
  readonly size: number;
}

/** A read in progress; its result is kept unless the user's tasks changed meanwhile. */
interface ListReading {
  readonly userId: string;
}

/**
 * Caches the newest tasks of recently read users. Correct for a store that only this process changes: every writer
 * calls `forget` after its change is stored and before it is acknowledged.
 */
export class ListCache {
  readonly #maxSize: number;
  /** Least recently used first. */
  readonly #lists = new Map<string, CachedList>();
  readonly #readings = new Map<string, Set<ListReading>>();
  #size = 0;

  constructor(maxSize = DEFAULT_MAX_SIZE) {
    this.#maxSize = maxSize;
  }

  /** Returns the user's newest tasks, up to `limit`; undefined when they have to be read. */
  newest(userId: string, limit: number): Task[] | undefined {
    const list = this.#lists.get(userId);
    if (!list || (!list.isComplete && list.tasks.length < limit)) return undefined;
    this.#lists.delete(userId);
    this.#lists.set(userId, list);
    return list.tasks.slice(0, limit);
  }

  /** Call before reading. */
  begin(userId: string): ListReading {
    const reading = { userId };
    const readings = this.#readings.get(userId) ?? new Set();
    this.#readings.set(userId, readings.add(reading));
    return reading;
  }

  /** Call with the result, or with nothing when reading failed. */
  end(reading: ListReading, limit: number, tasks?: readonly Task[]): void {
    const readings = this.#readings.get(reading.userId);
    // A change has invalidated this read.
    if (!readings?.delete(reading)) return;
    if (readings.size === 0) this.#readings.delete(reading.userId);
    if (tasks) this.#keep(reading.userId, { tasks: [...tasks], isComplete: tasks.length < limit, size: sizeOf(tasks) });
  }

  /** Call after the user's tasks changed. */
  forget(userId: string): void {
    this.#readings.delete(userId);
    this.#drop(userId);
  }

  #keep(userId: string, list: CachedList): void {
    this.#drop(userId);
    this.#lists.set(userId, list);
    this.#size += list.size;
    for (const oldest of this.#lists.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.#drop(oldest);
    }
  }

  #drop(userId: string): void {
    const list = this.#lists.get(userId);
    if (!list) return;
    this.#lists.delete(userId);
    this.#size -= list.size;
  }
}

function sizeOf(tasks: readonly Task[]): number {
  return tasks.reduce((size, { name }) => size + name.length + TASK_SIZE, TASK_SIZE);
}
