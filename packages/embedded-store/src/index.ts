export { single, type Operation } from './batch-writer.js';
export { bytes, type SqlValue, type Statements } from './connection.js';
export type { StoreSchema } from './data-file.js';
export { EmbeddedStoreError, type EmbeddedStoreErrorCode } from './errors.js';
export { backUpDataFile, DataFileReader, verifyDataFile, type OnBytes } from './maintenance.js';
export { AGAIN, SqliteStore, type SqliteStoreOptions, type StoreLog } from './sqlite-store.js';
export { Backup, type BackupEntry } from './text-backup.js';
