import type { mongo } from 'mongoose';
import { type ListPage, ListRepository } from '../../../application/lists/list-repository.js';
import type { List, ListChanges, Member } from '../../../domain/list.js';
import type { AccountDatabase } from './account-database.js';

/** `accountIds` repeats the accounts of the members, for the index. */
type ListDocument = Omit<List, 'id'> & { readonly _id: string; readonly accountIds: readonly string[] };

export const LISTS = 'lists';

/** Lists in MongoDB. Arrays are replaced whole, with the version in the filter. */
export class MongooseListRepository extends ListRepository {
  readonly #database: AccountDatabase;

  constructor(database: AccountDatabase) {
    super();
    this.#database = database;
  }

  override add({ id, ...fields }: List): Promise<boolean> {
    return this.#database.insert(LISTS, { _id: id, ...fields, accountIds: accountsOf(fields.members) });
  }

  override async find(id: string): Promise<List | undefined> {
    const document = await this.#database.run((db) => listsOf(db).findOne({ _id: id }));
    return document ? listOf(document) : undefined;
  }

  override async listByAccount(accountId: string): Promise<readonly List[]> {
    return (await this.#database.run((db) => listsOf(db).find({ accountIds: accountId }).toArray())).map(listOf);
  }

  override async list({ limit, after = '', status }: ListPage): Promise<readonly List[]> {
    const filter = { _id: { $gt: after }, ...(status !== undefined && { status }) };
    const documents = await this.#database.run((db) =>
      listsOf(db).find(filter).sort({ _id: 1 }).limit(limit).batchSize(limit).toArray(),
    );
    return documents.map(listOf);
  }

  override async change({ id, version }: List, changes: ListChanges): Promise<List | undefined> {
    const { members } = changes;
    const set = { ...changes, version: version + 1, ...(members && { accountIds: accountsOf(members) }) };
    const document = await this.#database.run((db) =>
      listsOf(db).findOneAndUpdate({ _id: id, version }, { $set: set }, { returnDocument: 'after' }),
    );
    return document ? listOf(document) : undefined;
  }

  override async remove({ id, version }: Pick<List, 'id' | 'version'>): Promise<boolean> {
    return (await this.#database.run((db) => listsOf(db).deleteOne({ _id: id, version }))).deletedCount === 1;
  }
}

function listsOf(db: mongo.Db): mongo.Collection<ListDocument> {
  return db.collection(LISTS);
}

function accountsOf(members: readonly Member[]): string[] {
  return members.map(({ accountId }) => accountId);
}

function listOf({ _id, accountIds: _, ...fields }: ListDocument): List {
  return { id: _id, ...fields };
}
