/** What happened to an account. */
export type AuditEventType =
  | 'sign-up'
  | 'log-in'
  | 'log-in-failed'
  | 'log-out'
  | 'confirmation'
  | 'confirmation-failed'
  | 'recovery'
  | 'recovery-failed'
  | 'password-changed'
  | 'recovery-code-replaced'
  | 'session-ended'
  | 'sessions-ended'
  | 'token-created'
  | 'token-revoked'
  | 'account-exported'
  | 'account-disabled'
  | 'account-enabled'
  | 'account-reset'
  | 'account-deleting'
  | 'account-removed';

/** An entry of the audit log. Never holds a secret, nor a name as typed: it may be a password. */
export interface AuditEvent {
  readonly type: AuditEventType;
  /** Undefined when no account is meant, for instance by an unknown name. */
  readonly accountId?: string | undefined;
  /** Where the request came from; undefined for operators and the service itself. */
  readonly address?: string | undefined;
}

/** Where security events are written. */
export abstract class AuditLog {
  /** Must not throw. */
  abstract record(event: AuditEvent): void;
}
