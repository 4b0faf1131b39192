import { setTimeout as delay } from 'node:timers/promises';

/** What was acknowledged is stored already: nothing is lost when closing is given up. */
const CLOSE_LIMIT_MS = 2_000;

/** Waits for a store to close, but not for ever: one that hangs would hold up the end of the process. */
export async function closeInTime(closing: Promise<unknown>): Promise<void> {
  const closed = new AbortController();
  const tooLong = delay(CLOSE_LIMIT_MS, undefined, { signal: closed.signal });
  await Promise.race([closing, tooLong]);
  closed.abort();
}
