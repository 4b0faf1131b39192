import type { Scope } from './access-token.js';

/** A person, by the session of a browser. May do everything that the account may. */
export interface SessionPrincipal {
  readonly via: 'session';
  readonly accountId: string;
  readonly username: string;
  /** Public id of the session. */
  readonly sessionId: string;
  /** SHA-256 of the session token; not for the outside. */
  readonly sessionDigest: string;
  /** That of the account and the session. */
  readonly credentialVersion: number;
  /** When the password was last verified. */
  readonly authenticatedOn: Date;
  /** When the session ends if it is not used again. */
  readonly expiresOn: Date;
}

/** A program, by a bearer token. May do what the scopes permit, never touch the account. */
export interface TokenPrincipal {
  readonly via: 'token';
  readonly accountId: string;
  /** Public id of the token. */
  readonly tokenId: string;
  readonly scopes: readonly Scope[];
  readonly expiresOn: Date;
}

/** Who makes a request. */
export type Principal = SessionPrincipal | TokenPrincipal;

/** How long after a password was verified the account may be changed without asking again. */
export const RECENT_AUTHENTICATION_MS = 10 * 60_000;

/** Whether the principal may do what this scope covers. */
export function hasScope(principal: Principal, scope: Scope): boolean {
  return principal.via === 'session' || principal.scopes.includes(scope);
}

/** Whether the password was verified recently enough to change the account. */
export function isRecentlyAuthenticated(principal: SessionPrincipal, now: Date): boolean {
  return now.getTime() - principal.authenticatedOn.getTime() < RECENT_AUTHENTICATION_MS;
}
