import { AccountError } from '../../domain/account.errors.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import type { Session } from '../../domain/session.js';
import { currentAccount, endSessions, idsOf } from './credentials.js';
import type { AccountParts } from './parts.js';

export interface SessionView extends Pick<Session, 'id' | 'createdOn' | 'lastSeenOn' | 'expiresOn' | 'userAgent'> {
  readonly isCurrent: boolean;
}

/** Returns a session as shown to its user. */
export function sessionView(
  { id, createdOn, lastSeenOn, expiresOn, userAgent }: Omit<SessionView, 'isCurrent'>,
  { sessionId }: SessionPrincipal,
): SessionView {
  return { id, createdOn, lastSeenOn, expiresOn, userAgent, isCurrent: id === sessionId };
}

interface SessionRequest {
  readonly principal: SessionPrincipal;
  readonly address: string;
}

type Parts = Pick<AccountParts, 'accounts' | 'sessions' | 'secrets' | 'audit' | 'sessionsEnded' | 'now'>;

export class LogOut {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AccountError STORE_UNAVAILABLE */
  async execute({ principal: { accountId, sessionId }, address }: SessionRequest): Promise<void> {
    await endSessions(this.#parts, accountId, [sessionId]);
    this.#parts.audit.record({ type: 'log-out', accountId, address });
  }
}

/** Lists the account's sessions, the last used first. */
export class ListSessions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE */
  async execute(principal: SessionPrincipal): Promise<readonly SessionView[]> {
    const account = await currentAccount(this.#parts, principal);
    const sessions = await this.#parts.sessions.listByAccount(account.id);
    const now = this.#parts.now();
    return sessions
      .filter((session) => session.credentialVersion === account.credentialVersion && session.expiresOn > now)
      .toSorted((one, other) => other.lastSeenOn.getTime() - one.lastSeenOn.getTime())
      .map((session) => sessionView(session, principal));
  }
}

/** Ends one session of the account, possibly that of the request. */
export class EndSession {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param request `id`: the public id of the session.
   * @throws AccountError NOT_FOUND, STORE_UNAVAILABLE
   */
  async execute({ principal, address, id }: SessionRequest & { readonly id: string }): Promise<void> {
    const { sessions, audit, now } = this.#parts;
    const { accountId, credentialVersion } = principal;
    const session = await sessions.find(id);
    if (session?.accountId !== accountId) throw new AccountError('NOT_FOUND');
    await endSessions(this.#parts, accountId, [id]);
    // To users, an expired session does not exist.
    if (session.credentialVersion !== credentialVersion || session.expiresOn <= now()) {
      throw new AccountError('NOT_FOUND');
    }
    audit.record({ type: 'session-ended', accountId, address });
  }
}

/** Ends every session of the account except that of the request. */
export class EndOtherSessions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AccountError STORE_UNAVAILABLE */
  async execute({ principal: { accountId, sessionId }, address }: SessionRequest): Promise<void> {
    const { sessions, audit } = this.#parts;
    const others = (await sessions.listByAccount(accountId)).filter(({ id }) => id !== sessionId);
    await endSessions(this.#parts, accountId, idsOf(others));
    audit.record({ type: 'sessions-ended', accountId, address });
  }
}
