import type { Task } from '../../../domain/task.js';
import { fromContent, toContent, type FoundContent } from '../task-content.js';

/** A task as its record in the file: the JSON of all fields but its owner. */
interface TaskRecord extends FoundContent {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly createdOn: number;
}

/** A task as the operations of the writer receive it: its record, and the columns that repeat what queries need. */
export interface TaskRow {
  readonly owner: string;
  readonly createdOn: number;
  readonly id: string;
  readonly done: number;
  /** Of an open task: the agenda has no others. */
  readonly dueOn: string | null;
  /** 1 for an open task with a star. */
  readonly starred: 1 | null;
  readonly record: string;
}

export function toRow(task: Task): TaskRow {
  const { id, userId, done, details } = task;
  const createdOn = task.createdOn.getTime();
  const record: TaskRecord = { id, createdOn, ...toContent(task) };
  return {
    owner: userId,
    createdOn,
    id,
    done: Number(done),
    dueOn: done ? null : (details.dueOn ?? null),
    starred: !done && details.starred ? 1 : null,
    record: JSON.stringify(record),
  };
}

/** The task of a user's record. @throws SyntaxError when it is damaged. */
export function toTask(record: string, userId: string): Task {
  return ofRecord(JSON.parse(record) as TaskRecord, userId);
}

/** The tasks of a user's page of records. @throws SyntaxError when one is damaged. */
export function toTasks(page: string, userId: string): Task[] {
  return (JSON.parse(page) as TaskRecord[]).map((record) => ofRecord(record, userId));
}

function ofRecord(record: TaskRecord, userId: string): Task {
  return fromContent({ id: record.id, userId, createdOn: new Date(record.createdOn) }, record);
}
