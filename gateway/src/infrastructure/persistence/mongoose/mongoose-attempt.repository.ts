import type { mongo } from 'mongoose';
import { AttemptRepository } from '../../../application/accounts/attempt-repository.js';
import { AccountError } from '../../../domain/account.errors.js';
import type { FailureCounter } from '../../../domain/failure-counter.js';
import type { AccountDatabase } from './account-database.js';

type CounterDocument = FailureCounter & { readonly _id: string };

export const ATTEMPTS = 'attempts';
export const SETTINGS = 'settings';

const KEY_SECRET = 'attempt-key';
/** Maximum number of attempts against concurrent changes of a counter. */
const MAX_TRIES = 50;

/** Failure counters in MongoDB. */
export class MongooseAttemptRepository extends AttemptRepository {
  readonly #database: AccountDatabase;

  constructor(database: AccountDatabase) {
    super();
    this.#database = database;
  }

  override async findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>> {
    const documents = await this.#database.run((db) =>
      countersOf(db)
        .find({ _id: { $in: [...keys] } })
        .toArray(),
    );
    return new Map(documents.map((document) => [document._id, counterOf(document)]));
  }

  /** Compares and sets, with retries after concurrent changes. */
  override async update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const document = await this.#database.run((db) => countersOf(db).findOne({ _id: key }));
      const current = document ? counterOf(document) : undefined;
      const next = change(current);
      if (next === current || (await this.#replace(key, current, next))) return next;
    }
    throw new AccountError('STORE_UNAVAILABLE', { cause: new Error(`${key} changes too often`) });
  }

  override async removeExpired(now: Date): Promise<number> {
    const result = await this.#database.run((db) => countersOf(db).deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  override async keySecret(candidate: string): Promise<string> {
    const stored = await this.#keySecret();
    if (stored !== undefined) return stored;
    const isFirst = await this.#database.insert(SETTINGS, { _id: KEY_SECRET, secret: candidate });
    return isFirst ? candidate : ((await this.#keySecret()) ?? candidate);
  }

  async #keySecret(): Promise<string | undefined> {
    const settings = await this.#database.run((db) => {
      return db.collection<{ readonly _id: string; readonly secret: string }>(SETTINGS).findOne({ _id: KEY_SECRET });
    });
    return settings?.secret;
  }

  async #replace(key: string, current: FailureCounter | undefined, next: FailureCounter | undefined): Promise<boolean> {
    if (!current) return next === undefined || this.#database.insert(ATTEMPTS, { _id: key, ...next });
    const filter = { _id: key, ...current };
    if (!next) return (await this.#database.run((db) => countersOf(db).deleteOne(filter))).deletedCount === 1;
    return (await this.#database.run((db) => countersOf(db).updateOne(filter, { $set: next }))).matchedCount === 1;
  }
}

function countersOf(db: mongo.Db): mongo.Collection<CounterDocument> {
  return db.collection(ATTEMPTS);
}

function counterOf({ count, since, expiresOn }: CounterDocument): FailureCounter {
  return { count, since, expiresOn };
}
