import type * as PromClient from 'prom-client';
import type { CallOutcome, MethodSchema, RejectionReason, ThriftPeer, ThriftServer } from '../thrift/index.js';
import { DurationHistogram, type DurationSeries } from './duration-histogram.js';

/** The label of all methods that the IDL lacks: peers must not be able to make series. */
const UNKNOWN_METHOD = '_unknown';

/** Counts what the Thrift server tells in its events. Feeding it takes no library; telling it does. */
export class ServerMetrics {
  readonly #durations = new DurationHistogram(
    'rpc_server_call_duration_seconds',
    'How long calls took, from the last byte of the request to the reply, by method and outcome',
  );
  readonly #byMethod = new Map<MethodSchema, Partial<Record<CallOutcome, DurationSeries>>>();
  readonly #open = new Set<ThriftPeer>();
  readonly #rejections = new Map<RejectionReason, number>();
  #accepted = 0;
  /** Bytes of connections that are closed. */
  readonly #bytes = { bytesRead: 0, bytesWritten: 0 };

  constructor(private readonly server: ThriftServer) {
    server.on('callEnd', ({ context: { method }, outcome, durationMs }) => {
      this.#series(method, outcome).observe(durationMs);
    });
    server.on('rejection', ({ reason }) => {
      this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
      if (reason === 'unknown-method') this.#durations.series(labels(UNKNOWN_METHOD, 'error')).observe(0);
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

  /** Has the registry tell what was counted, whenever it is asked. */
  registerIn({ Counter, Gauge }: Pick<typeof PromClient, 'Counter' | 'Gauge'>, registry: PromClient.Registry): void {
    const registers = [registry];
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    const counter = (name: string, help: string, value: () => number): void => {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      });
    };
    const rejections = this.#rejections;
    this.#durations.registerIn(registry);
    gauge('rpc_server_calls_in_flight', 'Calls that run or wait for a place', () => this.server.load.calls);
    gauge('thrift_connections', 'Open connections', () => this.#open.size);
    counter('thrift_connections_total', 'Connections accepted', () => this.#accepted);
    counter('thrift_received_bytes_total', 'Bytes received from peers', () => this.#sum('bytesRead'));
    counter('thrift_sent_bytes_total', 'Bytes sent to peers', () => this.#sum('bytesWritten'));
    new Counter({
      name: 'thrift_rejections_total',
      help: 'Connections and calls that were refused or cut, by reason',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of rejections) this.inc({ reason }, count);
      },
    });
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
