import { connectOptions, checkUri, MongoConnection, type MongoLog, type MongoOptions } from '@tasks/mongo-connection';
import { type Connection, createConnection } from 'mongoose';
import type { OpenAccountStore } from '../../../application/accounts/account-ports.js';
import type { AccessToken } from '../../../domain/access-token.js';
import type { Device, Session } from '../../../domain/session.js';
import { AccountDatabase } from './account-database.js';
import { ACCOUNTS, MongooseAccountRepository, NAMES } from './mongoose-account.repository.js';
import { ATTEMPTS, MongooseAttemptRepository, SETTINGS } from './mongoose-attempt.repository.js';
import { LISTS, MongooseListRepository } from './mongoose-list.repository.js';
import { DEVICES, MongooseRowRepository, SESSIONS, TOKENS } from './mongoose-row.repository.js';

/** The document that a check writes. */
const PROBE = 'probe';

const BY_ACCOUNT = { accountId: 1 } as const;
const BY_EXPIRY = { expiresOn: 1 } as const;

/** Every index, by its collection. None enforces uniqueness, so they may be created late. */
const INDEXES = [
  { collection: ACCOUNTS, key: { status: 1, _id: 1 } },
  ...[SESSIONS, DEVICES, TOKENS].flatMap((collection) => [
    { collection, key: BY_ACCOUNT },
    { collection, key: BY_EXPIRY },
  ]),
  { collection: ATTEMPTS, key: BY_EXPIRY },
  { collection: LISTS, key: { accountIds: 1 } },
  { collection: LISTS, key: { status: 1, _id: 1 } },
] as const;

const INDEX_ADVICE =
  "accounts work, but lists of sessions and of tasks are slow until they exist. Creation is retried; let the gateway's user create indexes";

/** The account store in MongoDB, shared by several instances. */
export class MongooseAccountStore implements OpenAccountStore {
  readonly accounts: MongooseAccountRepository;
  readonly sessions: MongooseRowRepository<Session>;
  readonly devices: MongooseRowRepository<Device>;
  readonly tokens: MongooseRowRepository<AccessToken>;
  readonly attempts: MongooseAttemptRepository;
  readonly lists: MongooseListRepository;
  readonly #connection: MongoConnection;
  readonly #database: AccountDatabase;

  private constructor(connection: Connection, options: MongoOptions, log: MongoLog) {
    const database = new AccountDatabase(connection, options);
    this.#database = database;
    this.accounts = new MongooseAccountRepository(database);
    this.sessions = new MongooseRowRepository(database, SESSIONS, 'id');
    this.devices = new MongooseRowRepository(database, DEVICES, 'digest');
    this.tokens = new MongooseRowRepository(database, TOKENS, 'digest');
    this.attempts = new MongooseAttemptRepository(database);
    this.lists = new MongooseListRepository(database);
    this.#connection = new MongoConnection({
      connection,
      options,
      indexes: { name: 'The indexes of accounts', create: () => createIndexes(connection), advice: INDEX_ADVICE },
      probe: { collection: NAMES, filter: { _id: '' } },
      log,
    });
  }

  /**
   * Begins to connect, without waiting: MongoDB may be down at first.
   *
   * @throws Error for an invalid connection string.
   */
  static open(options: MongoOptions, log: MongoLog): MongooseAccountStore {
    checkUri(options, 'GATEWAY_MONGODB_URI');
    const store = new MongooseAccountStore(createConnection(options.uri, connectOptions(options)), options, log);
    store.#connection.start();
    return store;
  }

  check(): Promise<void> {
    return this.#connection.roundTrip();
  }

  async checkWrite(): Promise<void> {
    await this.#database.run((db) =>
      db
        .collection<{ readonly _id: string }>(SETTINGS)
        .updateOne({ _id: PROBE }, { $set: { checkedOn: new Date() } }, { upsert: true }),
    );
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

async function createIndexes(connection: Connection): Promise<void> {
  for (const { collection, key } of INDEXES) await connection.collection(collection).createIndexes([{ key }]);
}
