import type { AccessToken } from '../../domain/access-token.js';
import type { Device, Session } from '../../domain/session.js';
import type { ListRepository } from '../lists/list-repository.js';
import type { AccountRepository } from './account-repository.js';
import type { AttemptRepository } from './attempt-repository.js';
import type { AuditLog } from './audit-log.js';
import type { PasswordHasher } from './password-hasher.js';
import type { RowRepository } from './row-repository.js';
import type { Secrets } from './secrets.js';
import type { SessionsEnded } from './sessions-ended.js';

/** The account store: its ports belong together, one adapter provides them all. */
export interface AccountStore {
  readonly accounts: AccountRepository;
  /** Sessions by their id. */
  readonly sessions: RowRepository<Session>;
  /** Known devices by their digest: browsers that have logged in before. */
  readonly devices: RowRepository<Device>;
  /** Access tokens by their digest. */
  readonly tokens: RowRepository<AccessToken>;
  readonly attempts: AttemptRepository;
  readonly lists: ListRepository;
}

export interface OpenAccountStore extends AccountStore {
  /** Size of the log beside the data file, in bytes; unset in a store without one. */
  readonly logBytes?: number;

  /** Reads from the store once. Rejects with any error when it can't be used, within the time of a health check. */
  check(): Promise<void>;

  /** Writes to the store once, durably. Rejects with any error when it can't be written: its disk is full. */
  checkWrite(): Promise<void>;

  /** Closes the store, after the last use. */
  close(): Promise<void>;
}

export interface AccountSettings {
  readonly isSignUpOpen: boolean;
  /** Minimum length of a new password, in characters. */
  readonly passwordMinLength: number;
  /** Lifetime of an unused session. */
  readonly sessionIdleDays: number;
  /** Lifetime of a session after log-in, used or not. */
  readonly sessionMaxDays: number;
}

export const DEFAULT_ACCOUNT_SETTINGS: AccountSettings = {
  isSignUpOpen: true,
  passwordMinLength: 15,
  sessionIdleDays: 14,
  sessionMaxDays: 30,
};

/** Dependencies of the account use cases. */
export interface AccountPorts extends AccountStore {
  readonly settings: AccountSettings;
  readonly hasher: PasswordHasher;
  readonly secrets: Secrets;
  readonly audit: AuditLog;
  readonly sessionsEnded: SessionsEnded;
  readonly now: () => Date;
  /** Common passwords, in lower case; loaded on first use. */
  readonly commonPasswords: () => Promise<ReadonlySet<string>>;
}

/** Origin of a request. */
export interface Origin {
  readonly address: string;
  /** The User-Agent header; empty if missing. */
  readonly userAgent: string;
  /** The device token that the browser sent, if any. */
  readonly deviceToken?: string | undefined;
  /** The session token that the browser sent, if any. The session ends when a new one begins. */
  readonly sessionToken?: string | undefined;
}
