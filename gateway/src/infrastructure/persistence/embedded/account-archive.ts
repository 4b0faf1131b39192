import { join, resolve } from 'node:path';
import {
  Backup,
  backUpDataFile,
  DataFileReader,
  EmbeddedStoreError,
  SqliteStore,
  verifyDataFile,
} from '@tasks/embedded-store';
import type { Account } from '../../../domain/account.js';
import type { AccountRow } from '../../../application/accounts/row-repository.js';
import {
  type AccountOperations,
  type AccountRecord,
  type ListRecord,
  type Restored,
  type RowRecord,
  type RowTable,
  schema,
} from './account-operations.js';
import { accountStoreOptions } from './embedded-account-store.js';
import { fromListRecord, toListRecord } from './embedded-list.repository.js';
import { fromRecord } from './records.js';

/** Number of rows that are read and written at once. */
const PAGE_ROWS = 200;

/**
 * Tables that a restore brings back beside accounts and lists. Sessions and failure counters stay out: people log in again, and
 * a session that was ended since does not come back.
 */
const RESTORED_TABLES = ['devices', 'tokens'] as const;

/** Version of the file that has lists. */
const WITH_LISTS = 2;

/** What must hold of every file, beside SQLite's own rules. */
const RULES = {
  'accounts whose columns and record differ':
    "SELECT count(*) AS count FROM accounts WHERE json_valid(record) = 0 OR json_extract(record, '$.status') IS NOT status " +
    "OR CAST(json_extract(record, '$.id') AS BLOB) IS NOT id " +
    "OR CAST(json_extract(record, '$.canonicalName') AS BLOB) IS NOT name",
  ...ruleOfRows('sessions', "CAST(json_extract(record, '$.accountId') AS BLOB) IS NOT account"),
  ...ruleOfRows('devices', "CAST(json_extract(record, '$.accountId') AS BLOB) IS NOT account"),
  ...ruleOfRows('tokens', "CAST(json_extract(record, '$.accountId') AS BLOB) IS NOT account"),
  ...ruleOfRows('attempts', 'FALSE'),
};

const LIST_RULES = {
  'lists whose columns and record differ':
    'SELECT count(*) AS count FROM lists WHERE json_valid(record) = 0 OR ' +
    "CAST(json_extract(record, '$.id') AS BLOB) IS NOT id OR json_extract(record, '$.status') IS NOT status OR " +
    "json_extract(record, '$.version') IS NOT version",
  'members of lists who are not in the record':
    'SELECT count(*) AS count FROM (SELECT account, list FROM list_members EXCEPT ' +
    "SELECT CAST(json_extract(value, '$.accountId') AS BLOB), lists.id FROM lists, json_each(record, '$.members'))",
  'members of lists who are only in the record':
    "SELECT count(*) AS count FROM (SELECT CAST(json_extract(value, '$.accountId') AS BLOB), lists.id " +
    "FROM lists, json_each(record, '$.members') EXCEPT SELECT account, list FROM list_members)",
};

export function rulesOf(version: number): Readonly<Record<string, string>> {
  return version < WITH_LISTS ? RULES : { ...RULES, ...LIST_RULES };
}

/** Rows end when their record says: housekeeping goes by the column. Days since 4713 BC, in milliseconds since 1970. */
function ruleOfRows(table: string, differs: string): Readonly<Record<string, string>> {
  const expiresOn = "round((julianday(json_extract(record, '$.expiresOn')) - 2440587.5) * 86400000)";
  const wrong = `json_valid(record) = 0 OR ${differs} OR ${expiresOn} IS NOT expiresOn`;
  return { [`${table} whose columns and record differ`]: `SELECT count(*) AS count FROM ${table} WHERE ${wrong}` };
}

const COUNTS = {
  accounts: 'SELECT count(*) AS count FROM accounts',
  sessions: 'SELECT count(*) AS count FROM sessions',
  devices: 'SELECT count(*) AS count FROM devices',
  tokens: 'SELECT count(*) AS count FROM tokens',
  lists: 'SELECT count(*) AS count FROM lists',
};

function countsOf(version: number): typeof COUNTS {
  return version < WITH_LISTS ? { ...COUNTS, lists: 'SELECT 0 AS count' } : COUNTS;
}

/** Numbers of what a sound store has. */
export type SoundAccounts = Readonly<Record<keyof typeof COUNTS, number>>;

/**
 * Checks every page, index and row of the accounts in a folder, also while a gateway uses them.
 *
 * @throws EmbeddedStoreError DAMAGED that says what is wrong.
 */
export function verify(folder: string): SoundAccounts {
  return verifyDataFile(resolve(folder, schema.fileName), schema, rulesOf, countsOf);
}

/** A completed backup. */
export interface BackupReport {
  readonly file: string;
  readonly accounts: number;
  readonly bytes: number;
}

/**
 * Copies the accounts in a folder as of one moment into a new file, also while a gateway changes them.
 *
 * @throws EmbeddedStoreError when there is no store, or the file exists or can't be written.
 */
export async function backUp(folder: string, file: string): Promise<BackupReport> {
  const { accounts } = COUNTS;
  return { file, ...(await backUpDataFile(resolve(folder, schema.fileName), schema, file, { accounts })) };
}

/** Copies the accounts into another folder, as a store of their own. @throws EmbeddedStoreError */
export async function copyStore(folder: string, target: string): Promise<void> {
  await backUp(folder, join(target, schema.fileName));
}

/**
 * Writes the accounts of a backup into a folder without any, while no gateway uses it.
 *
 * @param file A backup of this version or of the one on LevelDB.
 * @returns The number of accounts.
 * @throws EmbeddedStoreError when the backup is damaged, or the folder has accounts or is in use.
 */
export async function restore(folder: string, file: string): Promise<number> {
  const backup = await openBackup(file);
  try {
    const store = await SqliteStore.open<AccountOperations>({ ...accountStoreOptions(folder), earlier: {} });
    try {
      if (store.get('SELECT 1 FROM accounts LIMIT 1') !== undefined) {
        const message = `${store.path} has accounts already: move it away, or restore into another folder`;
        throw new EmbeddedStoreError('UNUSABLE', message);
      }
      let accounts = 0;
      for await (const records of backup.records()) {
        await store.write('restore', records);
        accounts += records.accounts?.length ?? 0;
      }
      return accounts;
    } finally {
      await store.close();
    }
  } finally {
    await backup.close();
  }
}

/** A backup that was read completely and verified. */
interface AccountBackup {
  /** All that a restore brings back, in portions. */
  records(): AsyncIterable<Restored> | Iterable<Restored>;
  close(): Promise<void> | void;
}

async function openBackup(file: string): Promise<AccountBackup> {
  const reader = DataFileReader.openBackup(file, schema, rulesOf);
  // A missing file gets the error of the earlier format.
  if (!reader) {
    const backup = await Backup.open(file, { owner: schema.owner, version: 1 });
    return { records: () => recordsOfText(backup), close: () => backup.close() };
  }
  return {
    records: () => recordsOfFile(reader),
    close: () => {
      reader.close();
    },
  };
}

function* recordsOfFile(reader: DataFileReader): Generator<Restored> {
  for (const page of pagesOf(reader, 'accounts', 'id')) yield { accounts: page.map(toAccountRecord) };
  for (const table of RESTORED_TABLES) {
    for (const page of pagesOf(reader, table, 'key')) yield { rows: page.map((row) => toRowRecord(table, row)) };
  }
  if (reader.version < WITH_LISTS) return;
  for (const page of pagesOf(reader, 'lists', 'id')) yield { lists: page.map(toRestoredList) };
}

interface KeyedRecord {
  readonly key: string;
  readonly record: string;
}

function* pagesOf(reader: DataFileReader, table: string, column: string): Generator<KeyedRecord[]> {
  for (let after: Uint8Array = new Uint8Array(); ;) {
    const page = reader.all<{ readonly key: Uint8Array; readonly record: string }>(
      `SELECT ${column} AS key, record FROM ${table} WHERE ${column} > ? ORDER BY ${column} LIMIT ${String(PAGE_ROWS)}`,
      after,
    );
    yield page.map(({ key, record }) => ({ key: Buffer.from(key).toString(), record }));
    const last = page.at(-1);
    if (page.length < PAGE_ROWS || !last) return;
    after = last.key;
  }
}

/** The version on LevelDB had one entry for each record, `account/ID` or `token/DIGEST`, beside its indexes. */
async function* recordsOfText(backup: Backup): AsyncGenerator<Restored> {
  for await (const chunk of backup.entries()) {
    const recordsOf = (prefix: string): KeyedRecord[] =>
      chunk.flatMap(([key, record]) => (key.startsWith(prefix) ? [{ key: key.slice(prefix.length), record }] : []));
    yield {
      accounts: recordsOf('account/').map(toAccountRecord),
      rows: RESTORED_TABLES.flatMap((table) =>
        recordsOf(`${table.slice(0, -1)}/`).map((row) => toRowRecord(table, row)),
      ),
    };
  }
}

function toAccountRecord({ record }: KeyedRecord): AccountRecord {
  const { id, canonicalName: name, status } = fromRecord<Account>(record);
  return { id, name, status, record };
}

function toRowRecord(table: RowTable, { key, record }: KeyedRecord): RowRecord {
  const { accountId: account, expiresOn } = fromRecord<AccountRow>(record);
  return { table, key, account, expiresOn: expiresOn.getTime(), record };
}

/** Without its invitations: one that was withdrawn or used since does not come back. */
function toRestoredList({ record }: KeyedRecord): ListRecord {
  return toListRecord({ ...fromListRecord(record), invitations: [] });
}
