// The schema of the accounts' file and all operations that change it: loaded by the writer thread, too.
import { bytes, single, type Statements, type StoreSchema } from '@tasks/embedded-store';

export type RowTable = 'sessions' | 'devices' | 'tokens';

/** The file of accounts. Columns repeat what queries need; the record is the whole of a row. */
export const schema: StoreSchema = {
  owner: 'tasks-gateway',
  fileName: 'accounts.db',
  applicationId: 0x41434354,
  migrations: [
    `CREATE TABLE accounts (
       id BLOB PRIMARY KEY,
       name BLOB NOT NULL UNIQUE,
       status TEXT NOT NULL,
       record TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX accounts_by_status ON accounts (status, id);
     ${rowTable('sessions')}
     ${rowTable('devices')}
     ${rowTable('tokens')}
     CREATE TABLE attempts (key BLOB PRIMARY KEY, expiresOn INTEGER NOT NULL, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE INDEX attempts_by_expiry ON attempts (expiresOn);
     CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    `CREATE TABLE lists (
       id BLOB PRIMARY KEY,
       status TEXT NOT NULL,
       version INTEGER NOT NULL,
       record TEXT NOT NULL
     ) STRICT;
     CREATE INDEX lists_by_status ON lists (status, id);
     CREATE TABLE list_members (
       account BLOB NOT NULL,
       list BLOB NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
       PRIMARY KEY (account, list)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX list_members_by_list ON list_members (list);`,
  ],
};

function rowTable(name: RowTable): string {
  return `CREATE TABLE ${name} (
       key BLOB PRIMARY KEY,
       account BLOB NOT NULL,
       expiresOn INTEGER NOT NULL,
       record TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX ${name}_by_account ON ${name} (account, key);
     CREATE INDEX ${name}_by_expiry ON ${name} (expiresOn);`;
}

/** Number of expired rows that one operation removes. */
const SWEEP_ROWS = 500;

export interface AccountRecord {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly record: string;
}

/** A session, device or token as it is stored. */
export interface RowRecord {
  readonly table: RowTable;
  readonly key: string;
  readonly account: string;
  readonly expiresOn: number;
  readonly record: string;
}

/** A failure counter as it is stored. */
export interface AttemptRecord {
  readonly key: string;
  readonly expiresOn: number;
  readonly record: string;
}

/** A list as it is stored. */
export interface ListRecord {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  /** The accounts of its members. */
  readonly accounts: readonly string[];
  readonly record: string;
}

/** Expired rows of a table. */
export interface Sweep {
  readonly table: RowTable | 'attempts';
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** Records of a backup. */
export interface Restored {
  readonly accounts?: readonly AccountRecord[];
  readonly rows?: readonly RowRecord[];
  readonly lists?: readonly ListRecord[];
}

function insertAccount(db: Statements, { id, name, status, record }: AccountRecord): boolean {
  const sql = 'INSERT INTO accounts VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
  return db.run(sql, bytes(id), bytes(name), status, record) === 1;
}

function putRow(db: Statements, { table, key, account, expiresOn, record }: RowRecord): void {
  const sql =
    `INSERT INTO ${table} VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET account = excluded.account, ` +
    'expiresOn = excluded.expiresOn, record = excluded.record';
  db.run(sql, bytes(key), bytes(account), expiresOn, record);
}

function insertList(db: Statements, { id, status, version, accounts, record }: ListRecord): boolean {
  const sql = 'INSERT INTO lists VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
  if (db.run(sql, bytes(id), status, version, record) !== 1) return false;
  insertMembers(db, id, accounts);
  return true;
}

function insertMembers(db: Statements, list: string, accounts: readonly string[]): void {
  for (const account of accounts) db.run('INSERT INTO list_members VALUES (?, ?)', bytes(account), bytes(list));
}

/** Operations of the writer. Those with `was` change a record only if it still is as it was read, and say whether. */
export const operations = {
  restore: (db: Statements, { accounts = [], rows = [], lists = [] }: Restored) => {
    for (const account of accounts) insertAccount(db, account);
    for (const row of rows) putRow(db, row);
    for (const list of lists) insertList(db, list);
  },
  /** Whether the account was added: its name was free. */
  addAccount: single(insertAccount),
  replaceAccount: single(
    (db: Statements, { id, status, record, was }: Omit<AccountRecord, 'name'> & { readonly was: string }) =>
      db.run(
        'UPDATE accounts SET status = ?, record = ? WHERE id = ? AND record = ?',
        status,
        record,
        bytes(id),
        was,
      ) === 1,
  ),
  removeAccount: single((db: Statements, { id }: Pick<AccountRecord, 'id'>) =>
    db.run('DELETE FROM accounts WHERE id = ?', bytes(id)),
  ),
  putRow: single(putRow),
  replaceRow: single(
    (db: Statements, { table, key, expiresOn, record, was }: Omit<RowRecord, 'account'> & { readonly was: string }) =>
      db.run(
        `UPDATE ${table} SET expiresOn = ?, record = ? WHERE key = ? AND record = ?`,
        expiresOn,
        record,
        bytes(key),
        was,
      ) === 1,
  ),
  removeRows: (db: Statements, { table, keys }: { readonly table: RowTable; readonly keys: readonly string[] }) => {
    for (const key of keys) db.run(`DELETE FROM ${table} WHERE key = ?`, bytes(key));
  },
  /** Returns the number of removed rows. */
  removeExpired: single((db: Statements, { table, now }: Sweep) =>
    db.run(
      `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expiresOn <= ? LIMIT ${String(SWEEP_ROWS)})`,
      now,
    ),
  ),
  addAttempt: single(
    (db: Statements, { key, expiresOn, record }: AttemptRecord) =>
      db.run('INSERT INTO attempts VALUES (?, ?, ?) ON CONFLICT DO NOTHING', bytes(key), expiresOn, record) === 1,
  ),
  replaceAttempt: single(
    (db: Statements, { key, expiresOn, record, was }: AttemptRecord & { readonly was: string }) =>
      db.run(
        'UPDATE attempts SET expiresOn = ?, record = ? WHERE key = ? AND record = ?',
        expiresOn,
        record,
        bytes(key),
        was,
      ) === 1,
  ),
  removeAttempt: single(
    (db: Statements, { key, was }: Pick<AttemptRecord, 'key'> & { readonly was: string }) =>
      db.run('DELETE FROM attempts WHERE key = ? AND record = ?', bytes(key), was) === 1,
  ),
  /** Whether the list was added: its id was free. */
  addList: insertList,
  /** Replaces a list by its next version; returns whether it was at the version before. */
  changeList: (db: Statements, { id, status, version, accounts, record }: ListRecord): boolean => {
    const sql = 'UPDATE lists SET status = ?, version = ?, record = ? WHERE id = ? AND version = ?';
    if (db.run(sql, status, version, record, bytes(id), version - 1) !== 1) return false;
    db.run('DELETE FROM list_members WHERE list = ?', bytes(id));
    insertMembers(db, id, accounts);
    return true;
  },
  removeList: single(
    (db: Statements, { id, version }: Pick<ListRecord, 'id' | 'version'>) =>
      db.run('DELETE FROM lists WHERE id = ? AND version = ?', bytes(id), version) === 1,
  ),
  /** Stores a setting unless it is there; returns the stored value. */
  settle: (db: Statements, { name, value }: { readonly name: string; readonly value: string }) => {
    db.run('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO NOTHING', name, value);
    return db.get<{ readonly value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value ?? value;
  },
};

export type AccountOperations = typeof operations;
