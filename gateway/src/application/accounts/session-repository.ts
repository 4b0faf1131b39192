import type { Device, Session } from '../../domain/session.js';

/** Where sessions and devices are kept, by the digests of their tokens. Atomicity and errors: as AccountRepository. */
export abstract class SessionRepository {
  abstract add(session: Session): Promise<void>;

  abstract find(digest: string): Promise<Session | undefined>;

  /** Every stored session of the account, expired and outdated ones included, in no particular order. */
  abstract listByAccount(accountId: string): Promise<readonly Session[]>;

  /** Notes that the session was used. One that is gone stays gone. */
  abstract touch(digest: string, seen: Pick<Session, 'lastSeenOn' | 'expiresOn'>): Promise<void>;

  /** Removes these sessions of any account; those that are gone don't matter. */
  abstract remove(digests: readonly string[]): Promise<void>;

  abstract addDevice(device: Device): Promise<void>;

  abstract findDevice(digest: string): Promise<Device | undefined>;

  /** Every stored device of the account, expired ones included, in no particular order. */
  abstract listDevices(accountId: string): Promise<readonly Device[]>;

  abstract removeDevices(digests: readonly string[]): Promise<void>;

  /** Removes sessions and devices that have expired, some at a time; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;
}
