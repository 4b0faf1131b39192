import type { StoreLog } from '@tasks/embedded-store';
import type { StoreConfig } from '@tasks/service';
import type { OpenAccountStore } from '../application/accounts/account-ports.js';

/**
 * Opens the account store; loads only its own dependencies. MongoDB may be down at first.
 *
 * @param onForeignChange Called after an operator's command has changed an embedded store.
 * @throws EmbeddedStoreError when the folder can't be used; Error for an invalid connection string.
 */
export async function openAccountStore(
  choice: StoreConfig,
  log: StoreLog,
  onForeignChange?: () => void,
): Promise<OpenAccountStore> {
  switch (choice.kind) {
    case 'memory': {
      const { MemoryAccountStore } = await import('../infrastructure/persistence/memory/memory-account-store.js');
      return new MemoryAccountStore();
    }
    case 'embedded': {
      const { EmbeddedAccountStore } = await import('../infrastructure/persistence/embedded/embedded-account-store.js');
      return EmbeddedAccountStore.open(choice.dataDir, { log, ...(onForeignChange && { onForeignChange }) });
    }
    case 'mongo': {
      const { MongooseAccountStore } = await import('../infrastructure/persistence/mongoose/mongoose-account-store.js');
      return MongooseAccountStore.open(choice, log);
    }
  }
}
