import type { NewTask } from '../tasks/task-service.js';

/** A task of a file. */
export interface ImportedTask {
  /** Where it begins: the number of the line, or of the entry in a JSON array; from 1. */
  readonly line: number;
  /** All that identifies it in the file, beside equal ones. */
  readonly content: string;
  readonly task: Omit<NewTask, 'id'> & { readonly name: string };
}

/** A part of a file that is not imported. */
export interface RejectedLine {
  readonly line: number;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** The content of a file, in its order; undefined: a line that is no task. */
export type FileEntry = ImportedTask | RejectedLine | undefined;

export function isRejected(entry: ImportedTask | RejectedLine): entry is RejectedLine {
  return 'reason' in entry;
}
