import { hostname } from 'node:os';
import {
  context as active,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type TextMapGetter,
  type Tracer,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import type { CallEnd, ThriftContext, ThriftServer } from 'nestjs-thrift';
import { callStatus, isFault } from './call-status.js';

const RPC_SYSTEM = 'thrift';
const OPTIONS: SpanOptions = { kind: SpanKind.SERVER };

/**
 * Property of a call for its span: a WeakMap of all calls would cost the garbage collector as much as the span itself.
 */
const CONTEXT = Symbol('trace context');

interface TracedCall extends ThriftContext {
  [CONTEXT]?: Context;
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
 * A span for each call that the server runs, from its arguments to its reply, with the names and attributes of
 * OpenTelemetry's conventions for RPC. It continues the trace of the caller's `traceparent` header; handlers run inside
 * it.
 */
export class ServerSpans {
  #place: ServerPlace | undefined;

  readonly #server: ThriftServer;
  readonly #tracer: Tracer;

  constructor(server: ThriftServer, tracer: Tracer) {
    this.#server = server;
    this.#tracer = tracer;
    server.on('callStart', (call) => {
      this.#start(call);
    });
    server.on('callEnd', (end) => {
      this.#end(end);
    });
    server.setOnProcessingStartHook((_transport, call, run) => {
      void active.with((call as TracedCall)[CONTEXT] ?? ROOT_CONTEXT, run);
    });
  }

  /** Returns the trace of a call. */
  traceId(call: ThriftContext): string | undefined {
    return spanOf(call)?.spanContext().traceId;
  }

  #start(call: ThriftContext): void {
    const { headers, method, service } = call;
    const parent = headers.size === 0 ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers, headersOf);
    const name = `${service.name}/${method.name}`;
    const span = this.#tracer.startSpan(name, OPTIONS, parent);
    if (span.isRecording()) this.#describe(span, name, call);
    (call as TracedCall)[CONTEXT] = trace.setSpan(parent, span);
  }

  #describe(span: Span, name: string, { peer }: ThriftContext): void {
    this.#place ??= placeOf(this.#server);
    span.setAttribute(ATTR_RPC_SYSTEM_NAME, RPC_SYSTEM);
    span.setAttribute(ATTR_RPC_METHOD, name);
    span.setAttribute(ATTR_SERVER_ADDRESS, this.#place.address);
    if (this.#place.port !== undefined) span.setAttribute(ATTR_SERVER_PORT, this.#place.port);
    span.setAttribute(ATTR_NETWORK_PEER_ADDRESS, peer.address);
    if (peer.port !== undefined) span.setAttribute(ATTR_NETWORK_PEER_PORT, peer.port);
    if (peer.protocol !== undefined) span.setAttribute('thrift.protocol', peer.protocol);
    if (peer.framing !== undefined) span.setAttribute('thrift.framing', peer.framing);
  }

  #end(end: CallEnd): void {
    const span = spanOf(end.context);
    if (span?.isRecording() !== true) return;
    const status = callStatus(end);
    span.setAttribute(ATTR_RPC_STATUS_CODE, status);
    if (isFault(status)) {
      span.setAttribute(ATTR_ERROR_TYPE, status);
      // The same text as in the reply, no more.
      span.setStatus({ code: SpanStatusCode.ERROR, message: end.error instanceof Error ? end.error.message : '' });
    }
    span.end();
  }
}

function spanOf(call: ThriftContext): Span | undefined {
  const context = (call as TracedCall)[CONTEXT];
  return context && trace.getSpan(context);
}

/** Set once the server listens. A server on all addresses is identified by its host's name. */
function placeOf(server: ThriftServer): ServerPlace {
  const place = server.unwrap().address();
  if (place === null || typeof place === 'string') return { address: place ?? '', port: undefined };
  return { address: /^(0\.0\.0\.0|::)$/.test(place.address) ? hostname() : place.address, port: place.port };
}
