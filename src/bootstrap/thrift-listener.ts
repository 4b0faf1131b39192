import type { AddressInfo } from 'node:net';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TASKS_IDL } from '@tasks/idl';
import {
  affordableConnections,
  describeShortage,
  listening,
  NestLogger,
  readDescriptorLimit,
  type MetricsSource,
  type Part,
  type ServiceContext,
  type Traces,
} from '@tasks/service';
import { HANDSHAKE_SHARE, LIMIT_RULES, ThriftServer } from 'nestjs-thrift';
import { AppModule } from '../app.module.js';
import type { AppConfig } from '../config/config.js';
import { limitVariable } from '../config/limit-variables.js';
import { logCalls } from '../infrastructure/thrift/access-log.js';
import { spanOutcome } from '../infrastructure/thrift/call-status.js';
import { ServerMetrics } from '../infrastructure/thrift/server-metrics.js';
import { describeListener } from './descriptions.js';
import type { TaskStore } from './task-store.js';
import { workerShare } from './worker-share.js';

/** The Thrift listener. It lets calls finish for `DRAIN_TIMEOUT_MS`, then cuts them. */
export class ThriftListener implements Part {
  readonly name = 'Thrift listener';
  readonly stopLimitMs: number;
  readonly metrics: readonly MetricsSource[];
  readonly #service: ServiceContext<AppConfig>;
  readonly #store: TaskStore;
  readonly #traces: Traces;
  readonly server: ThriftServer;
  #app: INestMicroservice | undefined;

  constructor(service: ServiceContext<AppConfig>, store: TaskStore, traces: Traces) {
    this.#service = service;
    this.#store = store;
    this.#traces = traces;
    this.server = new ThriftServer({
      idl: TASKS_IDL,
      ...listenerOf(service),
      health: async () => {
        const { ok, message } = await store.health.execute();
        return { ok, message };
      },
    });
    this.metrics = [new ServerMetrics(this.server)];
    this.stopLimitMs = service.config.drain.timeoutMs;
  }

  get port(): number | undefined {
    return (this.server.unwrap().address() as AddressInfo | null)?.port;
  }

  /** @throws ThriftStartError for a handler that is not in the IDL; ListenError when the port can't be listened on. */
  async start(): Promise<void> {
    const { config, configModule, log, worker } = this.#service;
    const server = this.server;
    const { tracing } = this.#traces;
    const spans = tracing && (await import('nestjs-thrift/opentelemetry'));
    if (tracing) spans?.traceServer(server, { tracer: tracing.tracer, outcomeOf: spanOutcome });
    logCalls(server, log, config.log.accessLevel, spans?.traceIdOf);
    const { tasks, health } = this.#store;
    const { maxMessageBytes } = server.limits;
    const module = AppModule.register({ configModule, tasks, health, maxMessageBytes });
    const logger = new NestLogger(log, tracing);
    const app = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
    this.#app = app;
    await app.init();
    await worker?.mayListen();
    await listening({ host: 'THRIFT_HOST', port: 'THRIFT_PORT' }, () => app.listen());
  }

  async stop(): Promise<void> {
    try {
      await this.server.close();
    } finally {
      await this.#app?.close();
    }
  }

  describe(): readonly string[] {
    return [describeListener(this.#service.config, this.port ?? 0)];
  }
}

/** The listener's configuration: the worker's share, limited by the available file descriptors. */
function listenerOf({ config, log, worker }: ServiceContext<AppConfig>): AppConfig['thrift'] {
  const { thrift, workers: count } = config;
  const limits = worker ? workerShare(thrift.limits, { number: worker.number, count }) : thrift.limits;
  const wanted = limits.maxConnections ?? LIMIT_RULES.maxConnections.default;
  const descriptors = readDescriptorLimit();
  // The primary has the HTTP listener of its workers.
  const hasOperations = config.ops !== undefined && worker === undefined;
  const use = { hasOperations, handshakeShare: thrift.tls === undefined ? 0 : HANDSHAKE_SHARE };
  const maxConnections = affordableConnections(wanted, descriptors, use);
  if (descriptors === undefined || maxConnections === wanted) return { ...thrift, limits };
  log.warn(describeShortage(wanted, descriptors, maxConnections, use, limitVariable('maxConnections')));
  return { ...thrift, limits: { ...limits, maxConnections } };
}
