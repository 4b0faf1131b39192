import { setTimeout as delay } from 'node:timers/promises';
import { ThriftTransportError } from 'nestjs-thrift';
import { TaskServiceError } from '../../application/tasks/task-service.error.js';

/** Time limits of a request to the task service, in milliseconds. */
export interface AttemptLimits {
  /** One attempt. */
  readonly attemptMs: number;
  /** All attempts together. */
  readonly requestMs: number;
  /** Time in which calls that were certainly not run are retried. */
  readonly notRunMs: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = { attemptMs: 6_000, requestMs: 13_000, notRunMs: 2_000 };

const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 400;
/** Minimum time left for another attempt. */
const MIN_ATTEMPT_MS = 5;

/** Whether a call changes anything. A read counts as not run: repeating it is always safe. */
export type CallEffect = 'reads' | 'writes';

export interface Attempt {
  readonly timeoutMs: number;
  /** Whether an earlier attempt may have been run. */
  readonly isRepeated: boolean;
}

/**
 * Runs a call until it has an answer. A call that was certainly not run is retried for a short time, one that may have
 * run is repeated once. All calls are idempotent.
 *
 * Rejects with TaskServiceError UNAVAILABLE (not run), TIMEOUT (may have run), or the call's own error.
 */
export async function attempt<Result>(
  effect: CallEffect,
  call: (attempt: Attempt) => Promise<Result>,
  { attemptMs, requestMs, notRunMs }: AttemptLimits = ATTEMPT_LIMITS,
): Promise<Result> {
  const startMs = performance.now();
  const elapsedMs = (): number => performance.now() - startMs;
  let mayHaveRun = false;
  let notRunSinceMs: number | undefined;
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS)) {
    try {
      const timeoutMs = Math.min(attemptMs, requestMs - elapsedMs());
      return await call({ timeoutMs, isRepeated: mayHaveRun });
    } catch (error) {
      if (!(error instanceof ThriftTransportError)) throw error;
      if (error.executed === 'maybe') {
        if (mayHaveRun) throw timedOut(error);
        mayHaveRun = true;
      } else {
        notRunSinceMs ??= elapsedMs();
        if (elapsedMs() - notRunSinceMs + backoffMs > notRunMs) {
          throw mayHaveRun && effect === 'writes' ? timedOut(error) : unavailable(error);
        }
        await delay(backoffMs * (0.5 + Math.random() / 2));
      }
      if (requestMs - elapsedMs() < MIN_ATTEMPT_MS) throw mayHaveRun ? timedOut(error) : unavailable(error);
    }
  }
}

function unavailable(cause: Error): TaskServiceError {
  return new TaskServiceError('UNAVAILABLE', 'The task service is not available', { cause });
}

function timedOut(cause: Error): TaskServiceError {
  return new TaskServiceError('TIMEOUT', 'The task service did not answer in time', { cause });
}
