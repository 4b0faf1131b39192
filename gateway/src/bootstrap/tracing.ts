import type { Logger, TracingConfig } from '@tasks/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ObserveCall } from '../infrastructure/tasks/thrift-task-service.js';

/** Traces of requests and of their calls to the task service. */
export interface GatewayTracing {
  readonly stopLimitMs: number;
  readonly observeCall: ObserveCall;
  traceRequests(fastify: FastifyInstance): void;
  traceIdOf(request: FastifyRequest): string | undefined;
  /** Returns the trace of the current async context. */
  traceId(): string | undefined;
  stop(): Promise<void>;
}

/** Loads OpenTelemetry, only if traces are enabled. */
export async function loadTracing(config: TracingConfig, serviceVersion: string, log: Logger): Promise<GatewayTracing> {
  // Sequential: both load the same modules.
  const { Tracing } = await import('@tasks/service/tracing');
  const { traceCalls } = await import('../infrastructure/tasks/call-spans.js');
  const { traceIdOf, traceRequests } = await import('../infrastructure/http/http-spans.js');
  const tracing = new Tracing({ ...config, serviceName: 'gateway', serviceVersion, log });
  log.info(`Traces go to ${new URL(config.url).host}`);
  return {
    stopLimitMs: tracing.stopLimitMs,
    observeCall: traceCalls(tracing.tracer),
    traceRequests: (fastify) => {
      traceRequests(fastify, tracing.tracer);
    },
    traceIdOf,
    traceId: () => tracing.traceId(),
    stop: () => tracing.stop(),
  };
}
