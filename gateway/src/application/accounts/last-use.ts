import type { AccessToken } from '../../domain/access-token.js';
import type { Session } from '../../domain/session.js';
import type { AccountPorts } from './account-ports.js';

/** Minimum interval between two writes of the time of last use. */
const INTERVAL_MS = 5 * 60_000;
/** Pause after a failed write: a store that can't be written is not asked by every request. */
const PAUSE_MS = 30_000;
/** Maximum number of pending writes; while a store hangs, further ones are skipped. */
const MAX_PENDING = 100;

/**
 * Writes when sessions and tokens were last used, beside the requests: they neither wait for it nor fail with it. What
 * could not be written is written by a later use.
 */
export class LastUse {
  readonly #store: Pick<AccountPorts, 'sessions' | 'tokens'>;
  readonly #now: () => Date;
  readonly #pending = new Map<string, Promise<void>>();
  #pausedUntilMs = 0;

  constructor(ports: Pick<AccountPorts, 'sessions' | 'tokens' | 'now'>) {
    this.#store = ports;
    this.#now = ports.now;
  }

  /** @param expiresOn The session's expiry without use after this one. */
  ofSession({ id, digest, lastSeenOn }: Session, now: Date, expiresOn: Date): void {
    // Not onto a session that got a new token meanwhile.
    this.#write(id, lastSeenOn, now, () => this.#store.sessions.change(id, { digest }, { lastSeenOn: now, expiresOn }));
  }

  ofToken({ digest, lastUsedOn }: AccessToken, now: Date): void {
    this.#write(digest, lastUsedOn, now, () => this.#store.tokens.change(digest, {}, { lastUsedOn: now }));
  }

  /** Resolves once no write is pending. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending.values());
  }

  #write(key: string, last: Date | undefined, now: Date, write: () => Promise<unknown>): void {
    const nowMs = now.getTime();
    if (last !== undefined && nowMs - last.getTime() < INTERVAL_MS) return;
    if (nowMs < this.#pausedUntilMs || this.#pending.has(key) || this.#pending.size >= MAX_PENDING) return;
    const written = write().then(
      () => void this.#pending.delete(key),
      () => {
        this.#pending.delete(key);
        // From here on: a write may take long to fail.
        this.#pausedUntilMs = this.#now().getTime() + PAUSE_MS;
      },
    );
    this.#pending.set(key, written);
  }
}
