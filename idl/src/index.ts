/** The Tasks contract: its types and limits, the revision of a task, and the location of its IDL file. */
export * from './tasks.generated.js';
export { revisionOf, type Sha256 } from './revision.js';

/** The file `tasks.thrift`, for `loadSchema`, `ThriftServer` and `ClientThrift`. */
export const TASKS_IDL = new URL('../tasks.thrift', import.meta.url);
