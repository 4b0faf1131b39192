import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { sampleOf } from '@tasks/testing/metric-samples';
import { workersOf } from '@tasks/testing/worker-processes';
import { AppProcess } from '../support/app.js';

jest.setTimeout(120_000);

/** Nothing listens there: the service starts all the same. */
const NO_MONGO = { MONGO_HOST: '127.0.0.1', MONGO_PORT: '1', MONGO_SERVER_SELECTION_TIMEOUT_MS: '100' };
const TWO = { ...NO_MONGO, WORKERS: '2', HTTP_PORT: '0' };

async function metricsOf(app: AppProcess): Promise<string> {
  return (await app.get('/metrics')).text();
}

/** Asks again until the metrics are as wanted. */
async function metricsThat(app: AppProcess, isWanted: (metrics: string) => boolean): Promise<string> {
  for (;;) {
    const metrics = await metricsOf(app);
    if (isWanted(metrics)) return metrics;
    await delay(20);
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

// `packages/service/test/workers` has how processes start, are replaced and end.
describe('A service of two workers', () => {
  it('spreads connections over the workers in turn, and logs the worker of each call', async () => {
    await using app = await AppProcess.start({ ...TWO, ACCESS_LOG: 'on' });
    await app.printed(/Thrift listens on 127\.0\.0\.1:\d+ by 2 workers/);
    const workers = workersOf(app);
    for (let count = 0; count < 4; count++) await app.client().check();
    await metricsThat(app, (text) => sampleOf(text, 'thrift_connections') === 4);
    const metrics = await metricsOf(app);
    expect(sampleOf(metrics, 'service_worker_connections{worker="1"}')).toBe(2);
    expect(sampleOf(metrics, 'service_worker_connections{worker="2"}')).toBe(2);
    expect(sampleOf(metrics, 'service_worker_open_fds{worker="1"}')).toBeGreaterThan(2);
    const maxFds = sampleOf(metrics, 'service_worker_max_fds{worker="2"}') ?? 0;
    // The sum over both workers and the primary process.
    expect(sampleOf(metrics, 'process_max_fds')).toBe(3 * maxFds);
    expect(sampleOf(metrics, 'service_workers')).toBe(2);
    const calls = 'rpc_server_call_duration_seconds_count{rpc_method="check",outcome="ok"}';
    expect(sampleOf(metrics, calls)).toBe(4);
    app.signal('SIGTERM');
    const { code, stdout } = await app.ended();
    expect(code).toBe(0);
    const pids = linesOf(stdout).flatMap(({ msg, pid }) => (msg === 'call' ? [pid] : []));
    expect(pids.sort()).toEqual([...workers, ...workers].sort());
  });

  it('never has more connections than are configured, by all workers together', async () => {
    await using app = await AppProcess.start({ ...TWO, THRIFT_MAX_CONNECTIONS: '5' });
    const sockets = [];
    let closed = 0;
    for (let count = 0; count < 12; count++) {
      const socket = await open(app.port);
      socket.resume().once('close', () => closed++);
      sockets.push(socket);
    }
    const metrics = await metricsThat(app, (text) => closed === 7 && sampleOf(text, 'thrift_connections_total') === 12);
    expect(sampleOf(metrics, 'thrift_connections')).toBe(5);
    expect(sampleOf(metrics, 'thrift_connections_limit')).toBe(5);
    for (const socket of sockets) socket.destroy();
  });

  it('replaces the oldest of too many TLS handshakes instead of passing them on', async () => {
    const certificates = new Certificates();
    const { certFile, keyFile } = certificates.issue('server', 'server');
    const tls = { THRIFT_TLS_CERT: certFile, THRIFT_TLS_KEY: keyFile };
    await using app = await AppProcess.start({ ...TWO, ...tls, THRIFT_MAX_CONNECTIONS: '2' });
    const sockets = await Promise.all(Array.from({ length: 8 }, () => open(app.port)));
    // Each worker has room for one handshake.
    const closing = sockets.map((socket) => once(socket.resume(), 'close'));
    const closed = new Set<number>();
    closing.forEach((close, index) => void close.then(() => closed.add(index)));
    await metricsThat(app, () => closed.size === 6);
    const rejected = 'thrift_rejections_total{reason="connection-limit"}';
    expect(sampleOf(await metricsThat(app, (text) => sampleOf(text, rejected) === 6), rejected)).toBe(6);
    for (const socket of sockets) socket.destroy();
    certificates[Symbol.dispose]();
  });

  it('reports that it is stopping, and still answers calls', async () => {
    await using app = await AppProcess.start({ ...TWO, DRAIN_DELAY_MS: '3600000' });
    app.signal('SIGTERM');
    for (const worker of ['1', '2']) await app.printed(new RegExp(`"worker":${worker},.*stopping`));
    expect(await app.client().check()).toEqual({ ok: false, message: 'Shutting down' });
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 1 });
  });
});
