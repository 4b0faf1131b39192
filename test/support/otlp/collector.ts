import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { projectRoot } from '@tasks/testing/project-copy';

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of the process that sent it. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** `STATUS_CODE_UNSET` and no message unless something failed. */
  readonly status: { readonly code: string; readonly message: string };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface WireSpan extends Omit<ReceivedSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'attributes' | 'resource'> {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly attributes: Attribute[];
}

interface ExportRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attribute[] };
    readonly scopeSpans: { readonly spans: WireSpan[] }[];
  }[];
}

// The files of OpenTelemetry's own repository, as io.opentelemetry.proto:opentelemetry-proto 1.8.0 has them.
const root = new protobuf.Root();
root.resolvePath = (_origin, target) => join(projectRoot, 'test/support/otlp/proto', target);
const requestType = root
  .loadSync('opentelemetry/proto/collector/trace/v1/trace_service.proto')
  .lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');

/** Takes traces by OTLP over HTTP, as a collector does, and keeps what came. */
export class TestCollector {
  readonly spans: ReceivedSpan[] = [];
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];

  private constructor(private readonly server: Server) {}

  /** Listens on a free port. */
  static async start(): Promise<TestCollector> {
    const server = createServer();
    const collector = new TestCollector(server);
    server.on('request', (request, response) => {
      const { url: path = '', headers } = request;
      collector.requests.push({ path, headers });
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        collector.spans.push(...decode(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
        response.setHeader('content-type', 'application/x-protobuf').end();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Closes it, and all connections to it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

function decode(body: Buffer): ReceivedSpan[] {
  const options = { enums: String, longs: Number, defaults: true, arrays: true, objects: true, oneofs: true };
  const request = requestType.toObject(requestType.decode(body), options) as ExportRequest;
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ name, kind, traceId, spanId, parentSpanId, attributes, status }) => ({
        name,
        kind,
        traceId: hex(traceId),
        spanId: hex(spanId),
        parentSpanId: hex(parentSpanId),
        attributes: valuesOf(attributes),
        resource: valuesOf(resource.attributes),
        status: { code: 'STATUS_CODE_UNSET', message: '', ...withoutNull(status) },
      })),
  );
}

function hex(bytes: Buffer | readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  // A value is a oneof; `value` holds the chosen field.
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value[String(value['value'])]]));
}

function withoutNull(status: ReceivedSpan['status'] | null): Partial<ReceivedSpan['status']> {
  return status ?? {};
}
