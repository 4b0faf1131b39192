/** Resolves in a later event-loop iteration, after the I/O that is waiting now. */
export type NextTurn = () => Promise<void>;
