import type { Account, AccountChanges, AccountExpectation } from '../../domain/account.js';
import { AccountError, type InputProblem } from '../../domain/account.errors.js';
import { hashedForm, isImpossiblePassword, PASSWORD_MAX_BYTES, passwordProblem } from '../../domain/password-policy.js';
import { isRecentlyAuthenticated, type SessionPrincipal } from '../../domain/principal.js';
import { storedUsernames } from '../../domain/username.js';
import type { AccountPorts } from './account-ports.js';
import type { Attempter, LogInThrottle } from './log-in-throttle.js';
import type { HashRequester, PasswordVerdict } from './password-hasher.js';
import { isAsExpected } from './row-repository.js';

/** Returns the rule that a new password breaks, if any. */
export async function newPasswordProblem(
  { settings, commonPasswords }: Pick<AccountPorts, 'settings' | 'commonPasswords'>,
  password: string,
  username: string,
  field: 'password' | 'newPassword',
): Promise<InputProblem | undefined> {
  const rules = { minLength: settings.passwordMinLength, commonPasswords: await commonPasswords() };
  return passwordProblem(password, username, field, rules);
}

/**
 * Returns the account with a username as typed, in any case.
 *
 * @throws AccountError STORE_UNAVAILABLE
 */
export async function accountByName(
  { accounts }: Pick<AccountPorts, 'accounts'>,
  username: string,
): Promise<Account | undefined> {
  for (const name of storedUsernames(username)) {
    const account = await accounts.findByName(name);
    if (account) return account;
  }
  return undefined;
}

interface Verification {
  readonly attempter: Attempter;
  readonly requester: HashRequester;
  readonly password: string;
  /** Undefined: no such account; the work is the same. */
  readonly passwordHash: string | undefined;
}

/**
 * Verifies a password with one hash in all cases, and counts the attempt.
 *
 * @throws AccountError INVALID_INPUT, TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE
 */
export async function verified(
  { hasher, throttle }: Pick<AccountPorts, 'hasher'> & { readonly throttle: LogInThrottle },
  { attempter, requester, password, passwordHash }: Verification,
): Promise<PasswordVerdict> {
  if (isImpossiblePassword(password)) {
    throw AccountError.invalidInput([{ field: 'password', rule: 'too-long', limit: PASSWORD_MAX_BYTES }]);
  }
  // Before the attempt is counted, so that a flood rejected as BUSY writes nothing to the store.
  hasher.requireCapacity(requester);
  const attempt = await throttle.begin(attempter);
  let verdict: PasswordVerdict;
  try {
    verdict = await hasher.verify(hashedForm(password), passwordHash, requester);
  } catch (error) {
    await attempt.withdrawn();
    throw error;
  }
  if (verdict !== 'wrong') await attempt.succeeded();
  return verdict;
}

/** @throws AccountError RECENT_AUTHENTICATION_REQUIRED */
export function requireRecentAuthentication(principal: SessionPrincipal, now: Date): void {
  if (!isRecentlyAuthenticated(principal, now)) throw new AccountError('RECENT_AUTHENTICATION_REQUIRED');
}

/**
 * Returns the account of a session that has not ended and still has this token.
 *
 * @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE
 */
export async function currentAccount(
  { accounts, sessions }: Pick<AccountPorts, 'accounts' | 'sessions'>,
  { accountId, credentialVersion, sessionId, sessionDigest }: SessionPrincipal,
): Promise<Account> {
  // In this order: `changeAccount` relies on a tag that is older than the check of the session.
  const account = await accounts.findById(accountId);
  const session = await sessions.find(sessionId);
  if (
    account?.status !== 'active' ||
    account.credentialVersion !== credentialVersion ||
    session?.digest !== sessionDigest ||
    session.credentialVersion !== credentialVersion
  ) {
    throw new AccountError('UNAUTHENTICATED');
  }
  return account;
}

/**
 * Changes the account on behalf of a session, unless that ended before the change, on whichever instance. The end of
 * another session only repeats the check.
 *
 * @throws AccountError UNAUTHENTICATED; CHANGED_MEANWHILE when the account differs from `expected`; STORE_UNAVAILABLE
 */
export async function changeAccount(
  parts: Pick<AccountPorts, 'accounts' | 'sessions'>,
  principal: SessionPrincipal,
  expected: AccountExpectation,
  changes: AccountChanges,
): Promise<Account> {
  for (;;) {
    const account = await currentAccount(parts, principal);
    if (!isAsExpected(account, expected)) throw new AccountError('CHANGED_MEANWHILE');
    const { id, status, credentialVersion, sessionsTag } = account;
    const seen = { ...expected, status, credentialVersion, sessionsTag };
    const changed = await parts.accounts.change(id, seen, changes);
    if (changed) return changed;
  }
}

/**
 * Ends sessions of one account. A change of the account on behalf of one of them fails from now on.
 *
 * @throws AccountError STORE_UNAVAILABLE
 */
export async function endSessions(
  {
    accounts,
    sessions,
    secrets,
    sessionsEnded,
  }: Pick<AccountPorts, 'accounts' | 'sessions' | 'secrets' | 'sessionsEnded'>,
  accountId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sessions.remove(ids);
  try {
    await accounts.change(accountId, {}, { sessionsTag: secrets.newId() });
  } finally {
    // The sessions are removed: their open streams have to end even if this write fails.
    sessionsEnded.notify(accountId);
  }
}

/** Removes the sessions and tokens ended by a change of the account; they have stopped working before. */
export async function removeEnded(
  { sessions, tokens, sessionsEnded }: Pick<AccountPorts, 'sessions' | 'tokens' | 'sessionsEnded'>,
  { id, credentialVersion, tokenVersion }: Account,
): Promise<void> {
  sessionsEnded.notify(id);
  const [sessionsThere, tokensThere] = await Promise.all([sessions.listByAccount(id), tokens.listByAccount(id)]);
  await Promise.all([
    sessions.remove(idsOf(sessionsThere.filter((session) => session.credentialVersion < credentialVersion))),
    tokens.remove(digestsOf(tokensThere.filter((token) => token.tokenVersion < tokenVersion))),
  ]);
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

export function digestsOf(rows: readonly { readonly digest: string }[]): string[] {
  return rows.map(({ digest }) => digest);
}
