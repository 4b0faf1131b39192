import type { Account } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { DAY_MS } from '../../domain/days.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { sessionIdOf, sessionTokenOf, type Device, type Session } from '../../domain/session.js';
import { ListAccess } from '../lists/list-access.js';
import type { AccountPorts, Origin } from './account-ports.js';
import { digestsOf, endSessions, idsOf } from './credentials.js';

/** Maximum number of sessions of an account; beyond it, the one unused for longest ends. */
export const MAX_SESSIONS = 50;
/** Maximum number of devices of an account; beyond it, the oldest is removed. */
const MAX_DEVICES = 50;
/** Lifetime of a known device, in days. */
const DEVICE_DAYS = 365;

const USER_AGENT_MAX_LENGTH = 256;

/** A new session, with the secrets for the browser. */
export interface IssuedSession {
  readonly account: Account;
  readonly session: Session;
  readonly sessionToken: string;
  /** Set when the browser has to store a new device token. */
  readonly newDevice: { readonly deviceToken: string; readonly expiresOn: Date } | undefined;
}

type Parts = Pick<
  AccountPorts,
  'accounts' | 'sessions' | 'devices' | 'lists' | 'secrets' | 'settings' | 'sessionsEnded' | 'now'
>;

/** Begins sessions and replaces their tokens. */
export class SessionIssuer {
  readonly #parts: Parts;
  readonly #access: ListAccess;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#access = new ListAccess(parts);
  }

  /**
   * Starts a session of an account whose password was verified just now. The browser's previous session ends. The account's
   * first list is stored if it is missing.
   */
  async begin(account: Account, { userAgent, deviceToken, sessionToken: previous }: Origin): Promise<IssuedSession> {
    const { sessions, secrets, now } = this.#parts;
    const id = secrets.newId();
    const { sessionToken, ...issued } = this.#issued(id);
    const session: Session = {
      id,
      accountId: account.id,
      credentialVersion: account.credentialVersion,
      createdOn: now(),
      userAgent: userAgent.slice(0, USER_AGENT_MAX_LENGTH),
      ...issued,
    };
    const [newDevice] = await Promise.all([
      this.#knownOrNewDevice(account.id, deviceToken),
      sessions.add(session),
      this.#access.storeFirstList(account.id),
    ]);
    if (previous !== undefined) await this.#end(previous);
    await this.#dropSurplus(account.id);
    return { account, session, sessionToken, newDevice };
  }

  /**
   * Replaces the token of a session whose password was verified again; the old token ends.
   *
   * @throws AccountError UNAUTHENTICATED when the session has ended or got another token meanwhile; STORE_UNAVAILABLE
   */
  async renew(
    account: Account,
    { sessionId, sessionDigest, credentialVersion }: SessionPrincipal,
  ): Promise<IssuedSession> {
    const { sessions, sessionsEnded } = this.#parts;
    const { sessionToken, ...issued } = this.#issued(sessionId);
    const session = await sessions.change(
      sessionId,
      { digest: sessionDigest, credentialVersion },
      { credentialVersion: account.credentialVersion, ...issued },
    );
    if (!session) throw new AccountError('UNAUTHENTICATED');
    sessionsEnded.notify(account.id);
    return { account, session, sessionToken, newDevice: undefined };
  }

  /** Returns when a session that is used now expires without further use. */
  expiry({ endsOn }: Pick<Session, 'endsOn'>, now: Date): Date {
    return new Date(Math.min(now.getTime() + this.#parts.settings.sessionIdleDays * DAY_MS, endsOn.getTime()));
  }

  /** Returns the device of this token, if it is known and not expired. */
  async knownDevice(deviceToken: string | undefined): Promise<Device | undefined> {
    if (deviceToken === undefined) return undefined;
    const device = await this.#parts.devices.find(this.#parts.secrets.digest(deviceToken));
    return device && device.expiresOn > this.#parts.now() ? device : undefined;
  }

  /** A new token of a session, and what is stored with it. */
  #issued(
    id: string,
  ): Pick<Session, 'digest' | 'authenticatedOn' | 'lastSeenOn' | 'endsOn' | 'expiresOn'> &
    Pick<IssuedSession, 'sessionToken'> {
    const { secrets, settings } = this.#parts;
    const now = this.#parts.now();
    const sessionToken = sessionTokenOf(id, secrets.newToken());
    const endsOn = new Date(now.getTime() + settings.sessionMaxDays * DAY_MS);
    return {
      sessionToken,
      digest: secrets.digest(sessionToken),
      authenticatedOn: now,
      lastSeenOn: now,
      endsOn,
      expiresOn: this.expiry({ endsOn }, now),
    };
  }

  /** Ends the session of a token, of any account. */
  async #end(sessionToken: string): Promise<void> {
    const { sessions, secrets } = this.#parts;
    const id = sessionIdOf(sessionToken);
    const session = id === undefined ? undefined : await sessions.find(id);
    if (session?.digest === secrets.digest(sessionToken))
      await endSessions(this.#parts, session.accountId, [session.id]);
  }

  async #knownOrNewDevice(accountId: string, deviceToken: string | undefined): Promise<IssuedSession['newDevice']> {
    const { devices, secrets, now } = this.#parts;
    if ((await this.knownDevice(deviceToken))?.accountId === accountId) return undefined;
    const token = secrets.newToken();
    const expiresOn = new Date(now().getTime() + DEVICE_DAYS * DAY_MS);
    await devices.add({ digest: secrets.digest(token), accountId, expiresOn });
    return { deviceToken: token, expiresOn };
  }

  async #dropSurplus(accountId: string): Promise<void> {
    const { sessions, devices } = this.#parts;
    const [sessionsThere, devicesThere] = await Promise.all([
      sessions.listByAccount(accountId),
      devices.listByAccount(accountId),
    ]);
    const oldSessions = surplus(sessionsThere, MAX_SESSIONS, ({ lastSeenOn }) => lastSeenOn);
    const oldDevices = surplus(devicesThere, MAX_DEVICES, ({ expiresOn }) => expiresOn);
    await endSessions(this.#parts, accountId, idsOf(oldSessions));
    await devices.remove(digestsOf(oldDevices));
  }
}

/** The oldest rows beyond the maximum number. */
function surplus<Row>(rows: readonly Row[], max: number, time: (row: Row) => Date): Row[] {
  return rows.toSorted((one, other) => time(other).getTime() - time(one).getTime()).slice(max);
}
