import { DurationHistogram, type LiveMetrics, type MetricsSource } from '@tasks/service';
import { TaskServiceError } from '../../application/tasks/task-service.error.js';
import type { ObserveCall } from './thrift-task-service.js';

/** Counts the requests to the task service, with all attempts of a request as one. */
export class CallMetrics implements MetricsSource {
  readonly #durations = new DurationHistogram(
    'task_service_request_duration_seconds',
    'How long requests to the task service took, attempts included, by method and outcome',
  );

  registerIn(metrics: LiveMetrics): void {
    metrics.histogram(this.#durations);
  }

  readonly observe: ObserveCall = async (method, call) => {
    const startMs = performance.now();
    let outcome = 'OK';
    try {
      return await call();
    } catch (error) {
      outcome = error instanceof TaskServiceError ? error.code : 'FAILED';
      throw error;
    } finally {
      this.#durations.series({ rpc_method: method, outcome }).observe(performance.now() - startMs);
    }
  };
}
