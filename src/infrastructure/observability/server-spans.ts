import { hostname } from 'node:os';
import {
  context as active,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
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
import type { CallEnd, ThriftContext, ThriftServer } from '../thrift/index.js';
import { callStatus, isFault } from './call-status.js';

const RPC_SYSTEM = 'thrift';

const headersOf: TextMapGetter<ReadonlyMap<string, string>> = {
  get: (headers, name) => headers.get(name),
  keys: (headers) => [...headers.keys()],
};

/**
 * A span for each call that the server runs, from its arguments to its reply, named and described by OpenTelemetry's
 * conventions for RPC. It continues the trace of the caller's `traceparent` header, and handlers run inside it.
 */
export class ServerSpans {
  readonly #contexts = new WeakMap<ThriftContext, Context>();
  #serverAttributes: Attributes | undefined;

  constructor(
    private readonly server: ThriftServer,
    private readonly tracer: Tracer,
  ) {
    server.on('callStart', (call) => {
      this.#start(call);
    });
    server.on('callEnd', (end) => {
      this.#end(end);
    });
    server.setOnProcessingStartHook((_transport, call, run) => {
      void active.with(this.#contexts.get(call as ThriftContext) ?? ROOT_CONTEXT, run);
    });
  }

  /** The trace that a call belongs to. */
  traceIdOf(call: ThriftContext): string | undefined {
    return this.#spanOf(call)?.spanContext().traceId;
  }

  #start(call: ThriftContext): void {
    const { headers, method, service, peer } = call;
    const parent = headers.size === 0 ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers, headersOf);
    const name = `${service.name}/${method.name}`;
    const attributes: Attributes = {
      ...(this.#serverAttributes ??= attributesOf(this.server)),
      [ATTR_RPC_METHOD]: name,
      [ATTR_NETWORK_PEER_ADDRESS]: peer.address,
      [ATTR_NETWORK_PEER_PORT]: peer.port,
      'thrift.protocol': peer.protocol,
      'thrift.framing': peer.framing,
    };
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    this.#contexts.set(call, trace.setSpan(parent, span));
  }

  #end(end: CallEnd): void {
    const span = this.#spanOf(end.context);
    if (span === undefined) return;
    const status = callStatus(end);
    span.setAttribute(ATTR_RPC_STATUS_CODE, status);
    if (isFault(status)) {
      span.setAttribute(ATTR_ERROR_TYPE, status);
      // What the client was told, and no more.
      span.setStatus({ code: SpanStatusCode.ERROR, message: end.error instanceof Error ? end.error.message : '' });
    }
    span.end();
  }

  #spanOf(call: ThriftContext): ReturnType<typeof trace.getSpan> {
    const context = this.#contexts.get(call);
    return context && trace.getSpan(context);
  }
}

/** Known once the server listens. One that listens on all addresses is known by its host's name. */
function attributesOf(server: ThriftServer): Attributes {
  const place = server.unwrap().address();
  if (place === null || typeof place === 'string') {
    return { [ATTR_RPC_SYSTEM_NAME]: RPC_SYSTEM, [ATTR_SERVER_ADDRESS]: place ?? '' };
  }
  const address = /^(0\.0\.0\.0|::)$/.test(place.address) ? hostname() : place.address;
  return { [ATTR_RPC_SYSTEM_NAME]: RPC_SYSTEM, [ATTR_SERVER_ADDRESS]: address, [ATTR_SERVER_PORT]: place.port };
}
