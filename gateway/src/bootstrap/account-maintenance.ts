import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupReport } from '@tasks/embedded-store';
import { type AccountStoreChoice, openAccountStore } from './account-stores.js';
import type { OpenAccountStore } from '../application/accounts/account-ports.js';
import { type AccountAdministration, Administration } from '../application/accounts/administration.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { CopyAccounts, type CopyReport, type OnCopied } from '../application/accounts/copy-accounts.js';
import { NodeSecrets } from '../infrastructure/hashing/node-secrets.js';

/** Access to accounts for an operator's command. */
interface AdministrationAccess {
  readonly administration: AccountAdministration;
  readonly close: () => Promise<void>;
}

type MongoChoice = Extract<AccountStoreChoice, { kind: 'mongo' }>;

const SILENT = { info: () => undefined, warn: () => undefined };
/** Folder of the embedded store's copy that is migrated. */
const COPY_PREFIX = 'tasks-gateway-migrate-';

/**
 * Opens the accounts: an embedded store through the gateway that has it open, otherwise the folder itself; MongoDB
 * concurrently with the gateways.
 *
 * @param audit Log of the changes, unless a running gateway writes it.
 * @throws Error with advice when they can't be opened.
 */
export async function openAdministration(choice: AccountStoreChoice, audit: AuditLog): Promise<AdministrationAccess> {
  if (choice.kind === 'embedded') {
    const [{ connectControl }, { RemoteAdministration }] = await Promise.all([
      import('@tasks/embedded-store'),
      import('../infrastructure/control/administration-commands.js'),
    ]);
    const client = await connectControl(choice.dataDir);
    if (client) {
      return {
        administration: new RemoteAdministration(client),
        close: () => {
          client.close();
          return Promise.resolve();
        },
      };
    }
  }
  const store = await openForAdministration(choice);
  const { accounts, sessions, tokens } = store;
  const parts = { accounts, sessions, tokens, secrets: new NodeSecrets(), audit, now: () => new Date() };
  // This process has no streams; gateways check theirs at every heartbeat.
  const sessionsEnded = { notify: () => undefined };
  return { administration: new Administration({ ...parts, sessionsEnded }), close: () => store.close() };
}

async function openForAdministration(choice: AccountStoreChoice): Promise<OpenAccountStore> {
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
  return EmbeddedAccountStore.open(dataDir, { create: false });
}

async function openMongo(choice: MongoChoice): Promise<OpenAccountStore> {
  const store = await openAccountStore(choice, SILENT);
  try {
    await store.check();
    return store;
  } catch (error) {
    await store.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`MongoDB at ${choice.place} can't be used (${reason}): check GATEWAY_MONGODB_URI or --to`, {
      cause: error,
    });
  }
}

/**
 * Copies the embedded store into a new file, also while a gateway uses it.
 *
 * @throws EmbeddedStoreError; Error for another kind of store.
 */
export async function backUpAccounts(choice: AccountStoreChoice, file: string): Promise<BackupReport> {
  const folder = embeddedFolder(choice, 'back up MongoDB with mongodump');
  const [{ backUpStore }, { embeddedStoreOptions }] = await embeddedModules();
  return backUpStore(embeddedStoreOptions(folder), file);
}

/**
 * Writes a backup into an embedded store that is empty or missing; returns the number of its entries.
 *
 * @throws EmbeddedStoreError when the backup is damaged, the store has data or a gateway has it open.
 */
export async function restoreAccounts(choice: AccountStoreChoice, file: string): Promise<number> {
  const folder = embeddedFolder(choice, 'restore MongoDB with mongorestore');
  const [{ Backup, EmbeddedStore, restoreBackup }, { embeddedStoreOptions }] = await embeddedModules();
  const options = embeddedStoreOptions(folder);
  const backup = await Backup.open(file, options);
  try {
    const store = await EmbeddedStore.open(options);
    try {
      return await restoreBackup(backup, store);
    } finally {
      await store.close();
    }
  } finally {
    await backup.close();
  }
}

/** Copies the accounts of a snapshot of the embedded store to MongoDB, also while a gateway uses it. */
export async function migrateAccounts(
  choice: AccountStoreChoice,
  target: MongoChoice,
  onCopied: OnCopied,
): Promise<CopyReport> {
  const folder = embeddedFolder(choice, 'only an embedded store is migrated; set GATEWAY_STORE=embedded');
  const scratch = mkdtempSync(join(tmpdir(), COPY_PREFIX));
  try {
    const [file, copy] = [join(scratch, 'backup'), join(scratch, 'store')];
    const to = await openMongo(target);
    try {
      await backUpAccounts({ kind: 'embedded', dataDir: folder }, file);
      await restoreAccounts({ kind: 'embedded', dataDir: copy }, file);
      const from = await openFolder(copy);
      return await new CopyAccounts(from, to).execute(onCopied).finally(() => from.close());
    } finally {
      await to.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function embeddedFolder(choice: AccountStoreChoice, otherwise: string): string {
  if (choice.kind === 'embedded') return choice.dataDir;
  throw new Error(`The accounts are in ${choice.kind === 'mongo' ? 'MongoDB' : 'memory'}: ${otherwise}`);
}

function embeddedModules() {
  return Promise.all([
    import('@tasks/embedded-store'),
    import('../infrastructure/persistence/embedded/embedded-account-store.js'),
  ]);
}
