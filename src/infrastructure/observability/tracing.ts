import { setTimeout as delay } from 'node:timers/promises';
import { context, diag, DiagLogLevel, propagation, trace, type Tracer } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { Logger } from 'pino';
import type { TaskRepository } from '../../application/task.repository.js';
import type { ThriftContext, ThriftServer } from 'nestjs-thrift';
import { ExportLog } from './export-log.js';
import { ObservedTaskRepository } from './observed-task.repository.js';
import { ServerSpans } from './server-spans.js';
import { traceOperations } from './store-spans.js';

const NAME = 'tasks';

/** How long the last spans may take to get out. */
const FLUSH_LIMIT_MS = 2_000;

/**
 * Traces by OpenTelemetry: a span per call, one per store operation under it, sent to a collector in batches. Loading
 * this file loads the SDK, so it is imported only where traces are on.
 */
export class Tracing {
  /** The longest that `stop` takes. */
  readonly stopLimitMs = FLUSH_LIMIT_MS;
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;
  readonly #faults: ExportLog;
  readonly #calls: ServerSpans;

  /** @param url where spans go; sampling, headers and the rest are what the SDK reads from `OTEL_…` variables. */
  constructor({ url }: { readonly url: string }, server: ThriftServer, log: Logger) {
    this.#faults = new ExportLog(log);
    diag.setLogger(this.#faults, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    setGlobalErrorHandler((error) => {
      this.#faults.add(error);
    });
    this.#provider = new NodeTracerProvider({
      resource: describeService(),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    this.#provider.register({ propagator: new W3CTraceContextPropagator() });
    this.#tracer = this.#provider.getTracer(NAME);
    this.#calls = new ServerSpans(server, this.#tracer);
  }

  /** The same store, traced. @param system what it is, as OpenTelemetry's conventions for databases name it. */
  traced(store: TaskRepository, system: string): TaskRepository {
    return new ObservedTaskRepository(store, traceOperations(this.#tracer, system));
  }

  /** The trace of a call; of the call that is running now when none is given. */
  traceId(call?: ThriftContext): string | undefined {
    return call === undefined ? trace.getActiveSpan()?.spanContext().traceId : this.#calls.traceIdOf(call);
  }

  /** Sends the last spans, as far as the collector takes them within `stopLimitMs`. Never rejects. */
  async stop(): Promise<void> {
    const timer = new AbortController();
    try {
      await Promise.race([this.#provider.shutdown(), delay(FLUSH_LIMIT_MS, undefined, { signal: timer.signal })]);
    } catch (error) {
      this.#faults.add(error);
    }
    timer.abort();
    trace.disable();
    context.disable();
    propagation.disable();
    diag.disable();
  }
}

function describeService(): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: NAME }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}
