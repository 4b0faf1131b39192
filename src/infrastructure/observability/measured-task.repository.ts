import { TaskRepository, type TaskPosition } from '../../application/task.repository.js';
import type { Task, TaskChanges } from '../../domain/task.js';
import type { DurationHistogram, DurationSeries } from './duration-histogram.js';

type Operation = 'add' | 'listByUser' | 'pageByUser' | 'update' | 'remove';

/** A store whose operations are timed, whether they succeed or fail. */
export class MeasuredTaskRepository extends TaskRepository {
  readonly #ok: Record<Operation, DurationSeries>;

  constructor(
    private readonly store: TaskRepository,
    private readonly durations: DurationHistogram,
  ) {
    super();
    const series = (operation: Operation): DurationSeries => durations.series({ operation, outcome: 'ok' });
    this.#ok = {
      add: series('add'),
      listByUser: series('listByUser'),
      pageByUser: series('pageByUser'),
      update: series('update'),
      remove: series('remove'),
    };
  }

  override add(task: Task): Promise<void> {
    return this.#timed('add', this.store.add(task));
  }

  override listByUser(userId: string): Promise<Task[]> {
    return this.#timed('listByUser', this.store.listByUser(userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition): Promise<Task[]> {
    return this.#timed('pageByUser', this.store.pageByUser(userId, limit, after));
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    return this.#timed('update', this.store.update(id, userId, changes));
  }

  override remove(id: string, userId: string): Promise<boolean> {
    return this.#timed('remove', this.store.remove(id, userId));
  }

  async #timed<Result>(operation: Operation, result: Promise<Result>): Promise<Result> {
    const startMs = performance.now();
    try {
      const value = await result;
      this.#ok[operation].observe(performance.now() - startMs);
      return value;
    } catch (error) {
      this.durations.series({ operation, outcome: 'error' }).observe(performance.now() - startMs);
      throw error;
    }
  }
}
