/** Says what time it is. */
export type Clock = () => Date;

/** Makes the id of a new task: 24 hexadecimal digits, lower case, never the same twice. */
export type TaskIdGenerator = () => string;

/** Calls `onElapsed` once after `milliseconds`, unless the returned function is called before. */
export type StartTimer = (milliseconds: number, onElapsed: () => void) => () => void;
