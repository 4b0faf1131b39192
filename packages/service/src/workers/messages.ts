import type { MetricsSnapshot } from '../metrics/metrics-registry.js';
import type { ProbeAnswer } from '../operations/operations-options.js';

/** What a primary asks its workers, and what they answer. */
export interface Answers {
  /** Whether a call would work. */
  readonly health: ProbeAnswer;
  readonly metrics: MetricsSnapshot;
  /** The event loop is not blocked. */
  readonly ping: true;
}

export type Question = keyof Answers;

/** From the primary to a worker. */
export type ToWorker =
  { readonly stop: string } | { readonly listen: true } | { readonly ask: Question; readonly id: number };

/** From a worker to its primary. */
export type ToPrimary =
  | { /** It is loaded, and waits for `listen`. */ readonly prepared: true }
  | { readonly ready: WorkerReady }
  | { readonly failed: { readonly message: string; readonly stack?: string } }
  | { readonly id: number; readonly answer: unknown }
  | { /** It has begun to drain. */ readonly stopping: true }
  | { /** The last ones of a worker that ends in order. */ readonly lastMetrics: MetricsSnapshot };

/** A worker accepts connections. */
export interface WorkerReady {
  readonly port: number;
  /** The longest that it takes to stop, in milliseconds. */
  readonly stopLimitMs: number;
}

/** Variable with the worker's number, from 1. */
export const WORKER_NUMBER = 'WORKER_NUMBER';
