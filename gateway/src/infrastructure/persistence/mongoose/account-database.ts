import { answeredWithin, type MongoOptions } from '@tasks/mongo-connection';
import { type Connection, mongo } from 'mongoose';
import { AccountError } from '../../../domain/account.errors.js';

const DUPLICATE_KEY = 11_000;

export class AccountDatabase {
  readonly #connection: Connection;
  readonly #options: MongoOptions;

  constructor(connection: Connection, options: MongoOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Runs one or more commands once connected. Bypasses Mongoose's own collections, whose `find` does not return a cursor
   * until then.
   *
   * @throws AccountError STORE_UNAVAILABLE for any error of the driver: arguments are validated before.
   */
  async run<Answer>(command: (db: mongo.Db) => Promise<Answer>): Promise<Answer> {
    try {
      return await answeredWithin(this.#options, async () => {
        const { db } = await this.#connection.asPromise();
        if (!db) throw new Error('The connection to MongoDB is closed');
        return command(db);
      });
    } catch (cause) {
      throw new AccountError('STORE_UNAVAILABLE', { cause });
    }
  }

  /** Inserts a document; false when its `_id` exists. */
  insert<Document extends { readonly _id: string }>(collection: string, document: Document): Promise<boolean> {
    return this.run(async (db) => {
      try {
        await db.collection<{ readonly _id: string }>(collection).insertOne(document, { ignoreUndefined: true });
        return true;
      } catch (error) {
        if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
        throw error;
      }
    });
  }
}
