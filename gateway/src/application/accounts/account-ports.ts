import type { AccessToken } from '../../domain/access-token.js';
import type { Device, Session } from '../../domain/session.js';
import type { AccountRepository } from './account-repository.js';
import type { AttemptRepository } from './attempt-repository.js';
import type { AuditLog } from './audit-log.js';
import type { DigestRepository } from './digest-repository.js';
import type { PasswordHasher } from './password-hasher.js';
import type { Secrets } from './secrets.js';

/** The account store: its ports belong together, one adapter provides them all. */
export interface AccountStore {
  readonly accounts: AccountRepository;
  readonly sessions: DigestRepository<Session>;
  /** Browsers that have logged in before. */
  readonly devices: DigestRepository<Device>;
  readonly tokens: DigestRepository<AccessToken>;
  readonly attempts: AttemptRepository;
}

/** An account store that is in use. */
export interface OpenAccountStore extends AccountStore {
  /** Reads from the store once. Rejects with any error when it can't be used, soon enough for a health check. */
  check(): Promise<void>;

  /** Gives back what the store holds, after the last use. */
  close(): Promise<void>;
}

/** What the operator decides. */
export interface AccountSettings {
  /** Whether strangers may sign up. */
  readonly isSignUpOpen: boolean;
  /** Least length of a new password, in characters. */
  readonly passwordMinLength: number;
  /** A session ends when it was not used for this long. */
  readonly sessionIdleDays: number;
  /** A session ends this long after log-in, used or not. */
  readonly sessionMaxDays: number;
}

/** The settings when the operator decides nothing. */
export const DEFAULT_ACCOUNT_SETTINGS: AccountSettings = {
  isSignUpOpen: true,
  passwordMinLength: 15,
  sessionIdleDays: 14,
  sessionMaxDays: 30,
};

/** What accounts need from outside. */
export interface AccountPorts extends AccountStore {
  readonly settings: AccountSettings;
  readonly hasher: PasswordHasher;
  readonly secrets: Secrets;
  readonly audit: AuditLog;
  readonly now: () => Date;
  /** Passwords that many people use, in lower case; loaded when first asked for. */
  readonly commonPasswords: () => Promise<ReadonlySet<string>>;
}

/** Where a request comes from. */
export interface Origin {
  /** IP address of the client. */
  readonly address: string;
  /** The User-Agent header; empty if there is none. */
  readonly userAgent: string;
  /** The device token that the browser sent, if any. */
  readonly deviceToken?: string | undefined;
}
