/** The Tasks contract: its types, and the location of its IDL file. */
export * from './tasks.generated.js';

/** The file `tasks.thrift`, for `loadSchema`, `ThriftServer` and `ClientThrift`. */
export const TASKS_IDL = new URL('../tasks.thrift', import.meta.url);
