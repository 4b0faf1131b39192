// Traces of calls by OpenTelemetry: the entry `nestjs-thrift/opentelemetry`. It needs `@opentelemetry/api`, and no SDK.
import { hostname } from 'node:os';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type TextMapGetter,
  type TextMapSetter,
  type Tracer,
} from '@opentelemetry/api';
import { ThriftTransportError } from '../errors.js';
import type { ThriftContext } from './context.js';
import type { CallEnd, ClientCall } from './events.js';
import { ThriftError, ThriftException } from './rpc-exceptions.js';
import type { ClientThrift } from './thrift-client.js';
import type { ThriftServer } from './thrift-server.js';

// Names by the semantic conventions for RPC: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
const ERROR_TYPE = 'error.type';
const NETWORK_PEER_ADDRESS = 'network.peer.address';
const NETWORK_PEER_PORT = 'network.peer.port';
const RPC_METHOD = 'rpc.method';
const RPC_STATUS_CODE = 'rpc.status_code';
const RPC_SYSTEM_NAME = 'rpc.system.name';
const SERVER_ADDRESS = 'server.address';
const SERVER_PORT = 'server.port';

/** Value of `rpc.system.name`. */
const THRIFT = 'thrift';

/** Name of the tracer. */
const TRACER = 'nestjs-thrift';

const SERVER: SpanOptions = { kind: SpanKind.SERVER };
const CLIENT: SpanOptions = { kind: SpanKind.CLIENT };

/**
 * Property of a call for its span: a WeakMap of all calls would cost the garbage collector as much as the span itself.
 */
const CONTEXT = Symbol('trace context');

interface TracedServerCall extends ThriftContext {
  [CONTEXT]?: Context;
}

/** Outcome of a call on its span. */
export interface SpanOutcome {
  /** One of few words. */
  readonly status: string;
  /** Whether the server is at fault, rather than the caller's input or a disconnect. */
  readonly isFault: boolean;
}

export interface ServerTraceOptions {
  /** Default: the tracer of the registered provider. */
  readonly tracer?: Pick<Tracer, 'startSpan'>;
  /**
   * Outcome of a call. Default: the status is `OK`, `deadline`, `dropped`, the name of the declared exception, or the
   * code of the error reply; all but `OK`, `dropped` and declared exceptions are faults.
   */
  readonly outcomeOf?: (end: CallEnd) => SpanOutcome;
}

/** Listening address of the server. */
interface ServerPlace {
  readonly address: string;
  readonly port: number | undefined;
}

const headersOf: TextMapGetter<ReadonlyMap<string, string>> = {
  get: (headers, name) => headers.get(name),
  keys: (headers) => [...headers.keys()],
};

/**
 * Traces the calls of a server: a span for each from its arguments to its reply, with the names and attributes of
 * OpenTelemetry's conventions for RPC. It continues the trace of the caller's `traceparent` header (THeader, TTHeader);
 * handlers run inside it. Whether a call is sampled is decided once, before its span: under one that is not, spans of the
 * handler are not recorded either. Call it once, before the server listens; it takes the server's processing-start hook.
 */
export function traceServer(
  server: ThriftServer,
  { tracer = trace.getTracer(TRACER), outcomeOf = defaultOutcome }: ServerTraceOptions = {},
): void {
  let place: ServerPlace | undefined;
  server.on('callStart', (call) => {
    const { headers, method, service } = call;
    const parent = headers.size === 0 ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers, headersOf);
    const name = `${service.name}/${method.name}`;
    const span = tracer.startSpan(name, SERVER, parent);
    if (span.isRecording()) describe(span, name, call, (place ??= placeOf(server)));
    (call as TracedServerCall)[CONTEXT] = trace.setSpan(parent, span);
  });
  server.on('callEnd', (end) => {
    const span = spanOf(end.context);
    if (span?.isRecording() !== true) return;
    const { status, isFault } = outcomeOf(end);
    span.setAttribute(RPC_STATUS_CODE, status);
    if (isFault) {
      span.setAttribute(ERROR_TYPE, status);
      // The same text as in the reply, no more.
      span.setStatus({ code: SpanStatusCode.ERROR, message: end.error instanceof Error ? end.error.message : '' });
    }
    span.end();
  });
  server.setOnProcessingStartHook((_transport, call, run) => {
    void context.with((call as TracedServerCall)[CONTEXT] ?? ROOT_CONTEXT, run);
  });
}

/** Returns the trace id of a call, sampled or not; undefined: the server is not traced. */
export function traceIdOf(call: ThriftContext): string | undefined {
  return spanOf(call)?.spanContext().traceId;
}

function spanOf(call: ThriftContext): Span | undefined {
  const context = (call as TracedServerCall)[CONTEXT];
  return context && trace.getSpan(context);
}

function describe(span: Span, name: string, { peer }: ThriftContext, place: ServerPlace): void {
  span.setAttribute(RPC_SYSTEM_NAME, THRIFT);
  span.setAttribute(RPC_METHOD, name);
  span.setAttribute(SERVER_ADDRESS, place.address);
  if (place.port !== undefined) span.setAttribute(SERVER_PORT, place.port);
  span.setAttribute(NETWORK_PEER_ADDRESS, peer.address);
  if (peer.port !== undefined) span.setAttribute(NETWORK_PEER_PORT, peer.port);
  if (peer.protocol !== undefined) span.setAttribute('thrift.protocol', peer.protocol);
  if (peer.framing !== undefined) span.setAttribute('thrift.framing', peer.framing);
}

function defaultOutcome({ outcome, error }: CallEnd): SpanOutcome {
  if (outcome === 'ok') return { status: 'OK', isFault: false };
  if (outcome === 'deadline' || outcome === 'dropped') return { status: outcome, isFault: outcome === 'deadline' };
  if (error instanceof ThriftException) return { status: error.type, isFault: false };
  return { status: error instanceof ThriftError ? error.code : 'INTERNAL_ERROR', isFault: true };
}

/** Set once the server listens. A server on all addresses is identified by its host's name. */
function placeOf(server: ThriftServer): ServerPlace {
  const place = server.unwrap().address();
  if (place === null || typeof place === 'string') return { address: place ?? '', port: undefined };
  return { address: /^(0\.0\.0\.0|::)$/.test(place.address) ? hostname() : place.address, port: place.port };
}

const SPAN = Symbol('span');

interface TracedClientCall extends ClientCall {
  [SPAN]?: Span;
}

const setHeader: TextMapSetter<Map<string, string>> = {
  set: (headers, name, value) => {
    headers.set(name, value);
  },
};

export interface ClientTraceOptions {
  /** Default: the tracer of the registered provider. */
  readonly tracer?: Pick<Tracer, 'startSpan'>;
}

/**
 * Traces the calls of a client: a span for each, retries included, with the names and attributes of OpenTelemetry's
 * conventions for RPC. The server's span becomes its child where the framing has headers (`header`, `ttheader`).
 */
export function traceClient(client: ClientThrift, { tracer = trace.getTracer(TRACER) }: ClientTraceOptions = {}): void {
  client.on('callStart', (call) => {
    const name = `${call.service}/${call.method}`;
    const span = tracer.startSpan(name, CLIENT);
    if (span.isRecording()) {
      span.setAttribute(RPC_SYSTEM_NAME, THRIFT);
      span.setAttribute(RPC_METHOD, name);
    }
    propagation.inject(trace.setSpan(context.active(), span), call.headers, setHeader);
    (call as TracedClientCall)[SPAN] = span;
  });
  client.on('callEnd', (call, error) => {
    const span = (call as TracedClientCall)[SPAN];
    if (span?.isRecording() !== true) return;
    const status = statusOf(error);
    span.setAttribute(RPC_STATUS_CODE, status);
    if (error !== undefined) {
      span.setAttribute(ERROR_TYPE, status);
      // Without a text: that of an error may quote arguments.
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  });
}

function statusOf(error: unknown): string {
  if (error === undefined) return 'OK';
  if (error instanceof ThriftException) return error.type;
  if (error instanceof ThriftError) return error.code;
  if (error instanceof ThriftTransportError) return error.reason;
  return error instanceof Error ? error.name : 'ERROR';
}
