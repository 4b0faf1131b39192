import type { EmbeddedStore } from '@tasks/embedded-store';
import { AttemptRepository } from '../../../application/accounts/attempt-repository.js';
import type { FailureCounter } from '../../../domain/failure-counter.js';
import { answered, fromRecord, timeKey, toRecord } from './records.js';

/** Prefixes of keys: counters by key, and keys by expiry. */
const COUNTER_KEYS = 'attempt/';
const EXPIRY_KEYS = 'attempt-until/';
const SECRET_KEY = 'setting/attempt-key';
/** Number of counters removed in one step. */
const SWEEP_ROWS = 500;

/** Failure counters in the embedded store. */
export class EmbeddedAttemptRepository extends AttemptRepository {
  readonly #store: EmbeddedStore;

  constructor(store: EmbeddedStore) {
    super();
    this.#store = store;
  }

  override async findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>> {
    const records = await answered(this.#store.snapshot((view) => view.getMany(keys.map((key) => COUNTER_KEYS + key))));
    const found = new Map<string, FailureCounter>();
    for (const [n, key] of keys.entries()) {
      const counter = counterOf(records[n]);
      if (counter) found.set(key, counter);
    }
    return found;
  }

  override update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined> {
    return answered(
      this.#store.write(({ get, put, remove }) => {
        const current = counterOf(get(COUNTER_KEYS + key));
        const next = change(current);
        if (next === current) return next;
        if (current) remove(expiryKey(key, current));
        if (next) {
          put(COUNTER_KEYS + key, toRecord(next));
          put(expiryKey(key, next), '');
        } else {
          remove(COUNTER_KEYS + key);
        }
        return next;
      }),
    );
  }

  override async removeExpired(now: Date): Promise<number> {
    const range = { gt: EXPIRY_KEYS, lt: `${EXPIRY_KEYS}${timeKey(new Date(now.getTime() + 1))}/` };
    const keys = await answered(this.#store.read({ ...range, limit: SWEEP_ROWS }));
    if (keys.length === 0) return 0;
    const nameAt = EXPIRY_KEYS.length + timeKey(now).length + 1;
    return answered(
      this.#store.write(({ get, remove }) => {
        let removed = 0;
        for (const [key] of keys) {
          // Unless it was used meanwhile.
          if (get(key) === undefined) continue;
          remove(key);
          remove(COUNTER_KEYS + key.slice(nameAt));
          removed++;
        }
        return removed;
      }),
    );
  }

  override keySecret(candidate: string): Promise<string> {
    return answered(
      this.#store.write(({ get, put }) => {
        const stored = get(SECRET_KEY);
        if (stored !== undefined) return stored;
        put(SECRET_KEY, candidate);
        return candidate;
      }),
    );
  }
}

function counterOf(record: string | undefined): FailureCounter | undefined {
  return record === undefined ? undefined : fromRecord<FailureCounter>(record);
}

function expiryKey(key: string, { expiresOn }: FailureCounter): string {
  return `${EXPIRY_KEYS}${timeKey(expiresOn)}/${key}`;
}
