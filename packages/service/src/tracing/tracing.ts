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
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Logger } from 'pino';
import type { TracingConfig } from '../config/tracing-config.js';
import { withTimeout } from '../lifecycle/with-timeout.js';
import { ExportLog } from './export-log.js';

/** How long the last spans may take to get out. */
const FLUSH_LIMIT_MS = 2_000;

/** Whose traces, and where they go. */
export interface TracingOptions extends TracingConfig {
  /** Where it is not set otherwise, by `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly log: Logger;
}

/**
 * OpenTelemetry, set up for this process: spans go to a collector in batches. One at a time, since the SDK is global.
 * Sampling, headers and the rest are what the SDK reads from `OTEL_…` variables.
 */
export class Tracing {
  /** The longest that `stop` takes, in milliseconds. */
  readonly stopLimitMs = FLUSH_LIMIT_MS;
  /** Starts spans. */
  readonly tracer: Tracer;
  readonly #provider: NodeTracerProvider;
  readonly #faults: ExportLog;

  constructor({ url, serviceName, serviceVersion, log }: TracingOptions) {
    this.#faults = new ExportLog(log);
    diag.setLogger(this.#faults, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    setGlobalErrorHandler((error) => {
      this.#faults.add(error);
    });
    this.#provider = new NodeTracerProvider({
      resource: describeService(serviceName, serviceVersion),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    this.#provider.register({ propagator: new W3CTraceContextPropagator() });
    this.tracer = this.#provider.getTracer(serviceName);
  }

  /** The trace of what is running now; undefined outside of one. */
  traceId(): string | undefined {
    return trace.getActiveSpan()?.spanContext().traceId;
  }

  /** Sends the last spans, as far as the collector takes them within `stopLimitMs`. Never rejects. */
  async stop(): Promise<void> {
    try {
      await withTimeout(this.#provider.shutdown(), FLUSH_LIMIT_MS, () => undefined);
    } catch (error) {
      this.#faults.add(error);
    }
    trace.disable();
    context.disable();
    propagation.disable();
    diag.disable();
  }
}

function describeService(name: string, version: string): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: name, [ATTR_SERVICE_VERSION]: version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}
