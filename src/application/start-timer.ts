/** Calls `onElapsed` once after `milliseconds`, unless the returned function is called before. */
export type StartTimer = (milliseconds: number, onElapsed: () => void) => () => void;
