import type { Account } from '../../domain/account.js';
import type { Device, Session } from '../../domain/session.js';
import type { AccountPorts, Origin } from './account-ports.js';

/** Maximum number of sessions of an account; beyond it, the one unused for longest ends. */
export const MAX_SESSIONS = 50;
/** Maximum number of devices of an account; beyond it, the oldest is removed. */
const MAX_DEVICES = 50;
/** Lifetime of a known device, in days. */
const DEVICE_DAYS = 365;

const USER_AGENT_MAX_LENGTH = 256;
const DAY_MS = 86_400_000;

/** A new session, with the secrets for the browser. */
export interface IssuedSession {
  readonly account: Account;
  readonly session: Session;
  readonly sessionToken: string;
  /** Set when the browser has to store a new device token. */
  readonly newDevice: { readonly deviceToken: string; readonly expiresOn: Date } | undefined;
}

/** Begins sessions and replaces their tokens. */
export class SessionIssuer {
  readonly #parts: Pick<AccountPorts, 'sessions' | 'devices' | 'secrets' | 'settings' | 'now'>;

  constructor(parts: Pick<AccountPorts, 'sessions' | 'devices' | 'secrets' | 'settings' | 'now'>) {
    this.#parts = parts;
  }

  /** Starts a session of an account whose password was verified just now. */
  async begin(account: Account, { userAgent, deviceToken }: Origin): Promise<IssuedSession> {
    const { secrets, now } = this.#parts;
    const createdOn = now();
    const [issued, newDevice] = await Promise.all([
      this.#store(account, { id: secrets.newId(), createdOn, userAgent: userAgent.slice(0, USER_AGENT_MAX_LENGTH) }),
      this.#knownOrNewDevice(account.id, deviceToken),
    ]);
    await this.#dropSurplus(account.id);
    return { ...issued, newDevice };
  }

  /** Replaces the token of a session whose password was verified again. The old token ends. */
  async renew(account: Account, old: Session): Promise<IssuedSession> {
    const issued = await this.#store(account, old);
    await this.#parts.sessions.remove([old.digest]);
    return { ...issued, newDevice: undefined };
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

  async #store(
    account: Account,
    { id, createdOn, userAgent }: Pick<Session, 'id' | 'createdOn' | 'userAgent'>,
  ): Promise<Omit<IssuedSession, 'newDevice'>> {
    const { sessions, secrets, settings } = this.#parts;
    const now = this.#parts.now();
    const sessionToken = secrets.newToken();
    const endsOn = new Date(now.getTime() + settings.sessionMaxDays * DAY_MS);
    const session: Session = {
      digest: secrets.digest(sessionToken),
      id,
      accountId: account.id,
      credentialVersion: account.credentialVersion,
      createdOn,
      authenticatedOn: now,
      lastSeenOn: now,
      endsOn,
      expiresOn: this.expiry({ endsOn }, now),
      userAgent,
    };
    await sessions.add(session);
    return { account, session, sessionToken };
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
    if (oldSessions.length > 0) await sessions.remove(oldSessions);
    if (oldDevices.length > 0) await devices.remove(oldDevices);
  }
}

/** The digests of the oldest rows beyond the maximum number. */
function surplus<Row extends { readonly digest: string }>(
  rows: readonly Row[],
  max: number,
  time: (row: Row) => Date,
): string[] {
  return rows
    .toSorted((one, other) => time(other).getTime() - time(one).getTime())
    .slice(max)
    .map(({ digest }) => digest);
}
