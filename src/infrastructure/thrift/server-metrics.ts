import { DurationHistogram, type DurationSeries, type LiveMetrics, type MetricsSource } from '@tasks/service';
import type { CallOutcome, MethodSchema, RejectionReason, ThriftPeer, ThriftServer } from 'nestjs-thrift';
import { callStatus } from './call-status.js';

/** Common label of all methods that are not in the IDL: peers must not be able to create series. */
const UNKNOWN_METHOD = '_unknown';

interface CallErrorLabels {
  readonly rpc_method: string;
  readonly error_type: string;
}

/** Counts the events of the Thrift server. Counting needs no library; exporting does. */
export class ServerMetrics implements MetricsSource {
  readonly #durations = new DurationHistogram(
    'rpc_server_call_duration_seconds',
    'How long calls took, from the last byte of the request to the reply, by method and outcome',
  );
  readonly #byMethod = new Map<MethodSchema, Partial<Record<CallOutcome, DurationSeries>>>();
  readonly #open = new Set<ThriftPeer>();
  /** By method and kind of error. */
  readonly #errors = new Map<string, readonly [labels: CallErrorLabels, count: number]>();
  readonly #rejections = new Map<RejectionReason, number>();
  #accepted = 0;
  /** Bytes of closed connections. */
  readonly #bytes = { bytesRead: 0, bytesWritten: 0 };

  readonly #server: ThriftServer;

  constructor(server: ThriftServer) {
    this.#server = server;
    server.on('callEnd', (end) => {
      this.#series(end.context.method, end.outcome).observe(end.durationMs);
      if (end.outcome !== 'ok') this.#countError(end.context.method.name, callStatus(end));
    });
    server.on('rejection', ({ reason }) => {
      this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
      if (reason !== 'unknown-method') return;
      this.#durations.series(labels(UNKNOWN_METHOD, 'error')).observe(0);
      this.#countError(UNKNOWN_METHOD, 'UNKNOWN_METHOD');
    });
    server.on('connect', (peer) => {
      this.#accepted++;
      this.#open.add(peer);
    });
    server.on('disconnect', (peer) => {
      this.#open.delete(peer);
      this.#bytes.bytesRead += peer.bytesRead;
      this.#bytes.bytesWritten += peer.bytesWritten;
    });
  }

  registerIn(metrics: LiveMetrics): void {
    const { limits } = this.#server;
    metrics.histogram(this.#durations);
    metrics.counters(
      'rpc_server_call_errors_total',
      'Failed calls, by method and kind of error',
      ['rpc_method', 'error_type'],
      () => this.#errors.values(),
    );
    metrics.gauge(
      'rpc_server_calls_in_flight',
      'Calls that are running or waiting for a slot',
      () => this.#server.load.calls,
    );
    metrics.gauge('rpc_server_calls_limit', 'Maximum number of concurrent calls', () => limits.maxCalls);
    metrics.gauge(
      'thrift_tls_certificate_expiry_timestamp_seconds',
      'When the TLS certificate that the listener shows expires, in seconds since 1970',
      () => toSeconds(this.#server.certificateExpiry),
      'min',
    );
    metrics.gauge('thrift_connections', 'Open connections', () => this.#open.size);
    metrics.gauge('thrift_connections_limit', 'Maximum number of open connections', () => limits.maxConnections);
    metrics.counter('thrift_connections_total', 'Connections accepted', () => this.#accepted);
    metrics.counter('thrift_received_bytes_total', 'Bytes received from peers', () => this.#sum('bytesRead'));
    metrics.counter('thrift_sent_bytes_total', 'Bytes sent to peers', () => this.#sum('bytesWritten'));
    metrics.counters('thrift_rejections_total', 'Rejected connections and calls, by reason', ['reason'], () =>
      [...this.#rejections].map(([reason, count]) => [{ reason }, count] as const),
    );
  }

  #countError(rpc_method: string, error_type: string): void {
    const key = `${rpc_method} ${error_type}`;
    const [, count] = this.#errors.get(key) ?? [undefined, 0];
    this.#errors.set(key, [{ rpc_method, error_type }, count + 1]);
  }

  #series(method: MethodSchema, outcome: CallOutcome): DurationSeries {
    let byOutcome = this.#byMethod.get(method);
    if (byOutcome === undefined) this.#byMethod.set(method, (byOutcome = {}));
    return (byOutcome[outcome] ??= this.#durations.series(labels(method.name, outcome)));
  }

  #sum(count: 'bytesRead' | 'bytesWritten'): number {
    return [...this.#open].reduce((sum, peer) => sum + peer[count], this.#bytes[count]);
  }
}

function labels(method: string, outcome: CallOutcome): { rpc_method: string; outcome: CallOutcome } {
  return { rpc_method: method, outcome };
}

function toSeconds(time: Date | undefined): number | undefined {
  return time && time.getTime() / 1_000;
}
