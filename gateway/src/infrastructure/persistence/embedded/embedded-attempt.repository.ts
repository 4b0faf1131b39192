import { AGAIN, type SqliteStore } from '@tasks/embedded-store';
import { AttemptRepository } from '../../../application/accounts/attempt-repository.js';
import type { FailureCounter } from '../../../domain/failure-counter.js';
import type { AccountOperations } from './account-operations.js';
import { answered, fromRecord, Records, toRecord } from './records.js';

/** Failure counters in one SQLite file. */
export class EmbeddedAttemptRepository extends AttemptRepository {
  readonly #store: SqliteStore<AccountOperations>;
  readonly #records: Records<FailureCounter>;

  constructor(store: SqliteStore<AccountOperations>) {
    super();
    this.#store = store;
    this.#records = new Records(store, 'SELECT record FROM attempts WHERE key = ?', fromRecord<FailureCounter>);
  }

  override findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>> {
    return answered(() => {
      const found = new Map<string, FailureCounter>();
      for (const key of keys) {
        const value = this.#records.find(key)?.value;
        if (value !== undefined) found.set(key, value);
      }
      return found;
    });
  }

  override update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined> {
    return answered(() =>
      this.#store.change(`attempt ${key}`, async () => {
        const found = this.#records.find(key);
        const next = change(found?.value);
        if (next === found?.value) return next;
        return (await this.#replace(key, found?.record, next)) ? next : AGAIN;
      }),
    );
  }

  override removeExpired(now: Date): Promise<number> {
    return answered(() => this.#store.write('removeExpired', { table: 'attempts', now: now.getTime() }));
  }

  override keySecret(candidate: string): Promise<string> {
    return answered(() => this.#store.write('settle', { name: 'attempt-key', value: candidate }));
  }

  #replace(key: string, was: string | undefined, next: FailureCounter | undefined): Promise<boolean> {
    if (next === undefined) return this.#store.write('removeAttempt', { key, was: was ?? '' });
    const stored = { key, expiresOn: next.expiresOn.getTime(), record: toRecord(next) };
    return was === undefined
      ? this.#store.write('addAttempt', stored)
      : this.#store.write('replaceAttempt', { ...stored, was });
  }
}
