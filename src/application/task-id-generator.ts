/** Generates the unique id of a new task: 24 hexadecimal digits, lower case. */
export type TaskIdGenerator = () => string;
