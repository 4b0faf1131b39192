import type { mongo } from 'mongoose';
import type { AccountDatabase } from './account-database.js';

interface DigestRow {
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}

/** A row as it is stored: its digest is the `_id`. */
type DigestDocument = Record<string, unknown> & { readonly _id: string };

/** A collection of rows of accounts, by the digests of their secrets. */
export class DigestCollection<Row extends DigestRow> {
  readonly #database: AccountDatabase;
  readonly #name: string;

  constructor(database: AccountDatabase, name: string) {
    this.#database = database;
    this.#name = name;
  }

  async add({ digest, ...fields }: Row): Promise<void> {
    await this.#database.insert(this.#name, { _id: digest, ...fields });
  }

  async find(digest: string): Promise<Row | undefined> {
    const document = await this.#run((rows) => rows.findOne({ _id: digest }));
    return document ? rowOf<Row>(document) : undefined;
  }

  async ofAccount(accountId: string): Promise<Row[]> {
    const documents = await this.#run((rows) => rows.find({ accountId }).toArray());
    return documents.map((document) => rowOf<Row>(document));
  }

  /** Changes a row that is there. */
  async change(digest: string, changes: Partial<Row>): Promise<void> {
    await this.#run((rows) => rows.updateOne({ _id: digest }, { $set: changes }));
  }

  async remove(digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    await this.#run((rows) => rows.deleteMany({ _id: { $in: [...digests] } }));
  }

  async removeExpired(now: Date): Promise<number> {
    const result = await this.#run((rows) => rows.deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  #run<Answer>(command: (rows: mongo.Collection<DigestDocument>) => Promise<Answer>): Promise<Answer> {
    return this.#database.run((db) => command(db.collection<DigestDocument>(this.#name)));
  }
}

function rowOf<Row extends DigestRow>({ _id, ...fields }: DigestDocument): Row {
  return { digest: _id, ...fields } as unknown as Row;
}
