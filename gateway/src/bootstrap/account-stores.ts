import type { MongoLog, MongoOptions } from '@tasks/mongo-connection';
import type { OpenAccountStore } from '../application/accounts/account-ports.js';

/** Where accounts are kept. */
export type AccountStoreChoice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; /** Path of the folder. */ readonly dataDir: string }
  | ({ readonly kind: 'mongo' } & MongoOptions);

/**
 * Opens the account store; loads only what it needs. MongoDB may come later.
 *
 * @throws EmbeddedStoreError when the folder can't be used; Error when the connection string makes no sense.
 */
export async function openAccountStore(choice: AccountStoreChoice, log: MongoLog): Promise<OpenAccountStore> {
  switch (choice.kind) {
    case 'memory': {
      const { MemoryAccountStore } = await import('../infrastructure/persistence/memory/memory-account-store.js');
      return new MemoryAccountStore();
    }
    case 'embedded': {
      const { EmbeddedAccountStore } = await import('../infrastructure/persistence/embedded/embedded-account-store.js');
      return EmbeddedAccountStore.open(choice.dataDir);
    }
    case 'mongo': {
      const { MongooseAccountStore } = await import('../infrastructure/persistence/mongoose/mongoose-account-store.js');
      return MongooseAccountStore.open(choice, log);
    }
  }
}
