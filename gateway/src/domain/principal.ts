import type { ListReach, Scope } from './access-token.js';

/** What sessions and tokens of an account have in common. */
interface AccountPrincipal {
  readonly accountId: string;
  /** Time zone of its user; undefined: unknown. */
  readonly timeZone: string | undefined;
}

/** A person, by the session of a browser. May do everything with the account. */
export interface SessionPrincipal extends AccountPrincipal {
  readonly via: 'session';
  readonly username: string;
  /** Public id of the session. */
  readonly sessionId: string;
  /** SHA-256 of the session token; internal. */
  readonly sessionDigest: string;
  /** Version of the account and the session. */
  readonly credentialVersion: number;
  /** Time of the last verification of the password. */
  readonly authenticatedOn: Date;
  /** Expiry of the session without further use. */
  readonly expiresOn: Date;
}

/** A program, by a bearer token. Limited to the scopes, without access to the account. */
export interface TokenPrincipal extends AccountPrincipal {
  readonly via: 'token';
  /** Public id of the token. */
  readonly tokenId: string;
  readonly scopes: readonly Scope[];
  /** Undefined: the account's first list alone. */
  readonly lists: ListReach | undefined;
  readonly expiresOn: Date;
}

/** The authenticated origin of a request. */
export type Principal = SessionPrincipal | TokenPrincipal;

/** Time after a verification of the password in which the account may be changed. */
const RECENT_AUTHENTICATION_MS = 10 * 60_000;

export function hasScope(principal: Principal, scope: Scope): boolean {
  return principal.via === 'session' || principal.scopes.includes(scope);
}

/** Whether the password was verified recently enough to change the account. */
export function isRecentlyAuthenticated(principal: SessionPrincipal, now: Date): boolean {
  return now.getTime() - principal.authenticatedOn.getTime() < RECENT_AUTHENTICATION_MS;
}
