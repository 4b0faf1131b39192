import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import { MongoConnection, type MongoOptions } from '@tasks/mongo-connection';
import { type Connection, type Model, mongo } from 'mongoose';
import { HealthProbe } from '../../../application/health-probe.js';
import { type TaskDocument, TASKS_COLLECTION, TASKS_INDEXES } from './task.schema.js';

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

/** The connection of the task store, opened and closed with the application. */
export class MongooseConnection extends HealthProbe implements OnModuleInit, BeforeApplicationShutdown {
  readonly #connection: MongoConnection;

  constructor(connection: Connection, model: Model<TaskDocument>, options: MongoOptions) {
    super();
    const log = new Logger('MongoDB');
    this.#connection = new MongoConnection({
      connection,
      options,
      indexes: { name: `The indexes ${INDEX_NAMES}`, create: () => model.createIndexes(), advice: INDEX_ADVICE },
      probe: { collection: TASKS_COLLECTION, filter: NO_TASK },
      log: {
        info: (message) => {
          log.log(message);
        },
        warn: (message) => {
          log.warn(message);
        },
      },
    });
  }

  /** Doesn't wait: the service starts while MongoDB is down. */
  onModuleInit(): void {
    this.#connection.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#connection.stop();
  }

  override roundTrip(): Promise<void> {
    return this.#connection.roundTrip();
  }
}
