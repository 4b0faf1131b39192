import { AccountError } from '../../domain/account.errors.js';
import type { SessionPrincipal, TokenPrincipal } from '../../domain/principal.js';
import { sessionIdOf } from '../../domain/session.js';
import type { AccountParts } from './parts.js';

type Parts = Pick<AccountParts, 'accounts' | 'sessions' | 'tokens' | 'secrets' | 'issuer' | 'lastUse' | 'now'>;

/** Authenticates a request, by a session token or by an access token. */
export class Authenticate {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE */
  async bySession(sessionToken: string): Promise<SessionPrincipal> {
    const { accounts, sessions, secrets, issuer, lastUse } = this.#parts;
    const now = this.#parts.now();
    const id = sessionIdOf(sessionToken);
    const session = id === undefined ? undefined : await sessions.find(id);
    if (session?.digest !== secrets.digest(sessionToken) || session.expiresOn <= now) {
      throw new AccountError('UNAUTHENTICATED');
    }
    const account = await accounts.findById(session.accountId);
    if (account?.status !== 'active' || account.credentialVersion !== session.credentialVersion) {
      throw new AccountError('UNAUTHENTICATED');
    }
    lastUse.ofSession(session, now, issuer.expiry(session, now));
    return {
      via: 'session',
      accountId: account.id,
      timeZone: account.timeZone,
      username: account.username,
      sessionId: session.id,
      sessionDigest: session.digest,
      credentialVersion: session.credentialVersion,
      authenticatedOn: session.authenticatedOn,
      expiresOn: session.expiresOn,
    };
  }

  /** @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE */
  async byAccessToken(accessToken: string): Promise<TokenPrincipal> {
    const { accounts, tokens, secrets, lastUse } = this.#parts;
    const now = this.#parts.now();
    // A typing error is detected without the store.
    if (!secrets.isAccessToken(accessToken)) throw new AccountError('UNAUTHENTICATED');
    const token = await tokens.find(secrets.digest(accessToken));
    if (!token || token.expiresOn <= now) throw new AccountError('UNAUTHENTICATED');
    const account = await accounts.findById(token.accountId);
    if (account?.status !== 'active' || account.tokenVersion !== token.tokenVersion) {
      throw new AccountError('UNAUTHENTICATED');
    }
    lastUse.ofToken(token, now);
    const { id: tokenId, accountId, scopes, lists, expiresOn } = token;
    const { timeZone } = account;
    return { via: 'token', accountId, timeZone, tokenId, scopes, lists, expiresOn };
  }
}
