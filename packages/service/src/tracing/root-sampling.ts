import {
  context,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace-base';

export type SpanStarter = Pick<Tracer, 'startSpan'>;

const ids = new RandomIdGenerator();

/** Ids of a span that is not sampled, made when they are asked for: mostly never. */
class UnsampledSpanContext implements SpanContext {
  readonly traceFlags = TraceFlags.NONE;
  #traceId: string | undefined;
  #spanId: string | undefined;

  get traceId(): string {
    return (this.#traceId ??= ids.generateTraceId());
  }

  get spanId(): string {
    return (this.#spanId ??= ids.generateSpanId());
  }
}

/**
 * Decides whether a trace that begins here is sampled, before anything is made for it: the SDK makes ids, attributes and
 * links first, which costs more than all else that an unsampled call needs.
 */
export class RootSampling implements SpanStarter {
  readonly #starter: SpanStarter;
  readonly #share: number;

  /**
   * @param starter Starts the spans of sampled traces, and those with a parent.
   * @param share Sampled share of the traces that begin here, 0 to 1.
   */
  constructor(starter: SpanStarter, share: number) {
    this.#starter = starter;
    this.#share = share;
  }

  startSpan(name: string, options?: SpanOptions, parent: Context = context.active()): Span {
    if (trace.getSpan(parent) !== undefined || Math.random() < this.#share) {
      return this.#starter.startSpan(name, options, parent);
    }
    return trace.wrapSpanContext(new UnsampledSpanContext());
  }
}
