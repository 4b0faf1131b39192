import type { mongo } from 'mongoose';
import {
  RowRepository,
  type AccountRow,
  type RowChanges,
  type RowExpectation,
  type RowKey,
} from '../../../application/accounts/row-repository.js';
import type { AccountDatabase } from './account-database.js';

export const SESSIONS = 'sessions';
export const DEVICES = 'devices';
export const TOKENS = 'tokens';

/** A stored row: its key is the `_id`. */
type RowDocument = Readonly<Record<string, unknown>> & { readonly _id: string };

/** Sessions, devices or tokens in a collection of MongoDB. */
export class MongooseRowRepository<Row extends AccountRow> extends RowRepository<Row> {
  readonly #database: AccountDatabase;
  readonly #collection: string;
  readonly #key: RowKey;

  constructor(database: AccountDatabase, collection: string, key: RowKey) {
    super();
    this.#database = database;
    this.#collection = collection;
    this.#key = key;
  }

  override async add(row: Row): Promise<void> {
    const { [this.#key]: _id, ...fields } = row as unknown as Readonly<Record<RowKey, string>>;
    await this.#database.insert(this.#collection, { _id, ...fields });
  }

  override async find(key: string): Promise<Row | undefined> {
    return this.#rowOf(await this.#run((rows) => rows.findOne({ _id: key })));
  }

  override async listByAccount(accountId: string): Promise<readonly Row[]> {
    const documents = await this.#run((rows) => rows.find({ accountId }).toArray());
    return documents.map((document) => this.#rowOf(document)).filter((row) => row !== undefined);
  }

  override async change(
    key: string,
    expected: RowExpectation<Row>,
    changes: RowChanges<Row>,
  ): Promise<Row | undefined> {
    const document = await this.#run((rows) =>
      rows.findOneAndUpdate({ ...expected, _id: key }, { $set: changes }, { returnDocument: 'after' }),
    );
    return this.#rowOf(document);
  }

  override async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#run((rows) => rows.deleteMany({ _id: { $in: [...keys] } }));
  }

  override async removeExpired(now: Date): Promise<number> {
    const result = await this.#run((rows) => rows.deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  #run<Answer>(command: (rows: mongo.Collection<RowDocument>) => Promise<Answer>): Promise<Answer> {
    return this.#database.run((db) => command(db.collection<RowDocument>(this.#collection)));
  }

  #rowOf(document: RowDocument | null): Row | undefined {
    if (document === null) return undefined;
    const { _id, ...fields } = document;
    return { [this.#key]: _id, ...fields } as unknown as Row;
  }
}
