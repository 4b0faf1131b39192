import type { TaskPosition } from '../../../application/task.repository.js';

const LENGTH_BYTES = 2;
const TIME_BYTES = 8;
const ID_BYTES = 12;
/** Turns a signed time into bytes that sort like the time, also before 1970. */
const TIME_BIAS = 1n << 63n;

/**
 * What all keys of one user's tasks start with: the length of the user's id in UTF-8 bytes, then these bytes. The length
 * makes sure that no prefix is the beginning of another user's, whatever the ids are made of. At most 770 bytes.
 */
export function userPrefix(userId: string): Buffer {
  const length = Buffer.byteLength(userId);
  const prefix = Buffer.allocUnsafe(LENGTH_BYTES + length);
  prefix.writeUInt16BE(length);
  prefix.write(userId, LENGTH_BYTES);
  return prefix;
}

/** A task's key: its user, then its time, then its id, so that a user's tasks lie together, oldest first. */
export function taskKey(prefix: Buffer, { createdOn, id }: TaskPosition): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + TIME_BYTES + ID_BYTES);
  prefix.copy(key);
  key.writeBigUInt64BE(BigInt(createdOn.getTime()) + TIME_BIAS, prefix.length);
  key.write(id, prefix.length + TIME_BYTES, 'hex');
  return key;
}

/** The first key after all those of one user's tasks. */
export function endOfUser(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.alloc(TIME_BYTES + ID_BYTES + 1, 0xff)]);
}

/** Whether the key is of a task of the user with that prefix. */
export function isOfUser(key: Buffer, prefix: Buffer): boolean {
  return key.length === prefix.length + TIME_BYTES + ID_BYTES && key.subarray(0, prefix.length).equals(prefix);
}

/** The user in a task's key; undefined when this is no key of a task. */
export function userIdOf(key: Buffer): string | undefined {
  const length = key.length - LENGTH_BYTES - TIME_BYTES - ID_BYTES;
  if (length < 1 || key.readUInt16BE() !== length) return undefined;
  return key.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length);
}

/** The time and id in a task's key. */
export function positionOf(key: Buffer): TaskPosition {
  const idStart = key.length - ID_BYTES;
  const time = key.readBigUInt64BE(idStart - TIME_BYTES) - TIME_BIAS;
  return { createdOn: new Date(Number(time)), id: key.toString('hex', idStart) };
}

/** The key under which a task's own key is found. */
export function idKey(id: string): Buffer {
  return Buffer.from(id, 'hex');
}
