/** Foundations of both services. Importing this loads no library: the frame imports health and traces when they are enabled. */
export {
  affordableConnections,
  describeShortage,
  readDescriptorLimit,
  type DescriptorUse,
} from './config/descriptor-limit.js';
export {
  ConfigError,
  describeNumbers,
  Environment,
  LISTENING_PORTS,
  optionText,
  parseInteger,
  type ListenerConfig,
  type Variables,
  type WholeNumbers,
} from './config/environment.js';
export { deepFreeze, loadConfig, type LoadedConfig } from './config/load-config.js';
export { readLogConfig, type LogConfig } from './config/log-config.js';
export {
  readMongodbAddress,
  TASKS_MONGODB_NAMES,
  type MongodbAddress,
  type MongodbNames,
} from './config/mongodb-address.js';
export {
  readDataDir,
  readServerSelectionTimeoutMs,
  describeStore,
  readStoreConfig,
  type StoreConfig,
  type StoreVariables,
} from './config/store-config.js';
export { readTracingConfig, type TracingConfig } from './config/tracing-config.js';
export { readTlsFiles, type TlsFile, type TlsFiles } from './config/tls-files.js';
export { unknownVariables, type OwnVariables } from './config/unknown-variables.js';
export { versionIn } from './config/version.js';
export { transition, type Transitions } from './kit/transition.js';
export { Lifecycle, type LoadedService, type LoadService } from './lifecycle/lifecycle.js';
export { createObjectIdGenerator } from './kit/object-id.js';
export type { ServiceConfig, ServiceContext, ServiceDefinition } from './lifecycle/definition.js';
export type { Part } from './lifecycle/part.js';
export { Service, type ServiceProcess } from './lifecycle/service.js';
export { ServicePhase } from './lifecycle/service-phase.js';
export { ListenError, listening, type ListenVariables } from './lifecycle/start-failure.js';
export { withTimeout } from './lifecycle/with-timeout.js';
export { createLog, type LogDestination, type Logger, type LogOptions } from './logging/log.js';
export { NestLogger, type ActiveTrace } from './logging/nest-logger.js';
export { RateLimitedLog } from './logging/rate-limited-log.js';
export { type LogFields, type Readable } from './logging/pretty-line.js';
export { rootMessage, withoutCredentials } from './logging/redaction.js';
export { visibleJson, visibleText } from './logging/visible-text.js';
export { DrainMetrics, type DrainLimits } from './metrics/drain-metrics.js';
export { DurationHistogram, type DurationSeries } from './metrics/duration-histogram.js';
export { type LiveMetrics } from './metrics/live-metrics.js';
export { METRICS_SHARED_FOR_MS, MetricsRegistry, type MetricsSource } from './metrics/metrics-registry.js';
export { ProcessMetrics } from './metrics/process-metrics.js';
export type { ProbeAnswer, Probes } from './operations/operations-options.js';
export { ANSWER_LIMIT_MS, SharedProbe } from './operations/shared-probe.js';
export type { SpanStarter } from './tracing/root-sampling.js';
export { Traces } from './tracing/traces.js';
