import type { NewTask } from '../tasks/task-service.js';

/** A task of a file. */
export interface ImportedTask {
  /** Where it begins: the number of the line, or of the entry in a JSON array; from 1. */
  readonly line: number;
  /** All that identifies it in the file, beside equal ones. */
  readonly content: string;
  readonly task: Omit<NewTask, 'id'> & { readonly name: string };
}

/** Why a part of a file is not imported. */
export const REJECTION_CODES = [
  'name-empty',
  'invalid',
  'quote-unclosed',
  'columns-unknown',
  'too-many-columns',
  'comment-without-task',
  'type-unknown',
  'id-taken',
] as const;

/** A part of a file that is not imported. */
export interface RejectedLine {
  readonly line: number;
  readonly code: (typeof REJECTION_CODES)[number];
  /** The field that breaks a rule, if `code` is `invalid` and it is known. */
  readonly field?: string;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** The content of a file, in its order; undefined: a line that is no task. */
export type FileEntry = ImportedTask | RejectedLine | undefined;

export function isRejected(entry: ImportedTask | RejectedLine): entry is RejectedLine {
  return 'reason' in entry;
}
