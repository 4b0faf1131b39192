import type { Connection } from 'mongoose';
import type { Answered } from './answered.js';

interface DigestRow {
  readonly digest: string;
  readonly accountId: string;
  readonly expiresOn: Date;
}

/** A row as it is stored: its digest is the `_id`. */
type DigestDocument = Record<string, unknown> & { readonly _id: string };

/** A collection of rows of accounts, by the digests of their secrets. */
export class DigestCollection<Row extends DigestRow> {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #answered: Answered;

  constructor(connection: Connection, name: string, answered: Answered) {
    this.#connection = connection;
    this.#name = name;
    this.#answered = answered;
  }

  async add({ digest, ...fields }: Row): Promise<void> {
    await this.#answered(() => this.#collection.insertOne({ _id: digest, ...fields }, { ignoreUndefined: true }));
  }

  async find(digest: string): Promise<Row | undefined> {
    const document = await this.#answered(() => this.#collection.findOne({ _id: digest }));
    return document ? rowOf<Row>(document) : undefined;
  }

  async ofAccount(accountId: string): Promise<Row[]> {
    const documents = await this.#answered(() => this.#collection.find({ accountId }).toArray());
    return documents.map((document) => rowOf<Row>(document));
  }

  /** Changes a row that is there. */
  async change(digest: string, changes: Partial<Row>): Promise<void> {
    await this.#answered(() => this.#collection.updateOne({ _id: digest }, { $set: changes }));
  }

  async remove(digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    await this.#answered(() => this.#collection.deleteMany({ _id: { $in: [...digests] } }));
  }

  async removeExpired(now: Date): Promise<number> {
    const result = await this.#answered(() => this.#collection.deleteMany({ expiresOn: { $lte: now } }));
    return result.deletedCount;
  }

  get #collection() {
    return this.#connection.collection<DigestDocument>(this.#name);
  }
}

function rowOf<Row extends DigestRow>({ _id, ...fields }: DigestDocument): Row {
  return { digest: _id, ...fields } as unknown as Row;
}
