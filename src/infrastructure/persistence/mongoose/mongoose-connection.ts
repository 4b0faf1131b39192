import { setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import { type Connection, type ConnectOptions, type Model, mongo, STATES } from 'mongoose';
import { HealthProbe } from '../../../application/health-probe.js';
import { IndexKeeper } from './index-keeper.js';
import { type TaskDocument, TASKS_COLLECTION } from './task.schema.js';

/** Which MongoDB, and how long to wait for it. */
export interface MongoosePersistenceOptions {
  /** The connection string. It may hold a password. */
  readonly uri: string;
  /** The hosts without credentials, for the log. */
  readonly place: string;
  readonly database: string;
  /** How long a call waits for a server that can take it, and for each of its answers. */
  readonly serverSelectionTimeoutMs: number;
}

/** Between two attempts to connect for the first time; the driver itself takes over after that. */
const RETRY_DELAY_MS = 500;
/** How often the driver looks after an idle server: an outage is in the log after so long, at the latest. */
const HEARTBEAT_MS = 2_000;

/**
 * After that a round trip is given up, and its connection with it: one that is dead would keep health waiting for the
 * driver's own limit, while calls have found others long ago. Health itself waits for a little less.
 */
const ROUND_TRIP_LIMIT_MS = 1_200;
/** What a round trip reads: a ping is answered also where nobody may read. With its user, only one shard is asked. */
const NO_TASK = { _id: new mongo.ObjectId('0'.repeat(24)), userId: '' };

/** The options of the driver: every wait is bounded, every write is acknowledged by the majority. */
export function driverOptions({
  serverSelectionTimeoutMs: limitMs,
}: MongoosePersistenceOptions): mongo.MongoClientOptions {
  return {
    serverSelectionTimeoutMS: limitMs,
    connectTimeoutMS: limitMs,
    socketTimeoutMS: limitMs,
    waitQueueTimeoutMS: limitMs,
    heartbeatFrequencyMS: HEARTBEAT_MS,
    writeConcern: { w: 'majority' },
  };
}

/** Those, and Mongoose's own. */
export function connectOptions(options: MongoosePersistenceOptions): ConnectOptions & { bufferTimeoutMS: number } {
  return {
    ...driverOptions(options),
    dbName: options.database,
    // Calls from before the first connection wait like those of an outage.
    bufferTimeoutMS: options.serverSelectionTimeoutMs,
    autoIndex: false,
    autoCreate: false,
  };
}

/**
 * Keeps the connection: tries until MongoDB is there for the first time, sees to the index whenever it is back, and says
 * once in the log when it is lost and once when it is there.
 */
export class MongooseConnection extends HealthProbe implements OnModuleInit, BeforeApplicationShutdown {
  readonly #log = new Logger('MongoDB');
  readonly #stop = new AbortController();
  readonly #index: IndexKeeper;
  #isUp: boolean | undefined;

  constructor(
    private readonly connection: Connection,
    model: Model<TaskDocument>,
    private readonly options: MongoosePersistenceOptions,
  ) {
    super();
    this.#index = new IndexKeeper(() => model.createIndexes(), this.#log);
    connection.on('connected', () => {
      this.#noteUp();
      // Also after an outage: the collection may be a new one.
      this.#index.start();
    });
    connection.on('disconnected', () => {
      this.#index.stop();
      // An attempt to connect that fails ends so, too; its error tells more.
      if (this.#isUp) this.#noteDown('connection lost');
    });
    // Without a listener, a first attempt that fails would end the process.
    connection.on('error', (error: Error) => {
      this.#noteDown(error.message);
    });
  }

  /** Doesn't wait: the service starts while MongoDB is down. */
  onModuleInit(): void {
    void this.#connect();
  }

  /** Gives up an attempt to connect, which closing would otherwise wait for. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    this.#index.stop();
    if (this.connection.readyState === STATES.connecting) await this.connection.getClient().close();
  }

  override async roundTrip(): Promise<void> {
    const { db } = await this.connection.asPromise();
    if (!db) throw new Error('The connection to MongoDB is closed');
    const limit = new AbortController();
    const timer = startTimer(() => {
      limit.abort(new Error(`No answer within ${String(ROUND_TRIP_LIMIT_MS)} ms`));
    }, ROUND_TRIP_LIMIT_MS);
    try {
      await db.collection(TASKS_COLLECTION).findOne(NO_TASK, { projection: { _id: 1 }, signal: limit.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  async #connect(): Promise<void> {
    for (let attempt = this.connection.asPromise(); ; attempt = this.#openAgain()) {
      try {
        await attempt;
        return;
      } catch (error) {
        this.#noteDown(error instanceof Error ? error.message : String(error));
      }
      await setTimeout(RETRY_DELAY_MS, undefined, { ref: false });
      if (this.#stop.signal.aborted) return;
    }
  }

  #openAgain(): Promise<Connection> {
    return this.connection.openUri(this.options.uri, connectOptions(this.options));
  }

  #noteUp(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#log.log(`Connected to MongoDB at ${this.options.place}`);
  }

  #noteDown(reason: string): void {
    if (this.#isUp === false || this.#stop.signal.aborted) return;
    this.#isUp = false;
    this.#log.warn(`No MongoDB at ${this.options.place} (${reason}): calls answer 503 until it is there`);
  }
}
