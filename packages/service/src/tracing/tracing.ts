import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import {
  getNumberFromEnv,
  getStringFromEnv,
  setGlobalErrorHandler,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Logger } from 'pino';
import type { TracingConfig } from '../config/tracing-config.js';
import { withTimeout } from '../lifecycle/with-timeout.js';
import { ExportLog } from './export-log.js';
import { RootSampling, type SpanStarter } from './root-sampling.js';

/** Name and destination of traces. */
interface TracingOptions extends TracingConfig {
  /** Default of `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Time limit for sending the last spans. */
  readonly flushLimitMs: number;
  /** Attributes of the resource: which process it is. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly log: Logger;
}

/**
 * OpenTelemetry in this process: spans go to a collector in batches. Only one instance at a time, since the SDK is
 * global. The SDK reads sampling, headers and the rest from `OTEL_…` variables.
 */
export class Tracing {
  readonly tracer: SpanStarter;
  readonly #provider: NodeTracerProvider;
  readonly #faults: ExportLog;
  readonly #flushLimitMs: number;

  constructor({ url, serviceName, serviceVersion, flushLimitMs, attributes = {}, log }: TracingOptions) {
    this.#flushLimitMs = flushLimitMs;
    this.#faults = new ExportLog(log);
    diag.setLogger(this.#faults, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    setGlobalErrorHandler((error) => {
      this.#faults.add(error);
    });
    const share = rootShare();
    this.#provider = new NodeTracerProvider({
      resource: describeService({
        [ATTR_SERVICE_NAME]: serviceName,
        [ATTR_SERVICE_VERSION]: serviceVersion,
        ...attributes,
      }),
      ...(share !== undefined && { sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) }),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    this.#provider.register({ propagator: new W3CTraceContextPropagator() });
    const tracer = this.#provider.getTracer(serviceName);
    this.tracer = share === undefined ? tracer : new RootSampling(tracer, share);
  }

  /** The trace of the current async context; undefined outside of one. */
  traceId(): string | undefined {
    return trace.getActiveSpan()?.spanContext().traceId;
  }

  /** Sends the last spans, as many as the collector accepts in time. Never rejects. */
  async stop(): Promise<void> {
    try {
      await withTimeout(this.#provider.shutdown(), this.#flushLimitMs, () => undefined);
    } catch (error) {
      this.#faults.add(error);
    }
    trace.disable();
    context.disable();
    propagation.disable();
    diag.disable();
  }
}

/** Sampled share of the traces that begin here; undefined: another sampler than `parentbased_traceidratio`, or a bad share. */
function rootShare(): number | undefined {
  if (getStringFromEnv('OTEL_TRACES_SAMPLER') !== 'parentbased_traceidratio') return undefined;
  const share = getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG');
  // The SDK says what is wrong with a bad one.
  return share !== undefined && share >= 0 && share <= 1 ? share : undefined;
}

function describeService(attributes: Readonly<Record<string, string | number>>): Resource {
  return defaultResource()
    .merge(resourceFromAttributes(attributes))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}
