import { endOfCredentials, type Account } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { hashedForm } from '../../domain/password-policy.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import {
  changeAccount,
  currentAccount,
  newPasswordProblem,
  removeEnded,
  requireRecentAuthentication,
  verified,
} from './credentials.js';
import type { AccountParts } from './parts.js';
import type { IssuedSession } from './session-issuer.js';

/** A request of a session with its password. */
export interface PasswordProof {
  readonly principal: SessionPrincipal;
  readonly password: string;
  readonly address: string;
}

/** Confirms the password of a session: makes its authentication recent, and replaces its token. */
export class Confirm {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws AccountError WRONG_PASSWORD, UNAUTHENTICATED, INVALID_INPUT, TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE */
  async execute({ principal, password, address }: PasswordProof): Promise<IssuedSession> {
    const account = await requirePassword(this.#parts, { principal, password, address });
    const issued = await this.#parts.issuer.renew(account, principal);
    this.#parts.audit.record({ type: 'confirmation', accountId: account.id, address });
    return issued;
  }
}

interface ChangePasswordInput {
  readonly principal: SessionPrincipal;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether access tokens end as well. */
  readonly endTokens: boolean;
  readonly address: string;
}

/** Changes the password. The session gets a new token, every other session ends. */
export class ChangePassword {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws AccountError WRONG_PASSWORD, UNAUTHENTICATED, INVALID_INPUT, TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE */
  async execute(input: ChangePasswordInput): Promise<IssuedSession> {
    const { hasher, issuer, audit } = this.#parts;
    const { principal, currentPassword, newPassword, address } = input;
    const problem = await newPasswordProblem(this.#parts, newPassword, principal.username, 'newPassword');
    if (problem) throw AccountError.invalidInput([problem]);
    const account = await requirePassword(this.#parts, { principal, password: currentPassword, address });
    const passwordHash = await hasher.hash(hashedForm(newPassword), { account: account.id });
    const { credentialVersion, tokenVersion } = endOfCredentials(account);
    const changes = { passwordHash, credentialVersion, ...(input.endTokens && { tokenVersion }) };
    const changed = await changeAccount(this.#parts, principal, {}, changes);
    audit.record({ type: 'password-changed', accountId: account.id, address });
    // Unless the session has ended just now: the password is changed all the same.
    const issued = await issuer.renew(changed, principal);
    await removeEnded(this.#parts, changed);
    return issued;
  }
}

/** Replaces the recovery code; the old one stops working. */
export class NewRecoveryCode {
  readonly #parts: Pick<AccountParts, 'accounts' | 'sessions' | 'secrets' | 'audit' | 'now'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'sessions' | 'secrets' | 'audit' | 'now'>) {
    this.#parts = parts;
  }

  /**
   * @returns The new code, to be shown once.
   * @throws AccountError RECENT_AUTHENTICATION_REQUIRED, UNAUTHENTICATED, STORE_UNAVAILABLE; CHANGED_MEANWHILE when a
   * concurrent request has replaced it
   */
  async execute({ principal, address }: Pick<PasswordProof, 'principal' | 'address'>): Promise<string> {
    const { secrets, audit, now } = this.#parts;
    requireRecentAuthentication(principal, now());
    const { id, recoveryDigest } = await currentAccount(this.#parts, principal);
    const recoveryCode = secrets.newRecoveryCode();
    const changes = { recoveryDigest: secrets.recoveryDigest(recoveryCode) };
    await changeAccount(this.#parts, principal, { recoveryDigest }, changes);
    audit.record({ type: 'recovery-code-replaced', accountId: id, address });
    return recoveryCode;
  }
}

/**
 * Verifies the password in a session's request; returns the account as it is after that.
 *
 * @throws AccountError WRONG_PASSWORD; UNAUTHENTICATED, also when the session ended during the hash; INVALID_INPUT,
 * TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE
 */
export async function requirePassword(
  parts: Pick<AccountParts, 'accounts' | 'sessions' | 'hasher' | 'throttle' | 'audit'>,
  { principal, password, address }: PasswordProof,
): Promise<Account> {
  const { accountId, sessionId } = principal;
  const { passwordHash } = await currentAccount(parts, principal);
  const attempter = { kind: 'session', id: sessionId } as const;
  const requester = { account: accountId };
  const verdict = await verified(parts, { attempter, requester, password, passwordHash });
  if (verdict === 'wrong') {
    parts.audit.record({ type: 'confirmation-failed', accountId, address });
    throw new AccountError('WRONG_PASSWORD');
  }
  return currentAccount(parts, principal);
}
