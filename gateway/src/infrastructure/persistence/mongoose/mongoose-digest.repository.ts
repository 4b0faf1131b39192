import type { mongo } from 'mongoose';
import { DigestRepository, type DigestRow, type RowChanges } from '../../../application/accounts/digest-repository.js';
import type { AccountDatabase } from './account-database.js';

/** The collections of these repositories. */
export const SESSIONS = 'sessions';
export const DEVICES = 'devices';
export const TOKENS = 'tokens';

/** A stored row: its digest is the `_id`. */
type DigestDocument = Record<string, unknown> & { readonly _id: string };

/** Sessions, devices or tokens in a collection of MongoDB. */
export class MongooseDigestRepository<Row extends DigestRow> extends DigestRepository<Row> {
  readonly #database: AccountDatabase;
  readonly #collection: string;

  constructor(database: AccountDatabase, collection: string) {
    super();
    this.#database = database;
    this.#collection = collection;
  }

  override async add({ digest, ...fields }: Row): Promise<void> {
    await this.#database.insert(this.#collection, { _id: digest, ...fields });
  }

  override async find(digest: string): Promise<Row | undefined> {
    const document = await this.#run((rows) => rows.findOne({ _id: digest }));
    return document ? rowOf<Row>(document) : undefined;
  }

  override async listByAccount(accountId: string): Promise<readonly Row[]> {
    const documents = await this.#run((rows) => rows.find({ accountId }).toArray());
    return documents.map((document) => rowOf<Row>(document));
  }

  override async change(digest: string, changes: RowChanges<Row>): Promise<void> {
    await this.#run((rows) => rows.updateOne({ _id: digest }, { $set: changes }));
  }

  override async remove(digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    await this.#run((rows) => rows.deleteMany({ _id: { $in: [...digests] } }));
  }

  override async removeExpired(now: Date): Promise<number> {
    const result = await this.#run((rows) => rows.deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  #run<Answer>(command: (rows: mongo.Collection<DigestDocument>) => Promise<Answer>): Promise<Answer> {
    return this.#database.run((db) => command(db.collection<DigestDocument>(this.#collection)));
  }
}

function rowOf<Row extends DigestRow>({ _id, ...fields }: DigestDocument): Row {
  return { digest: _id, ...fields } as unknown as Row;
}
