import { withTimeout } from '@tasks/service';
import { type ConnectOptions, mongo } from 'mongoose';

/** Location of MongoDB, and time limits. */
export interface MongoOptions {
  /** The connection string. It may hold a password. */
  readonly uri: string;
  /** The hosts without credentials, for logs. */
  readonly place: string;
  readonly database: string;
  /** Maximum time that a call waits for an available server, and for each reply. */
  readonly serverSelectionTimeoutMs: number;
}

/** Interval of the driver's check of idle servers: an outage is logged after this time at the latest. */
const HEARTBEAT_MS = 2_000;
/** Added to the driver's own limit: the driver's error about a server that is down has more detail. */
const DRIVER_HEAD_START_MS = 100;

/** Options of the driver: every wait is bounded, every write is acknowledged by the majority. */
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

export function connectOptions(options: MongoOptions): ConnectOptions & { bufferTimeoutMS: number } {
  return {
    ...driverOptions(options),
    dbName: options.database,
    // Calls before the first connection wait like those during an outage.
    bufferTimeoutMS: options.serverSelectionTimeoutMs,
    autoIndex: false,
    autoCreate: false,
  };
}

/**
 * Rejects a connection string that can't be parsed, which would otherwise look like a server that is down.
 *
 * @param setting Name of the string's source: `MONGODB_URI`.
 * @throws Error for an invalid connection string; the message doesn't contain the string.
 */
export function checkUri({ uri, place }: MongoOptions, setting: string): void {
  try {
    new mongo.MongoClient(uri);
  } catch (error) {
    // The driver's messages name the wrong option or host, never the whole string with its password.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${setting} for ${place} can't be used: ${reason}`, { cause: error });
  }
}

/**
 * Limits the time of one command. The driver's own limits apply to each step, and it may repeat steps: a hanging
 * MongoDB would block a call for long.
 *
 * @throws Error on timeout, or the driver's error.
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
