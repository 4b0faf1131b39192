import type { SessionView } from '../../application/accounts/sessions.js';
import type { SignUpRules } from '../../application/accounts/sign-up.js';
import type { CreatedToken, TokenView } from '../../application/accounts/tokens.js';
import type { Account } from '../../domain/account.js';
import type { SessionPrincipal } from '../../domain/principal.js';

/** Maps an account to its API form. */
export function toAccountBody({ id, username, createdOn }: Pick<Account, 'id' | 'username' | 'createdOn'>): object {
  return { id, username, createdOn };
}

export function toAccountRulesBody({ isOpen, passwordMinLength }: SignUpRules): object {
  return { signUp: isOpen ? 'open' : 'closed', passwordMinLength };
}

export function toWhoAmIBody(principal: SessionPrincipal): object {
  const { accountId, username, timeZone = null, sessionId, authenticatedOn, expiresOn } = principal;
  return {
    account: { id: accountId, username, timeZone },
    session: { id: sessionId, confirmedOn: authenticatedOn, expiresAt: expiresOn },
  };
}

export function toSessionBody({ id, createdOn, lastSeenOn, expiresOn, userAgent, isCurrent }: SessionView): object {
  return { id, device: userAgent, createdOn, lastSeenOn, expiresAt: expiresOn, current: isCurrent };
}

export function toTokenBody({
  id,
  name,
  scopes,
  lists,
  createdOn,
  expiresOn,
  lastFour,
  lastUsedOn,
}: TokenView): object {
  return { id, name, scopes, lists, createdOn, expiresAt: expiresOn, lastFour, lastUsedOn: lastUsedOn ?? null };
}

export function toCreatedTokenBody(created: CreatedToken): object {
  return { ...toTokenBody(created), token: created.token };
}
