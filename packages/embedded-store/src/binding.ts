import { createRequire } from 'node:module';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

/** A connection to a database, as both bindings offer it. */
export type Database = DatabaseSyncInstance;
export type PreparedStatement = StatementSyncInstance;

/** Options that both bindings know. */
interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** Time that SQLite itself waits for a lock; we retry instead. */
  readonly timeout: 0;
}

interface Binding {
  readonly DatabaseSync: new (path: string, options: DatabaseOptions) => Database;
}

/** First SQLite that does not lose committed pages when a log is reset beside a second connection. */
const FIRST_SAFE_VERSION = [3, 51, 3] as const;
const TWIN = '@photostructure/sqlite';

/** Which binding a Node uses: its own where that SQLite is safe, else the package with the same interface. */
export type BindingName = 'node:sqlite' | typeof TWIN;

/** @param sqlite Version of the SQLite that Node contains; undefined for none. */
export function bindingFor(hasModule: boolean, sqlite: string | undefined): BindingName {
  return hasModule && sqlite !== undefined && isSafe(sqlite) ? 'node:sqlite' : TWIN;
}

function isSafe(version: string): boolean {
  const parts = version.split('.').map(Number);
  const differing = FIRST_SAFE_VERSION.findIndex((part, place) => part !== parts[place]);
  return differing < 0 || (parts[differing] ?? 0) > (FIRST_SAFE_VERSION[differing] ?? 0);
}

/** Loads Node's own module without Node 22's warning that it is experimental; other warnings are left alone. */
function builtIn(): Binding | undefined {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite is an experimental feature')) emitWarning(warning, ...rest);
  };
  try {
    const load = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule;
    return load?.call(process, 'node:sqlite') as Binding | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function chosen(): { readonly name: BindingName; readonly binding: Binding } {
  const { sqlite } = process.versions as { readonly sqlite?: string };
  const own = sqlite !== undefined && isSafe(sqlite) ? builtIn() : undefined;
  const name = bindingFor(own !== undefined, sqlite);
  if (own !== undefined && name === 'node:sqlite') return { name, binding: own };
  return { name, binding: createRequire(import.meta.url)(TWIN) as Binding };
}

/** Never both in one process: each has a SQLite of its own, and their locks on a file would not see each other. */
const { name, binding } = chosen();

/** The binding of this process. */
export const BINDING: BindingName = name;

/** Opens a database file. The object must be kept in a field: one that is collected is closed. */
export function openDatabase(path: string, readOnly: boolean): Database {
  return new binding.DatabaseSync(path, { readOnly, timeout: 0 });
}
