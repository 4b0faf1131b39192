import type { EmbeddedStore } from '@tasks/embedded-store';
import { SessionRepository } from '../../../application/accounts/session-repository.js';
import type { Device, Session } from '../../../domain/session.js';

import { DigestRows } from './digest-rows.js';

/** Sessions and devices in the embedded store. */
export class EmbeddedSessionRepository extends SessionRepository {
  readonly #sessions: DigestRows<Session>;
  readonly #devices: DigestRows<Device>;

  constructor(store: EmbeddedStore) {
    super();
    this.#sessions = new DigestRows(store, 'session');
    this.#devices = new DigestRows(store, 'device');
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
