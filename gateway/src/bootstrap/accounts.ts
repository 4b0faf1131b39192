import type { StoreLog } from '@tasks/embedded-store';
import {
  describeStore,
  SharedProbe,
  type LiveMetrics,
  type MetricsSource,
  type Part,
  type Probes,
  type StoreConfig,
} from '@tasks/service';
import { networkOf } from '@tasks/service/network';
import { openAccountStore } from './account-stores.js';
import type { AccountPorts, AccountSettings, OpenAccountStore } from '../application/accounts/account-ports.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { Housekeeping } from '../application/accounts/housekeeping.js';
import { LastUse } from '../application/accounts/last-use.js';
import { LogInThrottle } from '../application/accounts/log-in-throttle.js';
import type { AccountParts } from '../application/accounts/parts.js';
import type { PasswordHasher } from '../application/accounts/password-hasher.js';
import { SessionIssuer } from '../application/accounts/session-issuer.js';
import type { TaskRemoval } from '../application/accounts/task-removal.js';
import type { SessionsEnded } from '../application/accounts/sessions-ended.js';
import { STORE_VARIABLES } from '../config/config.js';
import { commonPasswords } from '../infrastructure/hashing/common-passwords.js';
import { ScryptPasswordHasher } from '../infrastructure/hashing/scrypt-password-hasher.js';
import { NodeSecrets } from '../infrastructure/hashing/node-secrets.js';

/** Dependencies of the accounts. */
interface AccountsOptions {
  readonly store: StoreConfig;
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

/** What works while the store is open. */
interface OpenAccounts {
  readonly store: OpenAccountStore;
  readonly parts: AccountParts;
  readonly housekeeping: Housekeeping;
}

/** The accounts of a running gateway: the store, the parts of the use cases, and housekeeping. */
export class Accounts implements Part, MetricsSource {
  readonly name = 'Account store';
  readonly metrics = [this];
  readonly probes: Probes;
  readonly #options: AccountsOptions;
  readonly #reads = new SharedProbe(() => this.#open.store.check());
  readonly #writes = new SharedProbe(() => this.#open.store.checkWrite());
  #opened: OpenAccounts | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #lastFailure: string | undefined;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.probes = {
      accounts: async () => {
        const answer = await this.#reads.answer('Account store unavailable');
        // Those who are logged in go on: no reason to take the instance out of service.
        return answer.ok ? { ...(await this.#writes.answer('Account store is read-only')), ok: true } : answer;
      },
    };
  }

  /** What use cases are made of, once started. */
  get parts(): AccountParts {
    return this.#open.parts;
  }

  /** Opens the store and begins housekeeping. @throws as `openAccountStore` */
  async start(): Promise<void> {
    const { store: config, log, sessionsEnded, tasks } = this.#options;
    const store = await openAccountStore(config, log, () => {
      sessionsEnded.notifyAll();
    });
    const parts = accountParts(store, this.#options);
    this.#opened = { store, parts, housekeeping: new Housekeeping(parts, tasks) };
    this.#schedule();
  }

  /** Stops housekeeping and closes the store, after the last use. */
  async stop(): Promise<void> {
    if (this.#opened === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#round;
    clearTimeout(this.#timer);
    await this.#opened.parts.lastUse.settled();
    await this.#opened.store.close();
  }

  registerIn(live: LiveMetrics): void {
    live.gauge('gateway_account_store_up', 'Whether the account store answered a round trip (1) or not (0)', () =>
      this.#reads.isUp(),
    );
    live.gauge('gateway_account_store_writable', 'Whether the account store could be written (1) or not (0)', () =>
      this.#writes.isUp(),
    );
    const help = 'Size of the log beside the data file of the embedded account store';
    live.gauge('gateway_account_store_log_bytes', help, () => this.#opened?.store.logBytes);
    const { hasher } = this.#options;
    live.gauge('gateway_password_hashes_queued', 'Password hashes running or queued', () =>
      hasher instanceof ScryptPasswordHasher ? hasher.queueLength : 0,
    );
  }

  describe(): readonly string[] {
    return [describeStore(this.#options.store, 'Accounts', STORE_VARIABLES, 'GATEWAY_MONGODB_URI')];
  }

  get #open(): OpenAccounts {
    if (this.#opened === undefined) throw new Error('The account store is not open');
    return this.#opened;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#runHousekeeping();
    }, this.#options.housekeepingIntervalMs ?? HOUSEKEEPING_INTERVAL_MS).unref();
  }

  async #runHousekeeping(): Promise<void> {
    try {
      await this.#open.housekeeping.execute();
      this.#lastFailure = undefined;
    } catch (error) {
      const reason = reasonsOf(error).join('; ');
      // Rate-limited: an outage lasts for many rounds.
      if (reason !== this.#lastFailure)
        this.#options.log.warn(`Housekeeping of accounts failed and will be retried: ${reason}`);
      this.#lastFailure = reason;
    }
    if (this.#timer) this.#schedule();
  }
}

function accountParts(
  { accounts, sessions, devices, tokens, attempts, lists }: OpenAccountStore,
  { settings, hasher, audit, sessionsEnded, now = () => new Date() }: AccountsOptions,
): AccountParts {
  const ports: AccountPorts = {
    accounts,
    sessions,
    devices,
    tokens,
    attempts,
    lists,
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
