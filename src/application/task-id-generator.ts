/** Makes the id of a new task: 24 hexadecimal digits, lower case, never the same twice. */
export type TaskIdGenerator = () => string;
