import { networkOf } from '@tasks/service/network';
import type { AccountSettings, AccountStore, Origin } from '../../src/application/accounts/account-ports.js';
import type { AuditEvent } from '../../src/application/accounts/audit-log.js';
import { Authenticate } from '../../src/application/accounts/authenticate.js';
import { LogIn } from '../../src/application/accounts/log-in.js';
import { LastUse } from '../../src/application/accounts/last-use.js';
import { LogInThrottle, type ThrottleLimits } from '../../src/application/accounts/log-in-throttle.js';
import type { AccountParts } from '../../src/application/accounts/parts.js';
import type { PasswordHasher } from '../../src/application/accounts/password-hasher.js';
import { SessionIssuer } from '../../src/application/accounts/session-issuer.js';
import { type SignedUp, SignUp } from '../../src/application/accounts/sign-up.js';
import { DEFAULT_ACCOUNT_SETTINGS } from '../../src/application/accounts/account-ports.js';
import type { SessionPrincipal } from '../../src/domain/principal.js';
import { NodeSecrets } from '../../src/infrastructure/hashing/node-secrets.js';
import { ScryptPasswordHasher } from '../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { MemoryAccountStore } from '../../src/infrastructure/persistence/memory/memory-account-store.js';

/** Milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export const PASSWORD = 'purple tractor sings loudly';

export const ORIGIN: Origin = { address: '192.0.2.1', userAgent: 'Test/1.0' };

/** A hasher with negligible time. */
export function cheapHasher(logN = 1): ScryptPasswordHasher {
  return new ScryptPasswordHasher({ logN, r: 1, p: 1 }, { concurrency: 4, maxWaitMs: 60_000 });
}

/** Replaceable parts. */
interface TestAccountOptions {
  readonly store?: AccountStore;
  readonly hasher?: PasswordHasher;
  readonly settings?: Partial<AccountSettings>;
  readonly throttle?: ThrottleLimits;
}

/** The use cases of accounts over a store, with a manual clock. */
export class TestAccounts {
  readonly parts: AccountParts;
  readonly audit: AuditEvent[] = [];
  /** Accounts whose sessions or tokens have ended, one entry for each notification. */
  readonly ended: string[] = [];
  #time = Date.UTC(2026, 0, 1);
  #names = 0;

  constructor({
    store = new MemoryAccountStore(),
    hasher = cheapHasher(),
    settings,
    throttle,
  }: TestAccountOptions = {}) {
    const ports = {
      accounts: store.accounts,
      sessions: store.sessions,
      devices: store.devices,
      tokens: store.tokens,
      attempts: store.attempts,
      lists: store.lists,
      settings: { ...DEFAULT_ACCOUNT_SETTINGS, ...settings },
      hasher,
      secrets: new NodeSecrets(),
      audit: { record: (event: AuditEvent) => void this.audit.push(event) },
      sessionsEnded: {
        notify: (accountId: string) => void this.ended.push(accountId),
        notifyAll: () => undefined,
      },
      now: () => new Date(this.#time),
      commonPasswords: () => Promise.resolve(new Set(['password', 'letmein', 'iloveyou'])),
    };
    const limits = throttle;
    this.parts = {
      ...ports,
      issuer: new SessionIssuer(ports),
      lastUse: new LastUse(ports),
      throttle: limits ? new LogInThrottle(ports, networkOf, limits) : new LogInThrottle(ports, networkOf),
    };
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
  }

  /** A new account, logged in. */
  signUp(username = `user-${String(++this.#names)}`, origin = ORIGIN): Promise<SignedUp> {
    return new SignUp(this.parts).execute({ username, password: PASSWORD, ...origin });
  }

  /** Logs in; rejects as the use case does. */
  logIn(username: string, password = PASSWORD, origin = ORIGIN): ReturnType<LogIn['execute']> {
    return new LogIn(this.parts).execute({ username, password, ...origin });
  }

  principal(sessionToken: string): Promise<SessionPrincipal> {
    return new Authenticate(this.parts).bySession(sessionToken);
  }
}

/** Matches an AccountError of this code in `toMatchObject` and `toThrow`. */
export function accountError(code: string, details: object = {}): object {
  return { name: 'AccountError', code, ...details };
}
