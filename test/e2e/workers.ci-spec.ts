import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { AppProcess, startProgram, type Variables } from '../support/app.js';
import { sampleOf } from '../support/metrics.js';
import { isRunning, workersOf } from '../support/worker-processes.js';

jest.setTimeout(120_000);

/** Nothing listens there: the service starts all the same. */
const NO_MONGO = { MONGO_HOST: '127.0.0.1', MONGO_PORT: '1', MONGO_SERVER_SELECTION_TIMEOUT_MS: '100' };
const TWO = { ...NO_MONGO, WORKERS: '2', HTTP_PORT: '0' };
/** So long that only a second signal can end the service. */
const LONG_DELAY = { DRAIN_DELAY_MS: '3600000' };

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

async function untilEnded(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await delay(10);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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

describe('WORKERS', () => {
  it.each([
    ['memory', { STORE: 'memory' }, /tasks are kept in memory \(STORE=memory\), where each process would have its own/],
    [
      'embedded',
      { STORE: 'embedded' },
      /tasks are kept in a folder \(STORE=embedded\), which one process alone can open/,
    ],
  ])('is rejected with the %s store when it is 2, and accepted when it is 1', async (_, store, reason) => {
    using rejected = startProgram({ ...store, WORKERS: '2' });
    const { code, stdout } = await rejected.ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(reason) });
    await using app = await AppProcess.start({ STORE: 'memory', WORKERS: '1' });
    expect(await app.client().check()).toMatchObject({ ok: true });
    expect(workersOf(app)).toEqual([]);
  });

  it('starts as many processes behind one port as the machine has cores with auto', async () => {
    await using app = await AppProcess.start({ ...TWO, WORKERS: 'auto' });
    const [, count] = await app.printed(/Thrift listens on 127\.0\.0\.1:\d+ by (\d+) workers/);
    expect(workersOf(app)).toHaveLength(Number(count));
  });
});

describe('A service of two workers', () => {
  it('spreads connections over the workers in turn, and logs the worker of each call', async () => {
    await using app = await AppProcess.start({ ...TWO, ACCESS_LOG: 'on' });
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

  it('has the failure of its start in one line, the same as with one process', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const THRIFT_PORT = String((server.address() as AddressInfo).port);
    const failures = [];
    for (const WORKERS of ['1', '2']) {
      using program = startProgram({ ...NO_MONGO, WORKERS, THRIFT_PORT });
      const { code, stdout, stderr } = await program.ended();
      const fatal = linesOf(stdout).filter(({ level }) => level === 'fatal');
      failures.push({ code, stderr, messages: fatal.map(({ msg }) => msg) });
    }
    expect(failures[0]).toMatchObject({ code: 1, messages: [expect.stringContaining('EADDRINUSE')] });
    expect(failures[1]).toEqual(failures[0]);
    server.close();
  });

  it('listens only when all of its workers are loaded', async () => {
    const port = await freePort();
    const script = `
      if (process.env.WORKER_NUMBER === '2') {
        const released = new Promise((resolve) => process.once('SIGUSR2', resolve));
        console.log('worker 2 is held');
        await released;
      }`;
    const variables: Variables = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
    using program = startProgram({ ...TWO, ...variables, THRIFT_PORT: String(port) });
    await program.printed(/worker 2 is held/);
    // The first worker is loaded by now, and would get every client that waits.
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    process.kill(workersOf(program)[1] ?? 0, 'SIGUSR2');
    await program.printed(/Thrift listens on/);
    (await open(port)).destroy();
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0 });
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
});

describe('A service of two workers that is stopping', () => {
  it('reports that and still answers calls; a second signal ends it at once', async () => {
    await using app = await AppProcess.start({ ...TWO, ...LONG_DELAY });
    const workers = workersOf(app);
    app.signal('SIGTERM');
    await app.printed(/"worker":1,.*stopping/);
    await app.printed(/"worker":2,.*stopping/);
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ error: { service: { message: 'Shutting down' } } });
    expect((await app.get('/health/live')).status).toBe(200);
    expect(await app.client().check()).toEqual({ ok: false, message: 'Shutting down' });
    expect(sampleOf(await metricsOf(app), 'service_drain_seconds')).toBeGreaterThan(0);
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 1 });
    await untilEnded(workers);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with 0 at %s to the whole group', async (signal) => {
    await using app = await AppProcess.start(TWO);
    const workers = workersOf(app);
    process.kill(-app.pid, signal);
    const { code, stdout, stderr } = await app.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ends = linesOf(stdout).filter(({ msg }) => msg === 'Stopped');
    expect(ends.map(({ exit_code }) => exit_code)).toEqual([0, 0, 0]);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it.each([
    ['itself', (pid: number) => pid],
    ['the whole group', (pid: number) => -pid],
  ])('ends with 0 at SIGTERM to %s while its workers start', async (_who, target) => {
    using program = startProgram(TWO);
    await program.printed(/"worker":1,/);
    process.kill(target(program.pid), 'SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('A worker', () => {
  it('that is stopped is replaced, and its clients get another', async () => {
    await using app = await AppProcess.start(TWO);
    const clients = [app.client({ waitForConnection: true }), app.client({ waitForConnection: true })];
    for (const client of clients) await client.check();
    process.kill(workersOf(app)[0] ?? 0, 'SIGSTOP');
    await app.printed(/Worker 1 has not answered for long: killing it/);
    await app.printed(/Worker 1 accepts calls/);
    for (const client of clients) expect(await client.check()).toMatchObject({ message: expect.any(String) });
  });

  it('that is stopped does not keep the service from ending', async () => {
    await using app = await AppProcess.start({ ...TWO, ...LONG_DELAY });
    const workers = workersOf(app);
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 1, stdout: expect.stringMatching(/A worker ended by SIGKILL/) });
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('that is killed is replaced; nothing that it counted vanishes or counts twice', async () => {
    await using app = await AppProcess.start(TWO);
    const clients = [app.client(), app.client()];
    for (const client of clients) await client.check();
    const calls = 'rpc_server_call_duration_seconds_count{rpc_method="check",outcome="ok"}';
    expect(sampleOf(await metricsOf(app), calls)).toBe(2);
    process.kill(workersOf(app)[0] ?? 0, 'SIGKILL');
    await app.printed(/Worker 1 ended by SIGKILL: another one starts in 0 ms/);
    expect((await app.get('/health/live')).status).toBe(200);
    await app.printed(/Worker 1 accepts calls/);
    const answers = await Promise.allSettled(clients.map((client) => client.check()));
    // The client of the killed worker connects again.
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const client of [app.client(), app.client()]) await client.check();
    const answered = 4 + answers.filter(({ status }) => status === 'fulfilled').length;
    const metrics = await metricsThat(app, (text) => (sampleOf(text, calls) ?? 0) >= answered);
    expect(sampleOf(metrics, calls)).toBe(answered);
    expect(sampleOf(metrics, 'service_workers_replaced_total')).toBe(1);
    expect(sampleOf(metrics, 'service_workers')).toBe(2);
  });

  it('that ends over and over is replaced after a growing delay', async () => {
    await using app = await AppProcess.start(TWO);
    for (const [index, delayMs] of [0, 100, 200].entries()) {
      const [, workerPid] = workersOf(app);
      process.kill(workerPid ?? 0, 'SIGKILL');
      await app.printed(new RegExp(`Worker 2 ended by SIGKILL: another one starts in ${String(delayMs)} ms`));
      await metricsThat(app, (text) => sampleOf(text, 'service_workers_replaced_total') === index + 1);
    }
  });

  it('that ended with all others comes back on the same port, even an ephemeral one', async () => {
    await using app = await AppProcess.start(TWO);
    for (const pid of workersOf(app)) process.kill(pid, 'SIGKILL');
    await metricsThat(app, (text) => sampleOf(text, 'service_workers_replaced_total') === 2);
    expect(await app.client().check()).toMatchObject({ message: expect.any(String) });
  });

  it('that alone gets SIGTERM ends in order and is replaced; the service stays ready', async () => {
    await using app = await AppProcess.start({ ...TWO, DRAIN_DELAY_MS: '500' });
    const [first] = workersOf(app);
    process.kill(first ?? 0, 'SIGTERM');
    await app.printed(/"worker":1,.*SIGTERM: stopping/);
    const ready = (await (await app.get('/health/ready')).json()) as { error: Record<string, unknown> };
    // The store is away here; but nothing stops.
    expect(Object.keys(ready.error)).toEqual(['store']);
    expect(ready.error).toMatchObject({ store: { message: 'Task store unavailable' } });
    await app.printed(/Worker 1 ended with exit code 0: another one starts in 0 ms/);
    await app.printed(/Worker 1 accepts calls/);
  });

  it('whose primary is killed ends in order', async () => {
    await using app = await AppProcess.start(TWO);
    const workers = workersOf(app);
    app.signal('SIGKILL');
    await untilEnded(workers);
    const { stdout } = await app.ended();
    const ends = linesOf(stdout).filter(({ msg }) => msg === 'Stopped');
    expect(ends.map(({ worker, exit_code }) => [worker, exit_code]).sort()).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('in which nobody caught an error drains, ends with 1 and is replaced', async () => {
    const script = `if (process.env.WORKER_NUMBER) process.once('SIGUSR2', () => { throw new Error('boom'); });`;
    const variables: Variables = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
    await using app = await AppProcess.start({ ...TWO, ...variables });
    const [first] = workersOf(app);
    process.kill(first ?? 0, 'SIGUSR2');
    await app.printed(/"level":"fatal".*"worker":1,.*boom.*Uncaught exception/);
    await app.printed(/Worker 1 ended with exit code 1/);
    await app.printed(/Worker 1 accepts calls/);
  });
});
