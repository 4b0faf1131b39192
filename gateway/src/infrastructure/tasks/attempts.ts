import { setTimeout as delay } from 'node:timers/promises';
import { ThriftTransportError } from 'nestjs-thrift';
import { TaskServiceError } from '../../application/tasks/task-service.error.js';

/** How long a request to the task service may take; all in milliseconds. */
export interface AttemptLimits {
  /** One attempt. */
  readonly attemptMs: number;
  /** All attempts together. */
  readonly requestMs: number;
  /** How long what was certainly not run is tried again. */
  readonly notRunMs: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = { attemptMs: 6_000, requestMs: 13_000, notRunMs: 2_000 };

const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 400;
/** With less time than this left, another attempt has no chance. */
const MIN_ATTEMPT_MS = 5;

/** Whether a call changes anything: what only reads has never been run in a way that matters. */
export type CallEffect = 'reads' | 'writes';

/** How an attempt goes about. */
export interface Attempt {
  readonly timeoutMs: number;
  /** Whether an attempt before this one may have been run. */
  readonly isRepeated: boolean;
}

/**
 * Runs a call until it has an answer, as often as it makes sense: what was certainly not run is tried again for a short
 * while, what may have run once more. All calls are made so that repeating them does no harm.
 *
 * Rejects with TaskServiceError UNAVAILABLE (not run), TIMEOUT (may have run), or whatever else the call rejects with.
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
