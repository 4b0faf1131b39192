import { DurationHistogram, type DurationSeries, type LiveMetrics, type MetricsSource } from '@tasks/service';
import type { TaskRepository } from '../../application/task.repository.js';
import { ObservedTaskRepository, type ObserveOperation, type StoreOperation } from '../observed-task.repository.js';

/** Durations of the task store's operations, successful or failed. */
export class StoreDurations implements MetricsSource {
  readonly #durations = new DurationHistogram(
    'task_store_operation_duration_seconds',
    'How long operations of the task store took, by operation and outcome',
  );

  measured(store: TaskRepository): TaskRepository {
    return new ObservedTaskRepository(store, timeOperations(this.#durations));
  }

  registerIn(metrics: LiveMetrics): void {
    metrics.histogram(this.#durations);
  }
}

export function timeOperations(durations: DurationHistogram): ObserveOperation {
  const series = (operation: StoreOperation): DurationSeries => durations.series({ operation, outcome: 'ok' });
  // Looked up once: most operations succeed.
  const ok: Record<StoreOperation, DurationSeries> = {
    add: series('add'),
    create: series('create'),
    createAll: series('createAll'),
    find: series('find'),
    pageByUser: series('pageByUser'),
    pageByDue: series('pageByDue'),
    pageByStar: series('pageByStar'),
    count: series('count'),
    totals: series('totals'),
    update: series('update'),
    move: series('move'),
    remove: series('remove'),
    removeSome: series('removeSome'),
    removeAll: series('removeAll'),
  };
  return async (operation, run) => {
    const startMs = performance.now();
    try {
      const value = await run();
      ok[operation].observe(performance.now() - startMs);
      return value;
    } catch (error) {
      durations.series({ operation, outcome: 'error' }).observe(performance.now() - startMs);
      throw error;
    }
  };
}
