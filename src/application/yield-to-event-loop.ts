/** Resolves in a later event-loop iteration, after pending I/O. */
export type YieldToEventLoop = () => Promise<void>;
