import { EmbeddedStore, type EmbeddedStoreOptions } from '@tasks/embedded-store';
import type { OpenAccountStore } from '../../../application/accounts/account-ports.js';
import type { AccessToken } from '../../../domain/access-token.js';
import type { Device, Session } from '../../../domain/session.js';
import { ACCOUNT_KEYS, EmbeddedAccountRepository } from './embedded-account.repository.js';
import { EmbeddedAttemptRepository } from './embedded-attempt.repository.js';
import { EmbeddedRowRepository } from './embedded-row.repository.js';

/** Options of the gateway's embedded store. */
export function embeddedStoreOptions(folder: string): EmbeddedStoreOptions {
  return { folder, owner: 'tasks-gateway', version: 1, setting: 'GATEWAY_DATA_DIR' };
}

/** The account store in a local folder, open in one process at a time. */
export class EmbeddedAccountStore implements OpenAccountStore {
  readonly accounts: EmbeddedAccountRepository;
  readonly sessions: EmbeddedRowRepository<Session>;
  readonly devices: EmbeddedRowRepository<Device>;
  readonly tokens: EmbeddedRowRepository<AccessToken>;
  readonly attempts: EmbeddedAttemptRepository;
  /** The store itself, for backups and the like. */
  readonly store: EmbeddedStore;

  private constructor(store: EmbeddedStore) {
    this.store = store;
    this.accounts = new EmbeddedAccountRepository(store);
    this.sessions = new EmbeddedRowRepository(store, 'session', 'id');
    this.devices = new EmbeddedRowRepository(store, 'device', 'digest');
    this.tokens = new EmbeddedRowRepository(store, 'token', 'digest');
    this.attempts = new EmbeddedAttemptRepository(store);
  }

  /**
   * Opens the folder; creates it when missing, unless `create` is false.
   *
   * @throws EmbeddedStoreError IN_USE, UNUSABLE, DAMAGED
   */
  static async open(folder: string, { create = true } = {}): Promise<EmbeddedAccountStore> {
    return new EmbeddedAccountStore(await EmbeddedStore.open({ ...embeddedStoreOptions(folder), create }));
  }

  async check(): Promise<void> {
    await this.store.get(ACCOUNT_KEYS);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
