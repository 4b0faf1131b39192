import { checkUri, connectOptions, MongoConnection, type MongoLog, type MongoOptions } from '@tasks/mongo-connection';
import { type Connection, createConnection, mongo } from 'mongoose';
import type { OpenTaskStore } from '../../../application/task.repository.js';
import type { StoreDefects } from '../store-defects.js';
import { MongooseTaskRepository } from './mongoose-task.repository.js';
import { TaskDocument, TASKS_COLLECTION, TASKS_INDEXES, taskSchema } from './task.schema.js';

/** The query of a round trip. It includes a user, so that only one shard is asked. */
const NO_TASK = { _id: new mongo.ObjectId('0'.repeat(24)), userId: '' };

const INDEX_NAMES = TASKS_INDEXES.map((index) =>
  Object.entries(index)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_'),
).join(' and ');
const INDEX_ADVICE =
  "listing is slow until they exist. Creation is retried; let the service's user create indexes, " +
  `or run db.${TASKS_COLLECTION}.createIndexes(${JSON.stringify(TASKS_INDEXES)})`;

/** The task store in MongoDB, shared by several services. */
export class MongooseTaskStore implements OpenTaskStore {
  readonly tasks: MongooseTaskRepository;
  readonly #connection: MongoConnection;

  private constructor(connection: Connection, options: MongoOptions, log: MongoLog, defects: StoreDefects) {
    const model = connection.model<TaskDocument>(TaskDocument.name, taskSchema);
    this.tasks = new MongooseTaskRepository(model, options, defects);
    this.#connection = new MongoConnection({
      connection,
      options,
      indexes: { name: `The indexes ${INDEX_NAMES}`, create: () => model.createIndexes(), advice: INDEX_ADVICE },
      probe: { collection: TASKS_COLLECTION, filter: NO_TASK },
      log,
    });
  }

  /**
   * Begins to connect, without waiting: MongoDB may be down at first.
   *
   * @throws Error for an invalid connection string; the message doesn't contain the string.
   */
  static open(options: MongoOptions, log: MongoLog, defects: StoreDefects): MongooseTaskStore {
    checkUri(options, 'MONGODB_URI');
    const connection = createConnection(options.uri, connectOptions(options));
    const store = new MongooseTaskStore(connection, options, log, defects);
    store.#connection.start();
    return store;
  }

  roundTrip(): Promise<void> {
    return this.#connection.roundTrip();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
