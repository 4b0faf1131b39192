import { endOfCredentials } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { hashedForm } from '../../domain/password-policy.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import type { Session } from '../../domain/session.js';
import {
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
  /** IP address of the client. */
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
    const { issuer, audit } = this.#parts;
    const account = await currentAccount(this.#parts, principal);
    const session = await storedSession(this.#parts, principal);
    await requirePassword(this.#parts, { principal, password, address }, account.passwordHash);
    audit.record({ type: 'confirmation', accountId: account.id, address });
    return issuer.renew(account, session);
  }
}

/** A change of the password. */
interface ChangePasswordInput {
  readonly principal: SessionPrincipal;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether access tokens end as well. */
  readonly endTokens: boolean;
  /** IP address of the client. */
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
    const { accounts, hasher, issuer, audit } = this.#parts;
    const { principal, currentPassword, newPassword, address } = input;
    const account = await currentAccount(this.#parts, principal);
    const session = await storedSession(this.#parts, principal);
    const problem = await newPasswordProblem(this.#parts, newPassword, account.username, 'newPassword');
    if (problem) throw AccountError.invalidInput([problem]);
    await requirePassword(this.#parts, { principal, password: currentPassword, address }, account.passwordHash);
    const { credentialVersion, tokenVersion } = endOfCredentials(account);
    const changed = await accounts.change(
      account.id,
      { status: 'active', credentialVersion: account.credentialVersion },
      {
        passwordHash: await hasher.hash(hashedForm(newPassword), 'known'),
        credentialVersion,
        ...(input.endTokens && { tokenVersion }),
      },
    );
    if (!changed) throw new AccountError('UNAUTHENTICATED');
    audit.record({ type: 'password-changed', accountId: account.id, address });
    const issued = await issuer.renew(changed, session);
    await removeEnded(this.#parts, changed);
    return issued;
  }
}

/** Replaces the recovery code; the old one stops working. */
export class NewRecoveryCode {
  readonly #parts: Pick<AccountParts, 'accounts' | 'secrets' | 'audit' | 'now'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'secrets' | 'audit' | 'now'>) {
    this.#parts = parts;
  }

  /**
   * @returns The new code, to be shown once.
   * @throws AccountError RECENT_AUTHENTICATION_REQUIRED, UNAUTHENTICATED, STORE_UNAVAILABLE
   */
  async execute({ principal, address }: Pick<PasswordProof, 'principal' | 'address'>): Promise<string> {
    const { accounts, secrets, audit, now } = this.#parts;
    requireRecentAuthentication(principal, now());
    const recoveryCode = secrets.newRecoveryCode();
    const { accountId, credentialVersion } = principal;
    const expected = { status: 'active', credentialVersion } as const;
    const changes = { recoveryDigest: secrets.recoveryDigest(recoveryCode) };
    if (!(await accounts.change(accountId, expected, changes))) throw new AccountError('UNAUTHENTICATED');
    audit.record({ type: 'recovery-code-replaced', accountId, address });
    return recoveryCode;
  }
}

/** Verifies the password in a session's request. */
export async function requirePassword(
  parts: Pick<AccountParts, 'hasher' | 'throttle' | 'audit'>,
  { principal, password, address }: PasswordProof,
  passwordHash: string,
): Promise<void> {
  const { accountId, sessionId } = principal;
  const attempter = { kind: 'session', id: sessionId } as const;
  if ((await verified(parts, { attempter, password, passwordHash })) !== 'wrong') return;
  parts.audit.record({ type: 'confirmation-failed', accountId, address });
  throw new AccountError('WRONG_PASSWORD');
}

async function storedSession(
  { sessions }: Pick<AccountParts, 'sessions'>,
  { sessionDigest }: SessionPrincipal,
): Promise<Session> {
  const session = await sessions.find(sessionDigest);
  if (!session) throw new AccountError('UNAUTHENTICATED');
  return session;
}
