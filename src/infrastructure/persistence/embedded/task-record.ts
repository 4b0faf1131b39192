import { Task } from '../../../domain/task.js';
import { positionOf } from './task-keys.js';

/** The first byte of a record holds flags: this one says that the task is done. The others are kept for later. */
const DONE_FLAG = 0x01;

/** What is stored of a task beside its key: a byte of flags, then the name in UTF-8. */
export function encodeRecord(task: Pick<Task, 'name' | 'done'>): Buffer {
  const record = Buffer.allocUnsafe(1 + Buffer.byteLength(task.name));
  record[0] = task.done ? DONE_FLAG : 0;
  record.write(task.name, 1);
  return record;
}

/** The task of that user with that key and record. */
export function decodeTask(userId: string, key: Buffer, record: Buffer): Task {
  const { id, createdOn } = positionOf(key);
  return new Task(id, userId, record.toString('utf8', 1), createdOn, ((record[0] ?? 0) & DONE_FLAG) !== 0);
}
