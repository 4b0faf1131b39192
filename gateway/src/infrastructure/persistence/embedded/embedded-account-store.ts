import { SqliteStore, type SqliteStoreOptions } from '@tasks/embedded-store';
import type { OpenAccountStore } from '../../../application/accounts/account-ports.js';
import type { AccessToken } from '../../../domain/access-token.js';
import type { Device, Session } from '../../../domain/session.js';
import { type AccountOperations, schema } from './account-operations.js';
import { EmbeddedAccountRepository } from './embedded-account.repository.js';
import { EmbeddedAttemptRepository } from './embedded-attempt.repository.js';
import { EmbeddedListRepository } from './embedded-list.repository.js';
import { EmbeddedRowRepository } from './embedded-row.repository.js';

const EARLIER =
  'holds accounts in the format of an earlier version: make a backup with that version (`gateway-admin backup FILE`), ' +
  'then bring it here with `gateway-admin restore FILE`, and start again';

const EARLIER_FILES = { STORE: EARLIER, CURRENT: EARLIER };

export function accountStoreOptions(folder: string): SqliteStoreOptions {
  return {
    folder,
    setting: 'GATEWAY_DATA_DIR',
    schema,
    module: new URL('./account-operations.js', import.meta.url),
    earlier: EARLIER_FILES,
  };
}

/** How to open the store; by default as the one gateway of the folder. */
export type EmbeddedAccountStoreOptions = Partial<
  Pick<SqliteStoreOptions, 'role' | 'log' | 'setting' | 'onForeignChange'>
>;

/** The account store in one SQLite file: of one gateway, with commands beside it. */
export class EmbeddedAccountStore implements OpenAccountStore {
  readonly accounts: EmbeddedAccountRepository;
  readonly sessions: EmbeddedRowRepository<Session>;
  readonly devices: EmbeddedRowRepository<Device>;
  readonly tokens: EmbeddedRowRepository<AccessToken>;
  readonly attempts: EmbeddedAttemptRepository;
  readonly lists: EmbeddedListRepository;
  readonly #store: SqliteStore<AccountOperations>;

  private constructor(store: SqliteStore<AccountOperations>) {
    this.#store = store;
    this.accounts = new EmbeddedAccountRepository(store);
    this.sessions = new EmbeddedRowRepository(store, 'sessions', 'id');
    this.devices = new EmbeddedRowRepository(store, 'devices', 'digest');
    this.tokens = new EmbeddedRowRepository(store, 'tokens', 'digest');
    this.attempts = new EmbeddedAttemptRepository(store);
    this.lists = new EmbeddedListRepository(store);
  }

  /** Opens the file in a folder. @throws EmbeddedStoreError IN_USE, UNUSABLE, DAMAGED */
  static async open(folder: string, options: EmbeddedAccountStoreOptions = {}): Promise<EmbeddedAccountStore> {
    return new EmbeddedAccountStore(
      await SqliteStore.open<AccountOperations>({ ...accountStoreOptions(folder), ...options }),
    );
  }

  get logBytes(): number {
    return this.#store.logBytes;
  }

  async check(): Promise<void> {
    await Promise.resolve(this.#store.get('SELECT 1 FROM accounts LIMIT 1'));
  }

  checkWrite(): Promise<void> {
    return this.#store.probe();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
