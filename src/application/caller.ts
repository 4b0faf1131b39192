/** Who waits for a long read. */
export interface Caller {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Whose connection it came by: when there is more to do than can be done at a time, connections take turns. */
  readonly peer?: object;
}
