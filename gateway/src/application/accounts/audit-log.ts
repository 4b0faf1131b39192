type AuditEventType =
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
  | 'invitation-created'
  | 'invitation-withdrawn'
  | 'list-joined'
  | 'list-left'
  | 'member-removed'
  | 'role-changed'
  | 'list-deleted'
  | 'list-restored'
  | 'account-exported'
  | 'account-disabled'
  | 'account-enabled'
  | 'account-reset'
  | 'account-deleting'
  | 'account-removed';

/** An entry of the audit log. Never contains a secret, nor a name as typed: it may be a password. */
export interface AuditEvent {
  readonly type: AuditEventType;
  /** Undefined when there is no account, for instance for an unknown name. */
  readonly accountId?: string | undefined;
  /** Of what is shared. */
  readonly listId?: string | undefined;
  /** New role of the member, or the role that the invitation gives. */
  readonly role?: string | undefined;
  /** Account that another one gave a role, or removed. */
  readonly memberAccountId?: string | undefined;
  /** Origin of the request; undefined for operators and the service itself. */
  readonly address?: string | undefined;
}

/** Log of security events. */
export abstract class AuditLog {
  /** Must not throw. */
  abstract record(event: AuditEvent): void;
}
