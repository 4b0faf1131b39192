/** Who waits for a long read. */
export interface Caller {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}
