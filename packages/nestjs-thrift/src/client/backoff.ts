/** How long to wait before attempt after attempt: twice as long each time, up to a greatest pause. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly greatestMs: number;
}

/**
 * The pause after `failures` failures in a row (0: none). At random in its upper half, so that many clients of a server
 * that was gone don't come back at once.
 */
export function backoffMs(failures: number, { firstMs, greatestMs }: BackoffOptions): number {
  if (failures === 0) return 0;
  const pauseMs = Math.min(greatestMs, firstMs * 2 ** (failures - 1));
  return pauseMs * (0.5 + Math.random() / 2);
}
