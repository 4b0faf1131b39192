import type { AddressInfo } from 'node:net';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ClientThrift, parseSchema, ThriftException, ThriftMethod, ThriftServer } from '../../src/index.js';
import { traceClient, traceIdOf, traceServer } from '../../src/nest/opentelemetry.js';

const schema = parseSchema(`
exception Gone { 1: string message }
service Echo {
  string say(1: string text) throws (1: Gone gone)
  oneway void note(1: string text)
}`);

interface Echo {
  say(args: { text: string }): Promise<string>;
  note(args: { text: string }): Promise<void>;
}

@Controller()
class EchoController {
  @ThriftMethod('Echo', 'say')
  async say({ text }: { text: string }): Promise<string> {
    const span = trace.getTracer('handler').startSpan('inside');
    await Promise.resolve();
    span.end();
    if (text === 'gone') throw new ThriftException('Gone', { message: 'it is gone' });
    if (text === 'bug') throw new TypeError('a secret of the code');
    return text;
  }

  @ThriftMethod('Echo', 'note')
  note(): void {
    trace.getTracer('handler').startSpan('inside').end();
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const PATIENCE_MS = 10_000;

const stops: (() => Promise<unknown>)[] = [];
let exporter: InMemorySpanExporter;

/** Starts a traced server and client, and an SDK as an application has it. */
async function start(
  framing: 'header' | 'ttheader' | 'framed',
  sampler?: Sampler,
): Promise<{ echo: Echo; port: number }> {
  exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    ...(sampler && { sampler }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  const server = new ThriftServer({ idl: schema, host: '127.0.0.1', port: 0 });
  traceServer(server);
  const app: INestMicroservice = await NestFactory.createMicroservice(EchoModule, { strategy: server, logger: false });
  await app.listen();
  const { port } = server.unwrap().address() as AddressInfo;
  const client = new ClientThrift({ idl: schema, host: '127.0.0.1', port, framing, waitForConnection: false });
  traceClient(client);
  stops.push(
    () => client.close(),
    () => app.close(),
    () => provider.shutdown(),
  );
  return { echo: client.getService<Echo>('Echo'), port };
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  trace.disable();
  context.disable();
  propagation.disable();
});

/** Name, parent's name and status of each span. */
function tree(): string[] {
  const spans = exporter.getFinishedSpans();
  const nameOf = (id: string | undefined): string => {
    const parent = spans.find((span) => span.spanContext().spanId === id);
    return parent ? kindOf(parent) : 'none';
  };
  return spans.map((span) => `${kindOf(span)} in ${nameOf(span.parentSpanContext?.spanId)}`).sort();
}

const kindOf = ({ kind, name }: ReadableSpan): string => `${['internal', 'server', 'client'][kind] ?? ''} ${name}`;

/** The spans of the server end with its reply, which may be before or after the client reads it. */
async function spansEnded(count: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (exporter.getFinishedSpans().length < count && performance.now() < until)
    await new Promise((resolve) => setImmediate(resolve));
  expect(exporter.getFinishedSpans()).toHaveLength(count);
}

describe('A traced client and server', () => {
  it.each(['header', 'ttheader'] as const)('have one trace with the spans of the handler, by %s', async (framing) => {
    const { echo, port } = await start(framing);
    await trace.getTracer('caller').startActiveSpan('request', async (span) => {
      await Promise.all([echo.say({ text: 'a' }), echo.say({ text: 'b' })]);
      span.end();
    });
    await spansEnded(7);
    const call = [
      'client Echo/say in internal request',
      'internal inside in server Echo/say',
      'server Echo/say in client Echo/say',
    ];
    expect(tree()).toEqual([...call, ...call, 'internal request in none'].sort());
    const spans = exporter.getFinishedSpans();
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(spans.find((span) => kindOf(span) === 'server Echo/say')?.attributes).toMatchObject({
      'rpc.system.name': 'thrift',
      'rpc.method': 'Echo/say',
      'rpc.status_code': 'OK',
      'server.address': '127.0.0.1',
      'server.port': port,
      'network.peer.address': '127.0.0.1',
      'thrift.framing': framing,
    });
  });

  it('have traces of their own where the framing has no headers', async () => {
    const { echo } = await start('framed');
    await echo.say({ text: 'a' });
    await spansEnded(3);
    expect(tree()).toEqual([
      'client Echo/say in none',
      'internal inside in server Echo/say',
      'server Echo/say in none',
    ]);
  });

  it('record declared exceptions as rejections, and other errors as faults', async () => {
    const { echo } = await start('header');
    await Promise.allSettled([echo.say({ text: 'gone' }), echo.say({ text: 'bug' })]);
    await spansEnded(6);
    const of = (kind: string): unknown[] =>
      exporter
        .getFinishedSpans()
        .filter((span) => kindOf(span) === `${kind} Echo/say`)
        .map(({ attributes, status }) => [attributes['rpc.status_code'], attributes['error.type'], status.code])
        .sort();
    expect(of('server')).toEqual([
      ['Gone', undefined, SpanStatusCode.UNSET],
      ['INTERNAL_ERROR', 'INTERNAL_ERROR', SpanStatusCode.ERROR],
    ]);
    expect(of('client')).toEqual([
      ['Gone', 'Gone', SpanStatusCode.ERROR],
      ['INTERNAL_ERROR', 'INTERNAL_ERROR', SpanStatusCode.ERROR],
    ]);
    expect(JSON.stringify(exporter.getFinishedSpans().map(({ status }) => status))).not.toContain('secret');
  });

  it('record a oneway call on both sides', async () => {
    const { echo } = await start('header');
    await echo.note({ text: 'a' });
    await spansEnded(3);
    expect(tree()).toEqual([
      'client Echo/note in none',
      'internal inside in server Echo/note',
      'server Echo/note in client Echo/note',
    ]);
  });

  it('record a call that never reached a server', async () => {
    const { echo } = await start('header');
    await stops.splice(1, 1)[0]?.();
    await expect(echo.say({ text: 'a' })).rejects.toThrow();
    await spansEnded(1);
    expect(exporter.getFinishedSpans()[0]).toMatchObject({ name: 'Echo/say', status: { code: SpanStatusCode.ERROR } });
  });

  it('record nothing of a call that is not sampled, spans of its handler included', async () => {
    const { echo } = await start('header', new AlwaysOffSampler());
    expect(await echo.say({ text: 'a' })).toBe('a');
    expect(tree()).toEqual([]);
  });

  it('pass on that the caller did not sample', async () => {
    const { echo } = await start('header');
    const unsampled = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 });
    await context.with(trace.setSpan(context.active(), unsampled), () => echo.say({ text: 'a' }));
    expect(tree()).toEqual([]);
    // The twin: without that parent the same call is recorded.
    await echo.say({ text: 'a' });
    await spansEnded(3);
  });
});

it('a client reports the end of a call to a listener of ends alone', async () => {
  const client = new ClientThrift({ idl: schema, host: '127.0.0.1', port: 1, waitForConnection: false });
  stops.push(() => client.close());
  const ends: string[] = [];
  client.on('callEnd', ({ service, method }, error) => {
    ends.push(`${service}.${method} ${(error as Error).name}`);
  });
  await expect(client.getService<Echo>('Echo').say({ text: 'a' })).rejects.toThrow();
  expect(ends).toEqual(['Echo.say ThriftTransportError']);
});

it('traceIdOf is undefined for a call of a server that is not traced', () => {
  expect(traceIdOf({ headers: new Map() } as never)).toBeUndefined();
});
