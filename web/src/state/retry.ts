import type { ApiError } from '../api/api-error.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Maximum time added to the delay that the server asked for. */
const JITTER_MS = 1_000;

/**
 * Returns the pause before a request is sent again: twice as long after each failure, and at least what the server asks
 * for.
 *
 * @param random From 0 to 1: spreads the retries of many pages.
 */
export function retryPause(
  failures: number,
  { retryAfterSeconds }: Pick<ApiError, 'retryAfterSeconds'>,
  random: number,
): number {
  const backoff = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + random / 2);
  const asked = retryAfterSeconds === undefined ? 0 : retryAfterSeconds * 1000 + random * JITTER_MS;
  return Math.max(backoff, asked);
}
