import type { DurationHistogram, DurationSeries } from './duration-histogram.js';
import type { ObserveOperation, StoreOperation } from './observed-task.repository.js';

/** Times operations of a store, whether they succeed or fail. */
export function timeOperations(durations: DurationHistogram): ObserveOperation {
  const series = (operation: StoreOperation): DurationSeries => durations.series({ operation, outcome: 'ok' });
  // Looked up once: most operations succeed.
  const ok: Record<StoreOperation, DurationSeries> = {
    add: series('add'),
    create: series('create'),
    find: series('find'),
    pageByUser: series('pageByUser'),
    count: series('count'),
    update: series('update'),
    remove: series('remove'),
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
