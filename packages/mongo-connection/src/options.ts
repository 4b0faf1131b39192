import { withTimeout } from '@tasks/service';
import { type ConnectOptions, mongo } from 'mongoose';

/** Which MongoDB, and how long to wait for it. */
export interface MongoOptions {
  /** The connection string. It may hold a password. */
  readonly uri: string;
  /** The hosts without credentials, for the log. */
  readonly place: string;
  readonly database: string;
  /** How long a call waits for a server that can take it, and for each of its answers. */
  readonly serverSelectionTimeoutMs: number;
}

/** How often the driver looks after an idle server: an outage is in the log after this long, at the latest. */
const HEARTBEAT_MS = 2_000;
/** Longer than the driver's own limit by this: what the driver says of a server that is down tells more. */
const DRIVER_HEAD_START_MS = 100;

/** The options of the driver: every wait is bounded, every write is acknowledged by the majority. */
export function driverOptions({ serverSelectionTimeoutMs: limitMs }: MongoOptions): mongo.MongoClientOptions {
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
export function connectOptions(options: MongoOptions): ConnectOptions & { bufferTimeoutMS: number } {
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
 * A string that can't be parsed would look like a server that is down, for ever.
 *
 * @param setting What holds the string: `MONGODB_URI`.
 * @throws Error when the connection string makes no sense; its message doesn't hold it.
 */
export function checkUri({ uri, place }: MongoOptions, setting: string): void {
  try {
    new mongo.MongoClient(uri);
  } catch (error) {
    // The driver's messages name the option or host that is wrong, never the whole string with its password.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${setting} for ${place} can't be used: ${reason}`, { cause: error });
  }
}

/**
 * The answer of one command. The driver's own limits are for each step, and it takes some steps twice: a MongoDB that
 * hangs would hold a call for long.
 *
 * @throws Error when there is none in time, or that of the driver.
 */
export async function answeredWithin<Answer>(
  { serverSelectionTimeoutMs }: Pick<MongoOptions, 'serverSelectionTimeoutMs'>,
  command: () => PromiseLike<Answer>,
): Promise<Answer> {
  const limitMs = serverSelectionTimeoutMs + DRIVER_HEAD_START_MS;
  return withTimeout(Promise.resolve(command()), limitMs, () => {
    throw new Error(`MongoDB did not answer within ${String(limitMs)} ms`);
  });
}
