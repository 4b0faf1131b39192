import type { Task } from './tasks.generated.js';

/** Returns the SHA-256 of a text's UTF-8 as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** 128 bits, in hexadecimal digits. */
const REVISION_LENGTH = 32;

/**
 * Returns the revision of a task: another one after any change but that of its owner.
 *
 * It is the first half of the SHA-256 of a JSON array without blanks, which has the task's id, name, createdOn, done, note,
 * dueOn, starred, repeat, doneOn, position and changedOn, in the order of the IDL and as a reply has them. Unset are an
 * empty text for the name, false for done and starred, and null for the others. Fields that the IDL got later follow where
 * they are set, in the order of their names, as pairs of name and value: a task without them keeps its revision.
 */
export function revisionOf(task: Task, sha256: Sha256): string {
  const { id, name, createdOn, done, note, dueOn, starred, repeat, doneOn, position, changedOn, ...later } = task;
  const fields = [
    id ?? null,
    name ?? '',
    createdOn ?? null,
    done ?? false,
    note ?? null,
    dueOn ?? null,
    starred ?? false,
    repeat ?? null,
    doneOn ?? null,
    position ?? null,
    changedOn ?? null,
    ...Object.entries<unknown>(later)
      .filter(([field, value]) => field !== 'userId' && value != null)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  ];
  return sha256(JSON.stringify(fields)).slice(0, REVISION_LENGTH);
}
