import { availableParallelism } from 'node:os';
import { LIMIT_RULES, type ThriftLimits, type ThriftTlsOptions } from 'nestjs-thrift';
import {
  deepFreeze,
  describeNumbers,
  Environment,
  LISTENING_PORTS,
  parseInteger,
  readLogConfig,
  readMongodbAddress,
  readStoreConfig,
  readTracingConfig,
  unknownVariables,
  type ListenerConfig,
  type ServiceConfig,
  type StoreConfig,
  type Variables,
} from '@tasks/service';
import { readExplorer, type ExplorerConfig } from './explorer-variables.js';
import { readLimits } from './limit-variables.js';
import { readTls } from './tls-variables.js';

/** The complete, validated configuration of the service. */
export interface AppConfig extends ServiceConfig {
  readonly thrift: ListenerConfig & {
    /** Undefined: connections are not encrypted. */
    readonly tls: ThriftTlsOptions | undefined;
    /** Limits that differ from their defaults. */
    readonly limits: Partial<ThriftLimits>;
  };
  /** The page to call methods from; undefined: none. */
  readonly explorer: ExplorerConfig | undefined;
  readonly store: StoreConfig;
  /** How many processes answer calls on the port; with 1 it is this one alone. */
  readonly workers: number;
}

/** Variables that choose the store. */
export const STORE_VARIABLES = { store: 'STORE', dataDir: 'DATA_DIR', defaultDataDir: './data' };

/** Prefixes of the service's own variables. */
const PREFIXES = ['THRIFT_', 'DRAIN_', 'EXPLORER_'];
const DEFAULT_HOST = '0.0.0.0';
const DEFAULT_THRIFT_PORT = 6_001;
const DEFAULT_HTTP_PORT = 6_002;
const WORKERS = { min: 1, max: 256 };
const DRAIN_DELAYS_MS = { min: 0, max: 3_600_000 };

/**
 * Returns the frozen configuration of these variables.
 *
 * @throws ConfigError that lists every bad variable.
 */
export function parseConfig(variables: Variables): AppConfig {
  const environment = new Environment(variables);
  const thrift = {
    host: environment.text('THRIFT_HOST') ?? DEFAULT_HOST,
    port: environment.integer('THRIFT_PORT', LISTENING_PORTS) ?? DEFAULT_THRIFT_PORT,
    tls: readTls(environment),
    limits: readLimits(environment),
  };
  const workers = readWorkers(environment);
  const config: AppConfig = {
    thrift,
    explorer: readExplorer(environment, { needsCertificates: thrift.tls?.caFile !== undefined, workers }),
    ops: readOps(environment),
    store: readStoreConfig(environment, STORE_VARIABLES, readMongodbAddress(environment)),
    workers,
    drain: {
      delayMs: environment.integer('DRAIN_DELAY_MS', DRAIN_DELAYS_MS) ?? 0,
      timeoutMs: thrift.limits.drainTimeoutMs ?? LIMIT_RULES.drainTimeoutMs.default,
    },
    log: readLogConfig(environment),
    tracing: readTracingConfig(environment),
    warnings: [],
  };
  rejectEqualPorts(environment, config);
  rejectLonelyStore(environment, config);
  rejectFewConnections(environment, config);
  environment.assertGood();
  return deepFreeze({
    ...config,
    warnings: unknownVariables(variables, { prefixes: PREFIXES, known: environment.asked }),
  });
}

function readOps(environment: Environment): ListenerConfig | undefined {
  const host = environment.text('HTTP_HOST') ?? DEFAULT_HOST;
  const port = environment.integerOrOff('HTTP_PORT', LISTENING_PORTS, DEFAULT_HTTP_PORT);
  return port === undefined ? undefined : { host, port };
}

function readWorkers(environment: Environment): number {
  const text = environment.text('WORKERS');
  if (text === undefined) return 1;
  if (text === 'auto') return availableParallelism();
  const count = parseInteger(text, WORKERS);
  if (count === undefined) environment.reject('WORKERS', text, `${describeNumbers(WORKERS)}, or auto`);
  return count ?? 1;
}

/** Several processes share MongoDB alone. */
function rejectLonelyStore(environment: Environment, { workers, store }: AppConfig): void {
  if (workers === 1 || store.kind === 'mongo') return;
  const reason =
    store.kind === 'memory'
      ? `tasks are kept in memory (${store.chosenBy}), where each process would have its own`
      : `tasks are kept in a folder (${store.chosenBy}), which one process alone can open`;
  environment.report(
    `WORKERS means ${String(workers)} processes, but ${reason}: leave it unset, or keep tasks in MongoDB`,
  );
}

/** The limit is divided among the workers. */
function rejectFewConnections(environment: Environment, { workers, thrift }: AppConfig): void {
  const { maxConnections = LIMIT_RULES.maxConnections.default } = thrift.limits;
  if (workers <= maxConnections) return;
  environment.report(
    `THRIFT_MAX_CONNECTIONS is ${String(maxConnections)}, fewer than the ${String(workers)} processes of WORKERS`,
  );
}

function rejectEqualPorts(environment: Environment, { thrift, ops }: AppConfig): void {
  if (ops === undefined || ops.port === 0 || ops.port !== thrift.port) return;
  environment.report(
    `THRIFT_PORT and HTTP_PORT are both ${String(ops.port)}, they must differ; HTTP_PORT=off for no HTTP`,
  );
}
