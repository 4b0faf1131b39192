import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';

/** More than LMDB writes when it makes a file of a store and the lock file beside it. */
const ROOM_BYTES = 65_536;

/**
 * Makes sure that LMDB has room for the files that it will make. It writes into them through memory, or goes on after a
 * write that failed, so a full disk ends the process: SIGBUS, SIGSEGV. A store whose files are there opens without room.
 *
 * @throws Error of the file system, such as ENOSPC. Nothing stays behind.
 */
export function checkRoomToOpen(path: string): void {
  if (existsSync(path) && existsSync(`${path}-lock`)) return;
  // One that a process left behind when it was killed is overwritten.
  const trial = `${path}.trial`;
  const file = openSync(trial, 'w');
  try {
    const bytes = Buffer.alloc(ROOM_BYTES);
    // A write may take less than the whole, and what is missing tells why.
    for (let done = 0; done < ROOM_BYTES;) done += writeSync(file, bytes, done);
    // Some file systems find out only now.
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(trial, { force: true });
  }
}
