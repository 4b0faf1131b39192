import ipaddr from 'ipaddr.js';
import {
  deepFreeze,
  Environment,
  LISTENING_PORTS,
  parseInteger,
  readLogConfig,
  readMongodbAddress,
  readStoreConfig,
  readTracingConfig,
  unknownVariables,
  type LogConfig,
  type MongodbAddress,
  type StoreConfig,
  type TracingConfig,
  type Variables,
  type WholeNumbers,
} from '@tasks/service';
import { readPublicUrl } from './public-url.js';
import { readTasks, type TasksConfig } from './tasks-config.js';

/** A listening address. */
export interface ListenerConfig {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

/** Sign-up and session settings. */
export interface AccountsConfig {
  readonly isSignUpOpen: boolean;
  /** In characters. */
  readonly passwordMinLength: number;
  /** Lifetime of an unused session. */
  readonly sessionIdleDays: number;
  /** Lifetime of a session after log-in. */
  readonly sessionMaxDays: number;
}

/** Limits on requests, streams and connections; undefined: no limit. */
export interface LimitsConfig {
  readonly maxConnections: number;
  /** Requests in ten seconds from one IPv4 address or IPv6 /64. */
  readonly requestsPerNetwork: number | undefined;
  /** Requests in ten seconds by one account. */
  readonly requestsPerAccount: number | undefined;
  readonly streamsPerAccount: number;
}

/** The complete, validated configuration of the gateway. */
export interface GatewayConfig {
  /** The page and the API. */
  readonly http: ListenerConfig;
  /** Health and metrics; undefined if disabled. */
  readonly ops: ListenerConfig | undefined;
  /** The address that browsers use; undefined: any. */
  readonly publicUrl: URL | undefined;
  readonly hsts: (typeof HSTS_MODES)[number];
  readonly accounts: AccountsConfig;
  readonly tasks: TasksConfig;
  readonly store: StoreConfig;
  /** Networks of proxies with trusted forwarding headers. */
  readonly trustedProxies: readonly string[];
  readonly limits: LimitsConfig;
  readonly drain: { readonly delayMs: number; readonly timeoutMs: number };
  readonly log: LogConfig;
  /** Undefined: no traces. */
  readonly tracing: TracingConfig | undefined;
  /** Warnings about settings that are valid but probably unintended. */
  readonly warnings: readonly string[];
}

/** Prefixes of the gateway's own variables. */
const PREFIXES = ['GATEWAY_', 'TASKS_', 'SESSION_', 'PASSWORD_'];
const HSTS_MODES = ['on', 'off', 'subdomains'] as const;
const SIGN_UP_MODES = ['open', 'closed'] as const;

const ALL_ADDRESSES = '0.0.0.0';
const DEFAULT_PORT = 8_080;
const DEFAULT_OPS_PORT = 8_081;
const STORE_VARIABLES = { store: 'GATEWAY_STORE', dataDir: 'GATEWAY_DATA_DIR', defaultDataDir: './data/gateway' };
const DEFAULT_DATABASE = 'gateway-db';
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
      passwordMinLength: environment.integer('PASSWORD_MIN_LENGTH', { min: 8, max: 128 }) ?? 15,
      sessionIdleDays: environment.integer('SESSION_IDLE_DAYS', { min: 1, max: 365 }) ?? 14,
      sessionMaxDays: environment.integer('SESSION_MAX_DAYS', { min: 1, max: 365 }) ?? 30,
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
  refuseContradictions(environment, config);
  environment.assertGood();
  return deepFreeze({
    ...config,
    warnings: unknownVariables(variables, { prefixes: PREFIXES, known: environment.asked }),
  });
}

/**
 * Returns the account store of these variables, ignoring all other settings.
 *
 * @throws ConfigError that lists every bad variable.
 */
export function parseAccountStore(variables: Variables): StoreConfig {
  const environment = new Environment(variables);
  const store = readStoreConfig(environment, STORE_VARIABLES, readMongodb(environment));
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
  const port = readNumberOrOff(environment, 'GATEWAY_OPS_PORT', LISTENING_PORTS, DEFAULT_OPS_PORT);
  return port === undefined ? undefined : { host, port };
}

/** A whole number; undefined for `off`. */
function readNumberOrOff(
  environment: Environment,
  name: string,
  allowed: WholeNumbers,
  byDefault: number,
): number | undefined {
  const text = environment.text(name);
  if (text === undefined) return byDefault;
  if (text === 'off') return undefined;
  const number = parseInteger(text, allowed);
  if (number === undefined) {
    environment.refuse(name, text, `a whole number from ${String(allowed.min)} to ${String(allowed.max)}, or off`);
  }
  return number;
}

/** The task service's MongoDB, unless the gateway has its own; always with a separate database. */
function readMongodb(environment: Environment): MongodbAddress {
  const uri = environment.text('GATEWAY_MONGODB_URI') === undefined ? 'MONGODB_URI' : 'GATEWAY_MONGODB_URI';
  const names = { uri, database: 'GATEWAY_MONGODB_DATABASE', defaultDatabase: DEFAULT_DATABASE };
  const { database, ...address } = readMongodbAddress(environment, names);
  // The connection string's database belongs to the task service.
  const isOwn = uri === 'GATEWAY_MONGODB_URI' || environment.text('GATEWAY_MONGODB_DATABASE') !== undefined;
  return { ...address, database: isOwn ? database : DEFAULT_DATABASE };
}

function readTrustedProxies(environment: Environment): string[] {
  const text = environment.text('TRUSTED_PROXIES');
  if (text === undefined) return [];
  const networks = text.split(',').map((part) => part.trim());
  const bad = networks.filter((network) => !ipaddr.isValid(network) && !ipaddr.isValidCIDR(network));
  if (bad.length > 0) {
    environment.refuse(
      'TRUSTED_PROXIES',
      text,
      `addresses or networks like 10.0.0.0/8, with commas (not ${bad.join(', ')})`,
    );
  }
  return networks;
}

function readLimits(environment: Environment): LimitsConfig {
  const requests = { min: 1, max: 10_000_000 };
  return {
    maxConnections: environment.integer('GATEWAY_MAX_CONNECTIONS', { min: 1, max: 1_000_000 }) ?? 10_000,
    requestsPerNetwork: readNumberOrOff(environment, 'GATEWAY_REQUESTS_PER_NETWORK', requests, 2_000),
    requestsPerAccount: readNumberOrOff(environment, 'GATEWAY_REQUESTS_PER_ACCOUNT', requests, 500),
    streamsPerAccount: environment.integer('GATEWAY_STREAMS_PER_ACCOUNT', { min: 1, max: 1_000 }) ?? 20,
  };
}

function refuseContradictions(
  environment: Environment,
  { http, ops, accounts: { sessionIdleDays, sessionMaxDays } }: GatewayConfig,
): void {
  if (ops !== undefined && ops.port !== 0 && ops.port === http.port) {
    environment.complain(
      `GATEWAY_PORT and GATEWAY_OPS_PORT are both ${String(ops.port)}, they must differ; GATEWAY_OPS_PORT=off for none`,
    );
  }
  if (sessionIdleDays > sessionMaxDays) {
    environment.complain(
      `SESSION_IDLE_DAYS is ${String(sessionIdleDays)}, it must not exceed SESSION_MAX_DAYS (${String(sessionMaxDays)})`,
    );
  }
}
