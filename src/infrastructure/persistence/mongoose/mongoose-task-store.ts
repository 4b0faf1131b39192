import { checkUri, connectOptions, MongoConnection, type MongoLog, type MongoOptions } from '@tasks/mongo-connection';
import { type Connection, createConnection, mongo } from 'mongoose';
import type { OpenTaskStore } from '../../../application/task.repository.js';
import type { StoreDefects } from '../store-defects.js';
import { MongooseTaskRepository } from './mongoose-task.repository.js';
import { taskIndexes } from './task-indexes.js';
import { TaskDocument, TASKS_COLLECTION, taskSchema } from './task.schema.js';

/** The query of a round trip. It includes a user, so that only one shard is asked. */
const NO_TASK = { _id: new mongo.ObjectId('0'.repeat(24)), userId: '' };

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
      indexes: taskIndexes(model.collection, log),
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
