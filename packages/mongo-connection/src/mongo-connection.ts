import { setTimeout } from 'node:timers/promises';
import { withTimeout } from '@tasks/service';
import { type Connection, STATES } from 'mongoose';
import { IndexKeeper, type MongoIndexes, type MongoLog } from './index-keeper.js';
import { connectOptions, type MongoOptions } from './options.js';

export interface MongoConnectionParts {
  /** A Mongoose connection that is not open yet, or opening. */
  readonly connection: Connection;
  readonly options: MongoOptions;
  readonly indexes: MongoIndexes;
  /** Collection for the round trip. A ping would succeed even for a user without read access. */
  readonly probe: { readonly collection: string; readonly filter: Record<string, unknown> };
  readonly log: MongoLog;
}

/** Pause between two attempts to connect for the first time; afterwards the driver reconnects. */
const RETRY_DELAY_MS = 500;
/**
 * Time limit of a round trip, after which its connection is closed as well: health would otherwise wait on a dead
 * connection up to the driver's own limit, while calls already use others. Health itself waits a little less.
 */
const ROUND_TRIP_LIMIT_MS = 1_200;
/** Maximum time to close: the driver reports the end of its sessions to the server, which may hang. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Keeps a connection: retries until MongoDB is available for the first time, creates the indexes after each connect,
 * and logs once when the connection is lost and once when it is back.
 */
export class MongoConnection {
  readonly #parts: MongoConnectionParts;
  readonly #stop = new AbortController();
  readonly #indexes: IndexKeeper;
  #isUp: boolean | undefined;

  constructor(parts: MongoConnectionParts) {
    this.#parts = parts;
    this.#indexes = new IndexKeeper(parts.indexes, parts.log);
    parts.connection.on('connected', () => {
      this.#onUp();
      // Also after an outage: the collection may be a new one.
      this.#indexes.start();
    });
    parts.connection.on('disconnected', () => {
      this.#indexes.stop();
      // Also follows a failed attempt to connect, whose error has more detail.
      if (this.#isUp) this.#onDown('connection lost');
    });
    // Without a listener, a failed first attempt would end the process.
    parts.connection.on('error', (error: Error) => {
      this.#onDown(error.message);
    });
  }

  /** Begins to connect, without waiting: the service can start while MongoDB is down. */
  start(): void {
    void this.#connect();
  }

  /** Aborts an attempt to connect, which closing would otherwise wait for. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#indexes.stop();
    const { connection } = this.#parts;
    if (connection.readyState === STATES.connecting) await connection.getClient().close();
  }

  /** Closes the connection; resolves after a second at the latest. */
  async close(): Promise<void> {
    await this.stop();
    await withTimeout(
      this.#parts.connection.close().catch(() => undefined),
      CLOSE_LIMIT_MS,
      () => undefined,
    );
  }

  /** Reads once from the database. @throws Error when that fails, or takes too long. */
  async roundTrip(): Promise<void> {
    const { connection, probe } = this.#parts;
    const { db } = await connection.asPromise();
    if (!db) throw new Error('The connection to MongoDB is closed');
    const signal = AbortSignal.timeout(ROUND_TRIP_LIMIT_MS);
    try {
      await db.collection(probe.collection).findOne(probe.filter, { projection: { _id: 1 }, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(`No answer within ${String(ROUND_TRIP_LIMIT_MS)} ms`, { cause: error });
    }
  }

  async #connect(): Promise<void> {
    for (let attempt = this.#parts.connection.asPromise(); ; attempt = this.#openAgain()) {
      try {
        await attempt;
        return;
      } catch (error) {
        this.#onDown(error instanceof Error ? error.message : String(error));
      }
      await setTimeout(RETRY_DELAY_MS, undefined, { ref: false });
      if (this.#stop.signal.aborted) return;
    }
  }

  #openAgain(): Promise<Connection> {
    const { connection, options } = this.#parts;
    return connection.openUri(options.uri, connectOptions(options));
  }

  #onUp(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#parts.log.info(`Connected to MongoDB at ${this.#parts.options.place}`);
  }

  #onDown(reason: string): void {
    if (this.#isUp === false || this.#stop.signal.aborted) return;
    this.#isUp = false;
    this.#parts.log.warn(
      `No MongoDB at ${this.#parts.options.place} (${reason}): calls are answered with 503 until it is available`,
    );
  }
}
