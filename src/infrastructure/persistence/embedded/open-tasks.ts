import { SqliteStore, type SqliteStoreOptions, type StoreLog } from '@tasks/embedded-store';
import { schema, type TaskOperations } from './task-operations.js';

const EARLIER =
  'holds tasks in the format of an earlier version: make a backup with that version (`tasks backup FILE`), then bring it ' +
  'here with `tasks restore FILE`, and start again';

const EARLIER_FILES = { STORE: EARLIER, CURRENT: EARLIER, 'tasks.mdb': EARLIER };

/** Opens the file of tasks in a folder. @throws EmbeddedStoreError */
export function openTasks(
  folder: string,
  role: SqliteStoreOptions['role'],
  log?: StoreLog,
  earlier: Readonly<Record<string, string>> = EARLIER_FILES,
): Promise<SqliteStore<TaskOperations>> {
  return SqliteStore.open<TaskOperations>({
    folder,
    setting: 'DATA_DIR',
    schema,
    module: new URL('./task-operations.js', import.meta.url),
    role,
    earlier,
    ...(log && { log }),
  });
}
