import { isSpanContextValid, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from '@jest/globals';
import { RootSampling } from '../../src/tracing/root-sampling.js';

function sampling(share: number): { readonly starter: RootSampling; readonly exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
  const provider = new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { starter: new RootSampling(provider.getTracer('test'), share), exporter };
}

function under(traceFlags: TraceFlags): ReturnType<typeof trace.setSpan> {
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags };
  return trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(parent));
}

describe('A trace that begins here', () => {
  it('is recorded when it is sampled', () => {
    const { starter, exporter } = sampling(1);
    starter.startSpan('call', {}, ROOT_CONTEXT).end();
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'call' }]);
  });

  it('is not recorded otherwise, and has ids that stay', () => {
    const { starter, exporter } = sampling(0);
    const span = starter.startSpan('call', {}, ROOT_CONTEXT);
    const { traceId, spanId, traceFlags } = span.spanContext();
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(isSpanContextValid(span.spanContext())).toBe(true);
    expect(span.spanContext()).toMatchObject({ traceId, spanId });
    expect(traceFlags).toBe(TraceFlags.NONE);
    expect(starter.startSpan('call', {}, ROOT_CONTEXT).spanContext().traceId).not.toBe(traceId);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('has children that follow it', () => {
    const { starter, exporter } = sampling(0);
    const root = starter.startSpan('call', {}, ROOT_CONTEXT);
    const child = starter.startSpan('store', {}, trace.setSpan(ROOT_CONTEXT, root));
    child.end();
    expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe('A trace of the caller', () => {
  it('is recorded whatever the share when the caller samples it', () => {
    const { starter, exporter } = sampling(0);
    starter.startSpan('call', {}, under(TraceFlags.SAMPLED)).end();
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'call' }]);
  });

  it('is not recorded when the caller does not', () => {
    const { starter, exporter } = sampling(1);
    starter.startSpan('call', {}, under(TraceFlags.NONE)).end();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
