import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, SqliteStore, type SqliteStoreOptions } from '../src/index.js';
import { schema, type NoteOperations } from './notes-operations.js';

export type NoteStore = SqliteStore<NoteOperations>;

/** A folder for one test, and the stores of notes that it opens there. */
export class ScratchNotes {
  /** Removed at the end. */
  readonly root = mkdtempSync(join(tmpdir(), 'notes-'));
  readonly folder = join(this.root, 'data');
  readonly path = join(this.folder, schema.fileName);
  /** What was logged. */
  readonly lines: string[] = [];
  readonly #open: NoteStore[] = [];

  /** Opens the store, with other options where they are given; closed at the end. */
  async open(options: Partial<SqliteStoreOptions> = {}): Promise<NoteStore> {
    const log = (level: string) => (message: string) => void this.lines.push(`${level}: ${message}`);
    const store = await SqliteStore.open<NoteOperations>({
      folder: this.folder,
      setting: 'DATA_DIR',
      schema,
      module: new URL('./notes-operations.js', import.meta.url),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      ...options,
    });
    this.#open.push(store);
    return store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#open) await store.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The text of a note; undefined for none. */
export function textOf(store: NoteStore, key: string): string | undefined {
  const record = recordOf(store, key);
  return record === undefined ? undefined : (JSON.parse(record) as string);
}

/** A note as it is stored. */
export function recordOf(store: NoteStore, key: string): string | undefined {
  return store.get<{ record: string }>('SELECT record FROM notes WHERE key = ?', bytes(key))?.record;
}

/** Number of notes, by the triggers and by counting. */
export function counts(store: NoteStore): { readonly total: number; readonly counted: number } {
  const total = store.get<{ n: number | null }>('SELECT sum(count) n FROM totals')?.n ?? 0;
  const counted = store.get<{ n: number }>('SELECT count(*) n FROM notes')?.n ?? 0;
  return { total, counted };
}
