import { isIPv6 } from 'node:net';
import { type Environment, parseInteger } from './environment.js';

/** Location of MongoDB, and the database to use. */
export interface MongodbAddress {
  /** The connection string. It may hold a password: never log it, log `place`. */
  readonly uri: string;
  /** The hosts, without credentials and options. */
  readonly place: string;
  readonly database: string;
  /** The variable that sets the location; undefined if none is set. */
  readonly namedBy: string | undefined;
}

/** Names of the variables to read. */
export interface MongodbNames {
  /** Source of the connection string: a variable, or an option of a command. */
  readonly uri: string;
  /** Variable for the database. */
  readonly database: string;
  /** Default database, when neither that variable nor the connection string names one. */
  readonly defaultDatabase: string;
}

/** Variables of the Tasks service. */
export const TASKS_MONGODB_NAMES: MongodbNames = {
  uri: 'MONGODB_URI',
  database: 'MONGODB_DATABASE',
  defaultDatabase: 'tasks-db',
};

const HOST_VARIABLES = ['MONGO_HOST', 'MONGO_PORT_27017_TCP_ADDR', 'MONGODB_PORT_27017_TCP_ADDR'];
const PORT_VARIABLES = ['MONGO_PORT', 'MONGO_PORT_27017_TCP_PORT', 'MONGODB_PORT_27017_TCP_PORT'];
const PORTS = { min: 1, max: 65_535 };
const DEFAULT_PORT = 27_017;

/** Scheme, credentials, hosts, database, options. Credentials can't contain unescaped `@` or `/`. */
const URI = /^(mongodb(?:\+srv)?):\/\/(?:[^@/?#\s]*@)?([^@/?#\s]+)(?:\/([^/?#\s]*))?(?:\?\S*)?$/;
const HOST = /^(?:[\w.-]+|\[[\da-f:.%\w]+\])$/i;
const HOST_AND_PORT = /^([\w.-]+|\[[\da-f:.%\w]+\])(?::(\d+))?$/i;
const DATABASE = /^[^/\\. "$*<>:|?]{1,63}$/;

/** Reads the variables with MongoDB's location; records bad ones, even if MongoDB is not used in the end. */
export function readMongodbAddress(environment: Environment, names = TASKS_MONGODB_NAMES): MongodbAddress {
  const database = readDatabase(environment, names.database);
  const parts = readParts(environment);
  const uri = environment.text(names.uri);
  if (uri === undefined) return { ...parts, database: database ?? names.defaultDatabase };
  const [, , hosts = '', path] = URI.exec(uri) ?? [];
  if (!hosts.split(',').every(isHostAndPort)) {
    environment.report(
      `${names.uri} is not shown, since it may hold a password; it must be like ` +
        'mongodb://user:password@host:27017/database?option=value, with @ : / ? # % in user and password percent-encoded',
    );
  }
  return { uri, place: hosts, database: database ?? (path || names.defaultDatabase), namedBy: names.uri };
}

function readDatabase(environment: Environment, name: string): string | undefined {
  const database = environment.text(name);
  if (database !== undefined && !DATABASE.test(database)) {
    environment.reject(name, database, 'at most 63 characters, none of / \\ . " $ * < > : | ? and blank');
  }
  return database;
}

function readParts(environment: Environment): Omit<MongodbAddress, 'database'> {
  const port = readPort(environment);
  const named = environment.first(HOST_VARIABLES);
  if (named !== undefined && !HOST.test(bracketed(named.value))) {
    environment.reject(named.name, named.value, 'a host name or an IP address; for anything else use MONGODB_URI');
  }
  const host = bracketed(named?.value ?? port?.host ?? 'localhost');
  const place = `${host}:${String(port?.port ?? DEFAULT_PORT)}`;
  return { uri: `mongodb://${place}/`, place, namedBy: named?.name ?? port?.name };
}

/** Container links and Kubernetes set `MONGO_PORT=tcp://10.0.0.5:27017`. */
function readPort(environment: Environment): { name: string; port: number; host?: string } | undefined {
  const named = environment.first(PORT_VARIABLES);
  if (named === undefined) return undefined;
  const { name, value } = named;
  const [, host, digits] = HOST_AND_PORT.exec(value.replace(/^tcp:\/\//, '')) ?? [];
  const port = parseInteger(value.startsWith('tcp://') ? (digits ?? '') : value, PORTS);
  if (port === undefined) {
    environment.reject(name, value, 'a port from 1 to 65535, or an address like tcp://10.0.0.5:27017');
    return undefined;
  }
  return value.startsWith('tcp://') ? { name, port, host } : { name, port };
}

function isHostAndPort(text: string): boolean {
  const [matched, , port] = HOST_AND_PORT.exec(text) ?? [];
  return matched !== undefined && (port === undefined || parseInteger(port, PORTS) !== undefined);
}

/** An IPv6 address before a port needs brackets. */
function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
