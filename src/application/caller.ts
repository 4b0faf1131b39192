/** The caller of a long read. */
export interface Caller {
  /** Aborted when the result is no longer needed. */
  readonly signal: AbortSignal;
  /** Connection of the caller; connections are served round-robin. */
  readonly peer?: object;
}
