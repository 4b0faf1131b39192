export { bytes, type SqlValue, type Statements } from './connection.js';
export type { StoreSchema } from './data-file.js';
export { EmbeddedStoreError, type EmbeddedStoreErrorCode } from './errors.js';
export { backUpDataFile, DataFileReader, isSqliteFile, verifyDataFile, type OnBytes } from './maintenance.js';
export { single, type Operation } from './operations.js';
export { AGAIN, SqliteStore, type SqliteStoreOptions, type StoreLog } from './sqlite-store.js';
export { Backup, type BackupEntry } from './text-backup.js';
