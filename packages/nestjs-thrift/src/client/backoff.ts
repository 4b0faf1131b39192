/** Pauses between attempts: doubled each time, up to a maximum. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The pause after `failures` consecutive failures, in ms; 0 after none. Randomized in its upper half, so that the clients of
 * a restarted server do not all reconnect at once.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffOptions): number {
  if (failures === 0) return 0;
  const pauseMs = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  return pauseMs * (0.5 + Math.random() / 2);
}
