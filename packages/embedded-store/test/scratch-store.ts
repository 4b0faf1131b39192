import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedStore, type EmbeddedStoreOptions, type OpenOptions } from '../src/index.js';

/** A folder for one test, and the stores that it opens there. */
export class ScratchStore {
  /** Removed at the end. */
  readonly root = mkdtempSync(join(tmpdir(), 'store-'));
  readonly options: EmbeddedStoreOptions;
  readonly #open: EmbeddedStore[] = [];

  constructor(options: Partial<EmbeddedStoreOptions> = {}) {
    this.options = { folder: join(this.root, 'data'), owner: 'notes', version: 1, setting: 'DATA_DIR', ...options };
  }

  get folder(): string {
    return this.options.folder;
  }

  /** Opens the store, with other options where they are given; closed at the end. */
  async open(options: Partial<OpenOptions> = {}): Promise<EmbeddedStore> {
    const store = await EmbeddedStore.open({ ...this.options, ...options });
    this.#open.push(store);
    return store;
  }

  /** Makes a store of `count` entries, and closes it. */
  async fill(count: number): Promise<void> {
    const store = await this.open();
    await store.write(({ put }) => {
      for (let n = 0; n < count; n++) put(`key ${String(n).padStart(6, '0')}`, `value of ${String(n)}`);
    });
    await store.close();
  }

  /** Paths of the files whose names match, in order. */
  files(pattern: RegExp): string[] {
    const names = readdirSync(this.folder).filter((name) => pattern.test(name));
    return names.sort().map((name) => join(this.folder, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#open) await store.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** All entries of a store. */
export async function allEntries(store: EmbeddedStore): Promise<(readonly [string, string])[]> {
  const all: (readonly [string, string])[] = [];
  for await (const chunk of store.entries()) all.push(...chunk);
  return all;
}

/** The message of the first write that fails, within two seconds. */
export async function failing(store: EmbeddedStore): Promise<string> {
  const endMs = performance.now() + 2_000;
  for (;;) {
    try {
      await store.write(({ put }) => {
        put('probe', '1');
      });
    } catch (error) {
      return (error as Error).message;
    }
    if (performance.now() > endMs) return 'no failure within two seconds';
    await delay(20);
  }
}
