/** Resolves when whoever else waits for this process has had a turn. */
export type NextTurn = () => Promise<void>;
