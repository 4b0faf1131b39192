import { SessionRepository } from '../../../application/accounts/session-repository.js';
import type { Device, Session } from '../../../domain/session.js';
import type { AccountDatabase } from './account-database.js';
import { DigestCollection } from './digest-collection.js';

/** The collections of this repository. */
export const SESSIONS = 'sessions';
export const DEVICES = 'devices';

/** Sessions and devices in MongoDB. */
export class MongooseSessionRepository extends SessionRepository {
  readonly #sessions: DigestCollection<Session>;
  readonly #devices: DigestCollection<Device>;

  constructor(database: AccountDatabase) {
    super();
    this.#sessions = new DigestCollection(database, SESSIONS);
    this.#devices = new DigestCollection(database, DEVICES);
  }

  override add(session: Session): Promise<void> {
    return this.#sessions.add(session);
  }

  override find(digest: string): Promise<Session | undefined> {
    return this.#sessions.find(digest);
  }

  override listByAccount(accountId: string): Promise<readonly Session[]> {
    return this.#sessions.ofAccount(accountId);
  }

  override touch(digest: string, seen: Pick<Session, 'lastSeenOn' | 'expiresOn'>): Promise<void> {
    return this.#sessions.change(digest, seen);
  }

  override remove(digests: readonly string[]): Promise<void> {
    return this.#sessions.remove(digests);
  }

  override addDevice(device: Device): Promise<void> {
    return this.#devices.add(device);
  }

  override findDevice(digest: string): Promise<Device | undefined> {
    return this.#devices.find(digest);
  }

  override listDevices(accountId: string): Promise<readonly Device[]> {
    return this.#devices.ofAccount(accountId);
  }

  override removeDevices(digests: readonly string[]): Promise<void> {
    return this.#devices.remove(digests);
  }

  override async removeExpired(now: Date): Promise<number> {
    return (await this.#sessions.removeExpired(now)) + (await this.#devices.removeExpired(now));
  }
}
