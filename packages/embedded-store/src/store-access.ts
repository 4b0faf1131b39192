import { resolve } from 'node:path';
import { writeBackup, type Backup, type BackupReport } from './backup.js';
import { connectControl, type ControlClient, type ControlCommands } from './control.js';
import { EmbeddedStore, type Entry, type KeyRange, type VerifyReport } from './embedded-store.js';
import { EmbeddedStoreError } from './errors.js';
import type { EmbeddedStoreOptions, OpenOptions } from './folder.js';

/** A store for maintenance: opened by this process, or accessed through the process that has it open. */
export type StoreAccess =
  | { readonly kind: 'local'; readonly store: EmbeddedStore }
  | { readonly kind: 'remote'; readonly client: ControlClient };

/** Commands that `openForMaintenance` needs; a process adds its own and passes all of them to `ControlServer`. */
export function storeCommands(store: EmbeddedStore): ControlCommands {
  return {
    'store.entries': async (range, send) => {
      for await (const chunk of store.entries(range as KeyRange)) await send(chunk);
    },
    'store.verify': () => store.verify(),
  };
}

/**
 * Opens a store for maintenance, whether or not another process has it open.
 *
 * @throws EmbeddedStoreError as `EmbeddedStore.open`.
 */
export async function openForMaintenance(options: OpenOptions): Promise<StoreAccess> {
  const client = await connectControl(resolve(options.folder));
  if (client) return { kind: 'remote', client };
  return { kind: 'local', store: await EmbeddedStore.open(options) };
}

/** Returns all entries of a range from one snapshot, in chunks. */
export async function* entriesOf(access: StoreAccess, range: KeyRange = {}): AsyncGenerator<Entry[]> {
  if (access.kind === 'local') yield* access.store.entries(range);
  else yield* access.client.stream('store.entries', range) as AsyncGenerator<Entry[]>;
}

/** Ends the access; a store that another process has open stays open there. */
export async function endAccess(access: StoreAccess): Promise<void> {
  if (access.kind === 'local') await access.store.close();
  else access.client.close();
}

/**
 * Copies a snapshot of a store into a new file, also while a process uses it.
 *
 * @throws EmbeddedStoreError UNUSABLE, IN_USE or DAMAGED.
 */
export async function backUpStore(
  options: EmbeddedStoreOptions,
  file: string,
  range: KeyRange = {},
): Promise<BackupReport> {
  return withAccess(options, (access) => writeBackup(entriesOf(access, range), file, options));
}

/**
 * Verifies the checksums of all files and values of a store, also while a process uses it.
 *
 * @throws EmbeddedStoreError DAMAGED that names the file.
 */
export function verifyStore(options: EmbeddedStoreOptions): Promise<VerifyReport> {
  return withAccess(options, async (access) =>
    access.kind === 'local' ? access.store.verify() : ((await access.client.call('store.verify', {})) as VerifyReport),
  );
}

/**
 * Writes all entries of a backup into an empty store. When interrupted, the store holds a part of them: delete
 * the folder and start again.
 *
 * @returns The number of entries.
 * @throws EmbeddedStoreError UNUSABLE when the store has entries.
 */
export async function restoreBackup(backup: Backup, store: EmbeddedStore): Promise<number> {
  if ((await store.read({ limit: 1 })).length > 0) {
    throw new EmbeddedStoreError(
      'UNUSABLE',
      `${store.folder} has data: restore into an empty folder (after an interrupted restore, delete this one first)`,
    );
  }
  for await (const entries of backup.entries()) {
    await store.write(({ put }) => {
      for (const [key, value] of entries) put(key, value);
    });
  }
  return backup.entryCount;
}

async function withAccess<Result>(
  options: EmbeddedStoreOptions,
  act: (access: StoreAccess) => Promise<Result>,
): Promise<Result> {
  const access = await openForMaintenance({ ...options, create: false });
  try {
    return await act(access);
  } finally {
    await endAccess(access);
  }
}
