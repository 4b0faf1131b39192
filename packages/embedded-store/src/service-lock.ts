import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedStoreError } from './errors.js';
import { openDatabase, type Database } from './binding.js';
import { kindOfSqlError } from './connection.js';
import { statusOf } from './place.js';

const LOCK_FILE = 'service.lock';

/** The lock of the one service of a data folder: an exclusive transaction on an empty database, for its life. */
export class ServiceLock {
  /** In a field: a collected connection would release the lock. */
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws EmbeddedStoreError IN_USE when another process, or this one, has it. @throws Error of SQLite.
   */
  static take(folder: string, setting: string): ServiceLock {
    const path = join(folder, LOCK_FILE);
    if (statusOf(path) === undefined) closeSync(openSync(path, 'a', 0o600));
    const db = openDatabase(path, false);
    try {
      db.exec('BEGIN EXCLUSIVE');
      return new ServiceLock(db);
    } catch (error) {
      db.close();
      if (kindOfSqlError(error) !== 'busy') throw error;
      const message = `The data folder ${folder} is in use by another service: stop that one, or set ${setting} to another folder`;
      throw new EmbeddedStoreError('IN_USE', message, { cause: error });
    }
  }

  release(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}
