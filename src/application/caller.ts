/** Who waits for a long read. */
export interface Caller {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Connection of the caller; connections are served round-robin. */
  readonly peer?: object;
}
