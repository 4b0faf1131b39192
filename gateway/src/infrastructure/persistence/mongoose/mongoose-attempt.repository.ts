import type { Connection } from 'mongoose';
import { AttemptRepository } from '../../../application/accounts/attempt-repository.js';
import { AccountError } from '../../../domain/account.errors.js';
import type { FailureCounter } from '../../../domain/failure-counter.js';
import { type Answered, isDuplicate } from './answered.js';

/** A counter as it is stored. */
type CounterDocument = FailureCounter & { readonly _id: string };

/** The collections of this repository. */
export const ATTEMPTS = 'attempts';
export const SETTINGS = 'settings';

const KEY_SECRET = 'attempt-key';
/** A counter that others change faster than this instance can is not waited for any longer. */
const MAX_TRIES = 50;

/** Failure counters in MongoDB. */
export class MongooseAttemptRepository extends AttemptRepository {
  readonly #connection: Connection;
  readonly #answered: Answered;

  constructor(connection: Connection, answered: Answered) {
    super();
    this.#connection = connection;
    this.#answered = answered;
  }

  override async findMany(keys: readonly string[]): Promise<ReadonlyMap<string, FailureCounter>> {
    const documents = await this.#answered(() => this.#counters.find({ _id: { $in: [...keys] } }).toArray());
    return new Map(documents.map((document) => [document._id, counterOf(document)]));
  }

  /** Compares and sets, again while others are faster. */
  override async update(
    key: string,
    change: (current: FailureCounter | undefined) => FailureCounter | undefined,
  ): Promise<FailureCounter | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const document = await this.#answered(() => this.#counters.findOne({ _id: key }));
      const current = document ? counterOf(document) : undefined;
      const next = change(current);
      if (next === current || (await this.#replace(key, current, next))) return next;
    }
    throw new AccountError('STORE_UNAVAILABLE', { cause: new Error(`${key} is changed all the time`) });
  }

  override async removeExpired(now: Date): Promise<number> {
    const result = await this.#answered(() => this.#counters.deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  override async keySecret(candidate: string): Promise<string> {
    const settings = this.#connection.collection<{ readonly _id: string; readonly secret: string }>(SETTINGS);
    const find = async (): Promise<string | undefined> =>
      (await this.#answered(() => settings.findOne({ _id: KEY_SECRET })))?.secret;
    const stored = await find();
    if (stored !== undefined) return stored;
    try {
      await this.#answered(() => settings.insertOne({ _id: KEY_SECRET, secret: candidate }));
      return candidate;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return (await find()) ?? candidate;
    }
  }

  get #counters() {
    return this.#connection.collection<CounterDocument>(ATTEMPTS);
  }

  async #replace(key: string, current: FailureCounter | undefined, next: FailureCounter | undefined): Promise<boolean> {
    if (!current) return next === undefined || this.#insert({ _id: key, ...next });
    const filter = { _id: key, ...current };
    if (!next) return (await this.#answered(() => this.#counters.deleteOne(filter))).deletedCount === 1;
    return (await this.#answered(() => this.#counters.updateOne(filter, { $set: next }))).matchedCount === 1;
  }

  async #insert(document: CounterDocument): Promise<boolean> {
    try {
      await this.#answered(() => this.#counters.insertOne(document));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

function counterOf({ count, since, expiresOn }: CounterDocument): FailureCounter {
  return { count, since, expiresOn };
}
