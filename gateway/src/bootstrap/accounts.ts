import type { StoreLog } from '@tasks/embedded-store';
import { networkOf } from '@tasks/service/network';
import { type AccountStoreChoice, openAccountStore } from './account-stores.js';
import type { AccountPorts, AccountSettings, OpenAccountStore } from '../application/accounts/account-ports.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { Housekeeping, type TaskRemoval } from '../application/accounts/housekeeping.js';
import { LastUse } from '../application/accounts/last-use.js';
import { LogInThrottle } from '../application/accounts/log-in-throttle.js';
import type { AccountParts } from '../application/accounts/parts.js';
import type { PasswordHasher } from '../application/accounts/password-hasher.js';
import { SessionIssuer } from '../application/accounts/session-issuer.js';
import type { SessionsEnded } from '../application/accounts/sessions-ended.js';
import { commonPasswords } from '../infrastructure/hashing/common-passwords.js';
import { NodeSecrets } from '../infrastructure/hashing/node-secrets.js';

/** Dependencies of the accounts. */
interface AccountsOptions {
  readonly store: AccountStoreChoice;
  readonly settings: AccountSettings;
  readonly hasher: PasswordHasher;
  readonly audit: AuditLog;
  readonly sessionsEnded: SessionsEnded;
  readonly tasks: TaskRemoval;
  readonly log: StoreLog;
  /** Default: the system clock. */
  readonly now?: (() => Date) | undefined;
  /** Pause between two rounds of housekeeping, in milliseconds. */
  readonly housekeepingIntervalMs?: number;
}

const HOUSEKEEPING_INTERVAL_MS = 30_000;

/** The accounts of a running gateway: the store, the parts of the use cases, and housekeeping. */
export class Accounts {
  readonly parts: AccountParts;
  readonly #store: OpenAccountStore;
  readonly #housekeeping: Housekeeping;
  readonly #log: StoreLog;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #lastFailure: string | undefined;

  private constructor(options: AccountsOptions, store: OpenAccountStore) {
    this.#store = store;
    this.#log = options.log;
    this.#intervalMs = options.housekeepingIntervalMs ?? HOUSEKEEPING_INTERVAL_MS;
    this.parts = accountParts(store, options);
    this.#housekeeping = new Housekeeping(this.parts, options.tasks);
  }

  /** Opens the store and begins housekeeping. @throws as `openAccountStore` */
  static async start(options: AccountsOptions): Promise<Accounts> {
    const store = await openAccountStore(options.store, options.log, () => {
      options.sessionsEnded.notifyAll();
    });
    const accounts = new Accounts(options, store);
    accounts.#schedule();
    return accounts;
  }

  /** Reads from the store once. Rejects when it can't be used. */
  check(): Promise<void> {
    return this.#store.check();
  }

  /** Writes to the store once. Rejects when it can't be written. */
  checkWrite(): Promise<void> {
    return this.#store.checkWrite();
  }

  /** Stops housekeeping and closes the store, after the last use. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#round;
    clearTimeout(this.#timer);
    await this.parts.lastUse.settled();
    await this.#store.close();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#runHousekeeping();
    }, this.#intervalMs).unref();
  }

  async #runHousekeeping(): Promise<void> {
    try {
      await this.#housekeeping.execute();
      this.#lastFailure = undefined;
    } catch (error) {
      const reason = reasonsOf(error).join('; ');
      // Rate-limited: an outage lasts for many rounds.
      if (reason !== this.#lastFailure)
        this.#log.warn(`Housekeeping of accounts failed and will be retried: ${reason}`);
      this.#lastFailure = reason;
    }
    if (this.#timer) this.#schedule();
  }
}

function accountParts(
  { accounts, sessions, devices, tokens, attempts }: OpenAccountStore,
  { settings, hasher, audit, sessionsEnded, now = () => new Date() }: AccountsOptions,
): AccountParts {
  const ports: AccountPorts = {
    accounts,
    sessions,
    devices,
    tokens,
    attempts,
    settings,
    hasher,
    secrets: new NodeSecrets(),
    audit,
    sessionsEnded,
    now,
    commonPasswords,
  };
  return {
    ...ports,
    issuer: new SessionIssuer(ports),
    throttle: new LogInThrottle(ports, networkOf),
    lastUse: new LastUse(ports),
  };
}

/** The messages of an error and of its parts, each once. */
function reasonsOf(error: unknown): string[] {
  const errors = error instanceof AggregateError ? error.errors.flatMap(reasonsOf) : [describe(error)];
  return [...new Set(errors)];
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
