import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreConfig } from '@tasks/service';
import { openAccountStore } from './account-stores.js';
import type { OpenAccountStore } from '../application/accounts/account-ports.js';
import { Administration } from '../application/accounts/administration.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { CopyAccounts, type CopyReport, type OnCopied } from '../application/accounts/copy-accounts.js';
import { NodeSecrets } from '../infrastructure/hashing/node-secrets.js';
import type { BackupReport, SoundAccounts } from '../infrastructure/persistence/embedded/account-archive.js';

/** Access to accounts for an operator's command. */
interface AdministrationAccess {
  readonly administration: Administration;
  readonly close: () => Promise<void>;
}

type MongoChoice = Extract<StoreConfig, { kind: 'mongo' }>;

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Folder of the embedded store's copy that is migrated. */
const COPY_PREFIX = 'tasks-gateway-migrate-';

/**
 * Opens the accounts, also while gateways use them.
 *
 * @param audit Log of the changes.
 * @throws Error with advice when they can't be opened.
 */
export async function openAdministration(choice: StoreConfig, audit: AuditLog): Promise<AdministrationAccess> {
  const store = await openForAdministration(choice);
  const { accounts, sessions, tokens, lists } = store;
  const parts = { accounts, sessions, tokens, lists, secrets: new NodeSecrets(), audit, now: () => new Date() };
  // This process has no streams; gateways notice the change of the store.
  const sessionsEnded = { notify: () => undefined, notifyAll: () => undefined };
  return { administration: new Administration({ ...parts, sessionsEnded }), close: () => store.close() };
}

async function openForAdministration(choice: StoreConfig): Promise<OpenAccountStore> {
  switch (choice.kind) {
    case 'memory':
      throw new Error('GATEWAY_STORE is memory: only the gateway itself has its accounts; set the store that it uses');
    case 'embedded':
      return openFolder(choice.dataDir);
    case 'mongo':
      return openMongo(choice);
  }
}

/** Opens the accounts of an existing folder. */
async function openFolder(dataDir: string): Promise<OpenAccountStore> {
  const { EmbeddedAccountStore } = await import('../infrastructure/persistence/embedded/embedded-account-store.js');
  return EmbeddedAccountStore.open(dataDir, { role: 'command', setting: 'GATEWAY_DATA_DIR, or --data-dir,' });
}

async function openMongo(choice: MongoChoice): Promise<OpenAccountStore> {
  const store = await openAccountStore(choice, SILENT);
  try {
    await store.check();
    return store;
  } catch (error) {
    await store.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `MongoDB at ${choice.place} can't be used (${reason}): check ${choice.namedBy ?? 'GATEWAY_MONGODB_URI or --to'}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Copies the embedded store into a new file, also while a gateway uses it.
 *
 * @throws EmbeddedStoreError; Error for another kind of store.
 */
export async function backUpAccounts(choice: StoreConfig, file: string): Promise<BackupReport> {
  const folder = embeddedFolder(choice, 'back up MongoDB with mongodump');
  return (await loadArchive()).backUp(folder, file);
}

/**
 * Checks an embedded store, also while a gateway uses it.
 *
 * @throws Error that says what is damaged.
 */
export async function verifyAccounts(choice: StoreConfig): Promise<SoundAccounts> {
  const folder = embeddedFolder(choice, 'only the embedded store is verified here');
  return (await loadArchive()).verify(folder);
}

/**
 * Writes a backup into an embedded store that is empty or missing; returns the number of accounts.
 *
 * @throws EmbeddedStoreError when the backup is damaged, the store has accounts or a gateway has it open.
 */
export async function restoreAccounts(choice: StoreConfig, file: string): Promise<number> {
  const folder = embeddedFolder(choice, 'restore MongoDB with mongorestore');
  return (await loadArchive()).restore(folder, file);
}

/** Copies the accounts of a snapshot of the embedded store to MongoDB, also while a gateway uses it. */
export async function migrateAccounts(
  choice: StoreConfig,
  target: MongoChoice,
  onCopied: OnCopied,
): Promise<CopyReport> {
  const folder = embeddedFolder(choice, 'only an embedded store is migrated; set GATEWAY_STORE=embedded');
  const scratch = mkdtempSync(join(tmpdir(), COPY_PREFIX));
  try {
    const to = await openMongo(target);
    try {
      await (await loadArchive()).copyStore(folder, scratch);
      const from = await openFolder(scratch);
      return await new CopyAccounts(from, to).execute(onCopied).finally(() => from.close());
    } finally {
      await to.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function embeddedFolder(choice: StoreConfig, otherwise: string): string {
  if (choice.kind === 'embedded') return choice.dataDir;
  throw new Error(`The accounts are in ${choice.kind === 'mongo' ? 'MongoDB' : 'memory'}: ${otherwise}`);
}

function loadArchive() {
  return import('../infrastructure/persistence/embedded/account-archive.js');
}
