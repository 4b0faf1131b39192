import { Counter, Gauge, type Registry } from 'prom-client';
import type { CallOutcome, MethodSchema, ThriftPeer, ThriftServer } from '../thrift/index.js';
import { DurationHistogram, type DurationSeries } from './duration-histogram.js';

/** The label of all methods that the IDL lacks: peers must not be able to make series. */
const UNKNOWN_METHOD = '_unknown';

/** Feeds the registry from the events of the Thrift server. */
export function measureServer(server: ThriftServer, registry: Registry): void {
  measureCalls(server, registry);
  measureConnections(server, registry);
  measureRejections(server, registry);
}

function measureCalls(server: ThriftServer, registry: Registry): void {
  const durations = new DurationHistogram(
    'rpc_server_call_duration_seconds',
    'How long calls took, from the last byte of the request to the reply, by method and outcome',
    registry,
  );
  const seriesOf = (method: string, outcome: CallOutcome): DurationSeries =>
    durations.series({ rpc_method: method, outcome });
  const known = new Map<MethodSchema, Partial<Record<CallOutcome, DurationSeries>>>();
  server.on('callEnd', ({ context: { method }, outcome, durationMs }) => {
    let byOutcome = known.get(method);
    if (byOutcome === undefined) known.set(method, (byOutcome = {}));
    (byOutcome[outcome] ??= seriesOf(method.name, outcome)).observe(durationMs);
  });
  server.on('rejection', ({ reason }) => {
    if (reason === 'unknown-method') seriesOf(UNKNOWN_METHOD, 'error').observe(0);
  });
  new Gauge({
    name: 'rpc_server_calls_in_flight',
    help: 'Calls that run or wait for a place',
    registers: [registry],
    collect() {
      this.set(server.load.calls);
    },
  });
}

function measureConnections(server: ThriftServer, registry: Registry): void {
  const registers = [registry];
  const open = new Set<ThriftPeer>();
  const closed = { bytesRead: 0, bytesWritten: 0 };
  const accepted = new Counter({ name: 'thrift_connections_total', help: 'Connections accepted', registers });
  server.on('connect', (peer) => {
    accepted.inc();
    open.add(peer);
  });
  server.on('disconnect', (peer) => {
    open.delete(peer);
    closed.bytesRead += peer.bytesRead;
    closed.bytesWritten += peer.bytesWritten;
  });
  new Gauge({
    name: 'thrift_connections',
    help: 'Open connections',
    registers,
    collect() {
      this.set(open.size);
    },
  });
  const countBytes = (name: string, help: string, count: 'bytesRead' | 'bytesWritten'): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc([...open].reduce((sum, peer) => sum + peer[count], closed[count]));
      },
    });
  };
  countBytes('thrift_received_bytes_total', 'Bytes received from peers', 'bytesRead');
  countBytes('thrift_sent_bytes_total', 'Bytes sent to peers', 'bytesWritten');
}

function measureRejections(server: ThriftServer, registry: Registry): void {
  const rejections = new Counter({
    name: 'thrift_rejections_total',
    help: 'Connections and calls that were refused or cut, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  server.on('rejection', ({ reason }) => {
    rejections.inc({ reason });
  });
}
