import { Task } from '../../../domain/task.js';

/** A task as its record in the file: the JSON of all fields but its owner. */
interface TaskRecord {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly createdOn: number;
  readonly done: boolean;
  readonly name: string;
}

/** A task as the operations of the writer receive it: its record, and the columns that repeat what queries need. */
export interface TaskRow {
  readonly owner: string;
  readonly createdOn: number;
  readonly id: string;
  readonly done: number;
  readonly record: string;
}

export function toRow({ id, userId, name, createdOn, done }: Task): TaskRow {
  const record: TaskRecord = { id, createdOn: createdOn.getTime(), done, name };
  return {
    owner: userId,
    createdOn: record.createdOn,
    id,
    done: Number(done),
    // A fixed order of fields: changes compare the text.
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

function ofRecord({ id, name, createdOn, done }: TaskRecord, userId: string): Task {
  return new Task(id, userId, name, new Date(createdOn), done);
}
