import type { DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ListenerConfig, Variables } from '../config/environment.js';
import type { LogConfig } from '../config/log-config.js';
import type { TracingConfig } from '../config/tracing-config.js';
import type { Readable } from '../logging/pretty-line.js';
import type { DrainLimits } from '../metrics/drain-metrics.js';
import type { MetricsRegistry } from '../metrics/metrics-registry.js';
import type { Probes } from '../operations/operations-options.js';
import type { WorkerPoolOptions } from '../workers/worker-pool.js';
import type { Part } from './part.js';
import type { ServicePhase } from './service-phase.js';
import type { ListenVariables } from './start-failure.js';

/** The configuration that all services have. */
export interface ServiceConfig {
  /** Health and metrics; undefined if disabled. */
  readonly ops: ListenerConfig | undefined;
  readonly drain: DrainLimits;
  readonly log: LogConfig;
  /** Undefined: no traces. */
  readonly tracing: TracingConfig | undefined;
  /** Warnings about settings that are valid but probably unintended. */
  readonly warnings: readonly string[];
}

/** A service: its configuration and its parts. */
export interface ServiceDefinition<Config extends ServiceConfig> {
  /** Its name in the log. */
  readonly name: string;
  readonly version: string;
  /** @throws ConfigError that lists every bad variable. */
  readonly config: (variables: Variables) => Config;
  /** The variables of health and metrics, for messages. */
  readonly opsVariables: ListenVariables;
  /** Pretty forms of some messages. */
  readonly readable?: Readable;
  /** Several processes that run the parts; undefined: this one. */
  readonly workers?: (config: Config) => WorkerPoolOptions | undefined;
  /** The parts in the order in which they start; nothing begins to work here. */
  readonly parts: (service: ServiceContext<Config>) => Promise<readonly Part[]>;
}

/** The service as its parts see it. */
export interface ServiceContext<Config> {
  readonly config: Config;
  /** Provides the configuration as `ConfigService<Config, true>`. */
  readonly configModule: DynamicModule;
  readonly log: Logger;
  readonly version: string;
  readonly phase: ServicePhase;
  /** Set in a worker, one of several processes. */
  readonly worker: WorkerLink | undefined;
}

/** A worker's end of the channel to its primary. */
export interface WorkerLink {
  /** Which worker this is, from 1. */
  readonly number: number;
  /** Reports that all is loaded; resolves when the worker is to listen. */
  mayListen(): Promise<void>;
  /** The parts of a worker, between those that report to the primary. */
  around(parts: readonly Part[], asked: AskedService): readonly Part[];
}

/** What a primary asks its workers about. */
export interface AskedService {
  readonly probes: Probes;
  readonly metrics: MetricsRegistry;
  stopLimitMs(): number;
}
