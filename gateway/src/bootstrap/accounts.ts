import type { Logger } from '@tasks/service';
import { WatchedAuditLog } from '../app.module.js';
import type { AccountPorts } from '../application/accounts/account-ports.js';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { LogInThrottle } from '../application/accounts/log-in-throttle.js';
import type { AccountParts } from '../application/accounts/parts.js';
import type { PasswordHasher } from '../application/accounts/password-hasher.js';
import { SessionIssuer } from '../application/accounts/session-issuer.js';
import type { TaskService } from '../application/tasks/task-service.js';
import type { GatewayConfig } from '../config/config.js';
import { commonPasswords } from '../infrastructure/hashing/common-passwords.js';
import { NodeSecrets } from '../infrastructure/hashing/node-secrets.js';
import { networkOf } from '../infrastructure/network/network-of.js';
import { MemoryAccountStore } from '../infrastructure/persistence/memory/memory-account-store.js';
import type { EventStreams } from '../interface/http/event-streams.js';

/** What accounts need beside the configuration. */
export interface AccountNeeds {
  readonly hasher: PasswordHasher;
  readonly tasks: TaskService;
  readonly streams: EventStreams;
  readonly log: Logger;
  /** Default: that of this machine. */
  readonly now: (() => Date) | undefined;
}

/** The accounts of a running gateway. */
export interface RunningAccounts {
  readonly parts: AccountParts;
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the account store. */
export function startAccounts(
  { isSignUpOpen, passwordMinLength, sessionIdleDays, sessionMaxDays }: GatewayConfig,
  { hasher, streams, log, now = () => new Date() }: AccountNeeds,
): Promise<RunningAccounts> {
  const store = new MemoryAccountStore();
  const auditLog: AuditLog = {
    record: (event) => {
      log.info({ audit: event }, event.type);
    },
  };
  const ports: AccountPorts = {
    accounts: store.accounts,
    sessions: store.sessions,
    tokens: store.tokens,
    attempts: store.attempts,
    settings: { isSignUpOpen, passwordMinLength, sessionIdleDays, sessionMaxDays },
    hasher,
    secrets: new NodeSecrets(),
    audit: new WatchedAuditLog(auditLog, (accountId) => void streams.recheck(accountId)),
    now,
    commonPasswords,
  };
  const parts = { ...ports, issuer: new SessionIssuer(ports), throttle: new LogInThrottle(ports, networkOf) };
  return Promise.resolve({ parts, check: () => store.check(), stop: () => store.close() });
}
