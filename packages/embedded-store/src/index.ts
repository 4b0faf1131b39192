export type { Entry as BackupEntry } from './embedded-store.js';
export { Backup, writeBackup, type BackupContent, type BackupReport } from './backup.js';
export { ControlClient, ControlServer, connectControl, type ControlCommands, type SendPart } from './control.js';
export {
  EmbeddedStore,
  type Entry,
  type KeyRange,
  type ReadOptions,
  type StoreView,
  type VerifyReport,
} from './embedded-store.js';
export { EmbeddedStoreError, type EmbeddedStoreErrorCode } from './errors.js';
export type { EmbeddedStoreOptions, OpenOptions } from './folder.js';
export {
  backUpStore,
  endAccess,
  entriesOf,
  openForMaintenance,
  restoreBackup,
  storeCommands,
  verifyStore,
  type StoreAccess,
} from './store-access.js';
export type { Transaction } from './write-queue.js';
export { bytes, type SqlValue, type Statements } from './sqlite/connection.js';
export type { StoreSchema } from './sqlite/data-file.js';
export { single, type Operation } from './sqlite/operations.js';
export { AGAIN, SqliteStore, type SqliteStoreOptions, type StoreLog } from './sqlite/sqlite-store.js';
export { backUpDataFile, DataFileReader, isSqliteFile, type OnBytes } from './sqlite/maintenance.js';
