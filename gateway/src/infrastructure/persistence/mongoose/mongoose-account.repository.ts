import type { mongo } from 'mongoose';
import { type AccountPage, AccountRepository } from '../../../application/accounts/account-repository.js';
import type { Account, AccountChanges, AccountExpectation } from '../../../domain/account.js';
import type { AccountDatabase } from './account-database.js';

type AccountDocument = Omit<Account, 'id'> & { readonly _id: string };

/**
 * A canonical name and its account. It is claimed before the account is stored and settled afterwards; a settled name
 * can't be taken over.
 */
interface NameDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly claimedOn: Date;
  readonly isSettled: boolean;
}

export const ACCOUNTS = 'accounts';
export const NAMES = 'usernames';

/** Age of a claim after which its sign-up has failed. */
const CLAIM_MS = 60_000;

/** Accounts in MongoDB. The name is the `_id` of a document: unique even without any index. */
export class MongooseAccountRepository extends AccountRepository {
  readonly #database: AccountDatabase;

  constructor(database: AccountDatabase) {
    super();
    this.#database = database;
  }

  override async add(account: Account): Promise<boolean> {
    if (!(await this.#claim(account))) return false;
    await this.#database.insert(ACCOUNTS, documentOf(account));
    const settled = await this.#database.run((db) =>
      namesOf(db).updateOne({ _id: account.canonicalName, accountId: account.id }, { $set: { isSettled: true } }),
    );
    if (settled.matchedCount === 1) return true;
    // The claim expired, and another sign-up has taken over the name.
    await this.#database.run((db) => accountsOf(db).deleteOne({ _id: account.id }));
    return false;
  }

  override async findById(id: string): Promise<Account | undefined> {
    const document = await this.#database.run((db) => accountsOf(db).findOne({ _id: id }));
    return document ? accountOf(document) : undefined;
  }

  override async findByName(canonicalName: string): Promise<Account | undefined> {
    const name = await this.#database.run((db) => namesOf(db).findOne({ _id: canonicalName }));
    return name ? this.findById(name.accountId) : undefined;
  }

  override async list({ limit, after = '', status }: AccountPage): Promise<readonly Account[]> {
    const filter = { _id: { $gt: after }, ...(status !== undefined && { status }) };
    const documents = await this.#database.run((db) =>
      accountsOf(db).find(filter).sort({ _id: 1 }).limit(limit).batchSize(limit).toArray(),
    );
    return documents.map(accountOf);
  }

  override async change(
    id: string,
    expected: AccountExpectation,
    changes: AccountChanges,
  ): Promise<Account | undefined> {
    const filter = { _id: id, ...expected };
    const document = await this.#database.run((db) =>
      Object.keys(changes).length === 0
        ? accountsOf(db).findOne(filter)
        : accountsOf(db).findOneAndUpdate(filter, { $set: changes }, { returnDocument: 'after' }),
    );
    return document ? accountOf(document) : undefined;
  }

  /** The name comes first and last, so that it is free, or can be taken over, after an interruption at any point. */
  override async remove({ id, canonicalName }: Pick<Account, 'id' | 'canonicalName'>): Promise<void> {
    const own = { _id: canonicalName, accountId: id };
    await this.#database.run((db) =>
      namesOf(db).updateOne(own, { $set: { isSettled: false, claimedOn: new Date(0) } }),
    );
    await this.#database.run((db) => accountsOf(db).deleteOne({ _id: id }));
    await this.#database.run((db) => namesOf(db).deleteOne(own));
  }

  async #claim({ id, canonicalName, createdOn }: Account): Promise<boolean> {
    const claim: NameDocument = { _id: canonicalName, accountId: id, claimedOn: createdOn, isSettled: false };
    if (await this.#database.insert(NAMES, claim)) return true;
    const other = await this.#database.run((db) => namesOf(db).findOne({ _id: canonicalName }));
    if (!other || other.isSettled || createdOn.getTime() - other.claimedOn.getTime() < CLAIM_MS) return false;
    if (await this.findById(other.accountId)) return false;
    const { accountId, claimedOn } = other;
    const takenOver = await this.#database.run((db) =>
      namesOf(db).updateOne(
        { _id: canonicalName, accountId, claimedOn, isSettled: false },
        { $set: { accountId: id, claimedOn: createdOn } },
      ),
    );
    return takenOver.matchedCount === 1;
  }
}

function accountsOf(db: mongo.Db): mongo.Collection<AccountDocument> {
  return db.collection(ACCOUNTS);
}

function namesOf(db: mongo.Db): mongo.Collection<NameDocument> {
  return db.collection(NAMES);
}

function documentOf({ id, ...fields }: Account): AccountDocument {
  return { _id: id, ...fields };
}

function accountOf({ _id, ...fields }: AccountDocument): Account {
  return { id: _id, ...fields };
}
