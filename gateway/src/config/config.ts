import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  deepFreeze,
  Environment,
  LISTENING_PORTS,
  readLogConfig,
  readMongodbAddress,
  readStoreConfig,
  readTracingConfig,
  unknownVariables,
  type ListenerConfig,
  type MongodbAddress,
  type ServiceConfig,
  type StoreConfig,
  type Variables,
} from '@tasks/service';
import { DEFAULT_ACCOUNT_SETTINGS, type AccountSettings } from '../application/accounts/account-ports.js';
import { readPublicUrl } from './public-url.js';
import { readTasks, type TasksConfig } from './tasks-config.js';

/** Limits on requests, streams and connections; undefined: no limit. */
interface LimitsConfig {
  readonly maxConnections: number;
  /** Requests in ten seconds from one IPv4 address or IPv6 /64. */
  readonly requestsPerNetwork: number | undefined;
  /** Requests in ten seconds by one account. */
  readonly requestsPerAccount: number | undefined;
  readonly streamsPerAccount: number;
}

/** Scope of `Strict-Transport-Security`. */
export type HstsMode = (typeof HSTS_MODES)[number];

/** The complete, validated configuration of the gateway. */
export interface GatewayConfig extends ServiceConfig {
  /** The page and the API. */
  readonly http: ListenerConfig;
  /** The address that browsers use; undefined: any. */
  readonly publicUrl: URL | undefined;
  readonly hsts: HstsMode;
  readonly accounts: AccountSettings;
  readonly tasks: TasksConfig;
  readonly store: StoreConfig;
  /** Networks of proxies with trusted forwarding headers. */
  readonly trustedProxies: readonly string[];
  readonly limits: LimitsConfig;
}

/** Prefixes of the gateway's own variables. */
const PREFIXES = ['GATEWAY_', 'TASKS_', 'SESSION_', 'PASSWORD_', 'SIGN_', 'TRUSTED_', 'PUBLIC_', 'DRAIN_'];
const HSTS_MODES = ['on', 'off', 'subdomains'] as const;
const SIGN_UP_MODES = ['open', 'closed'] as const;

const ALL_ADDRESSES = '0.0.0.0';
const DEFAULT_PORT = 8_080;
const DEFAULT_OPS_PORT = 8_081;
export const STORE_VARIABLES = {
  store: 'GATEWAY_STORE',
  dataDir: 'GATEWAY_DATA_DIR',
  defaultDataDir: './data/gateway',
};
const DEFAULT_DATABASE = 'gateway-db';
/** Option of a command, passed as a variable: it overrides those with MongoDB's location, and errors name it. */
export const MONGODB_OPTION = '--to';
const OWN_MONGODB = 'GATEWAY_MONGODB_URI';
/** Variables that container links and Kubernetes set for a service with this name. */
const INJECTED = /^(?:tcp|udp|sctp):\/\//;

/**
 * Returns the frozen configuration of these variables.
 *
 * @throws ConfigError that lists every bad variable.
 */
export function parseConfig(variables: Variables): GatewayConfig {
  const environment = new Environment(variables);
  const config: GatewayConfig = {
    http: { host: environment.text('GATEWAY_HOST') ?? ALL_ADDRESSES, port: readPort(environment) },
    ops: readOps(environment),
    publicUrl: readPublicUrl(environment),
    hsts: environment.choice('HSTS', HSTS_MODES) ?? 'on',
    accounts: {
      isSignUpOpen: environment.choice('SIGN_UP', SIGN_UP_MODES) !== 'closed',
      passwordMinLength:
        environment.integer('PASSWORD_MIN_LENGTH', { min: 8, max: 128 }) ?? DEFAULT_ACCOUNT_SETTINGS.passwordMinLength,
      sessionIdleDays:
        environment.integer('SESSION_IDLE_DAYS', { min: 1, max: 365 }) ?? DEFAULT_ACCOUNT_SETTINGS.sessionIdleDays,
      sessionMaxDays:
        environment.integer('SESSION_MAX_DAYS', { min: 1, max: 365 }) ?? DEFAULT_ACCOUNT_SETTINGS.sessionMaxDays,
    },
    tasks: readTasks(environment),
    store: readStoreConfig(environment, STORE_VARIABLES, readMongodb(environment)),
    trustedProxies: readTrustedProxies(environment),
    limits: readLimits(environment),
    drain: {
      delayMs: environment.integer('DRAIN_DELAY_MS', { min: 0, max: 3_600_000 }) ?? 0,
      timeoutMs: environment.integer('DRAIN_TIMEOUT_MS', { min: 0, max: 3_600_000 }) ?? 10_000,
    },
    log: readLogConfig(environment),
    tracing: readTracingConfig(environment),
    warnings: [],
  };
  rejectContradictions(environment, config);
  environment.assertGood();
  return deepFreeze({
    ...config,
    warnings: unknownVariables(variables, { prefixes: PREFIXES, known: environment.asked }),
  });
}

/**
 * Returns the account store of these variables and of a command's options, ignoring all other settings.
 *
 * @throws ConfigError that lists every bad variable.
 */
export function parseAccountStore(variables: Variables): StoreConfig {
  const environment = new Environment(variables);
  const mongodb = readMongodb(environment, [MONGODB_OPTION, OWN_MONGODB]);
  const store = readStoreConfig(environment, STORE_VARIABLES, mongodb);
  environment.assertGood();
  return deepFreeze(store);
}

function readPort(environment: Environment): number {
  const text = environment.text('GATEWAY_PORT');
  if (text === undefined || INJECTED.test(text)) return DEFAULT_PORT;
  return environment.integer('GATEWAY_PORT', LISTENING_PORTS) ?? DEFAULT_PORT;
}

function readOps(environment: Environment): ListenerConfig | undefined {
  const text = environment.text('GATEWAY_OPS_PORT');
  const host = environment.text('GATEWAY_OPS_HOST') ?? ALL_ADDRESSES;
  if (text !== undefined && INJECTED.test(text)) return { host, port: DEFAULT_OPS_PORT };
  const port = environment.integerOrOff('GATEWAY_OPS_PORT', LISTENING_PORTS, DEFAULT_OPS_PORT);
  return port === undefined ? undefined : { host, port };
}

/** The task service's MongoDB, unless the gateway has its own; always with a separate database. */
function readMongodb(environment: Environment, sources = [OWN_MONGODB]): MongodbAddress {
  const own = environment.first(sources)?.name;
  const names = { uri: own ?? 'MONGODB_URI', database: 'GATEWAY_MONGODB_DATABASE', defaultDatabase: DEFAULT_DATABASE };
  const { database, ...address } = readMongodbAddress(environment, names);
  // The connection string's database belongs to the task service.
  const isOwn = own !== undefined || environment.text('GATEWAY_MONGODB_DATABASE') !== undefined;
  return { ...address, database: isOwn ? database : DEFAULT_DATABASE };
}

function readTrustedProxies(environment: Environment): string[] {
  const text = environment.text('TRUSTED_PROXIES');
  if (text === undefined) return [];
  const networks = text.split(',').map((part) => part.trim());
  const bad = networks.filter((network) => !isProxyNetwork(network));
  if (bad.length > 0) {
    environment.reject(
      'TRUSTED_PROXIES',
      text,
      `addresses or networks like 10.0.0.0/8, with commas (not ${bad.map((one) => JSON.stringify(one)).join(', ')})`,
    );
  }
  return networks;
}

/**
 * Whether the text is an address or a network. Every address at once would let any client name its own. Only four decimal
 * parts are IPv4: a leading zero means octal to some programs.
 */
function isProxyNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/', 2);
  if (isIP(address) === 0) return false;
  return prefix === undefined ? ipaddr.isValid(address) : ipaddr.isValidCIDR(text) && Number(prefix) > 0;
}

function readLimits(environment: Environment): LimitsConfig {
  const requests = { min: 1, max: 10_000_000 };
  return {
    maxConnections: environment.integer('GATEWAY_MAX_CONNECTIONS', { min: 1, max: 1_000_000 }) ?? 10_000,
    requestsPerNetwork: environment.integerOrOff('GATEWAY_REQUESTS_PER_NETWORK', requests, 2_000),
    requestsPerAccount: environment.integerOrOff('GATEWAY_REQUESTS_PER_ACCOUNT', requests, 500),
    streamsPerAccount: environment.integer('GATEWAY_STREAMS_PER_ACCOUNT', { min: 1, max: 1_000 }) ?? 20,
  };
}

function rejectContradictions(
  environment: Environment,
  { http, ops, accounts: { sessionIdleDays, sessionMaxDays } }: GatewayConfig,
): void {
  if (ops !== undefined && ops.port !== 0 && ops.port === http.port) {
    environment.report(
      `GATEWAY_PORT and GATEWAY_OPS_PORT are both ${String(ops.port)}, they must differ; GATEWAY_OPS_PORT=off for none`,
    );
  }
  if (sessionIdleDays > sessionMaxDays) {
    environment.report(
      `SESSION_IDLE_DAYS is ${String(sessionIdleDays)}, it must not exceed SESSION_MAX_DAYS (${String(sessionMaxDays)})`,
    );
  }
}
