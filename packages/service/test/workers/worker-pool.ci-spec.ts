import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { sampleOf } from '@tasks/testing/metric-samples';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { isRunning, workersOf } from '@tasks/testing/worker-processes';

jest.setTimeout(120_000);

const MAIN = fileURLToPath(new URL('./line-main.mjs', import.meta.url));
/** So long that only a second signal can end the service. */
const LONG_DELAY = { DRAIN_DELAY_MS: '3600000' };

type Variables = Readonly<Record<string, string>>;

/** Runs a script in each process before the service. */
function running(script: string): Variables {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Starts the service of lines with two workers, without waiting. */
function startProgram(variables: Variables = {}): RunningProgram {
  const env = { npm_lifecycle_event: undefined, WORKERS: '2', ...variables };
  return new RunningProgram(process.execPath, [MAIN], { cwd: projectRoot, env });
}

/** The service of lines with two workers, which accept connections. */
class Lines {
  private constructor(
    readonly program: RunningProgram,
    readonly port: number,
    readonly opsPort: number,
  ) {}

  static async start(variables?: Variables): Promise<Lines> {
    const program = startProgram(variables);
    const [, port = ''] = await program.printed(/Lines are read on [\d.]+:(\d+)/);
    const [, opsPort = ''] = await program.printed(/metrics listen on [\d.]+:(\d+)/);
    return new Lines(program, Number(port), Number(opsPort));
  }

  get workers(): number[] {
    return workersOf(this.program);
  }

  /** Fetches a path of health and metrics. */
  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.opsPort)}${path}`);
  }

  async health(): Promise<{ status: number; error: Record<string, { message: string }> }> {
    const answer = await this.get('/health/ready');
    const { error } = (await answer.json()) as { error: Record<string, { message: string }> };
    return { status: answer.status, error };
  }

  /** Asks again until a sample of the metrics has this value. */
  async counts(sample: string, value: number): Promise<void> {
    while (sampleOf(await (await this.get('/metrics')).text(), sample) !== value) await delay(20);
  }

  [Symbol.dispose](): void {
    this.program[Symbol.dispose]();
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends a line; resolves to the process that has answered it. */
async function ask(socket: Socket): Promise<number> {
  socket.write('?\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return Number(answer);
}

async function untilEnded(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await delay(10);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

function linesOf(stdout: string): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('A service of two workers', () => {
  it('has the failure of its start in one line, the same as with one process', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const LINES_PORT = String((server.address() as AddressInfo).port);
    const failures = [];
    for (const WORKERS of ['1', '2']) {
      using program = startProgram({ WORKERS, LINES_PORT });
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
    const held = running(`
      if (process.env.WORKER_NUMBER === '2') {
        const released = new Promise((resolve) => process.once('SIGUSR2', resolve));
        console.log('worker 2 is held');
        await released;
      }`);
    using program = startProgram({ ...held, LINES_PORT: String(port) });
    await program.printed(/worker 2 is held/);
    // The first worker would get every client that waits.
    await program.printed(/^loaded$/m);
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    process.kill(workersOf(program)[1] ?? 0, 'SIGUSR2');
    await program.printed(/Lines are read on/);
    (await open(port)).destroy();
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0 });
  });
});

describe('A service of two workers that is stopping', () => {
  it('reports that and still answers; a second signal ends it at once', async () => {
    using lines = await Lines.start(LONG_DELAY);
    const { program, workers } = lines;
    program.signal('SIGTERM');
    await program.printed(/"worker":1,.*stopping/);
    await program.printed(/"worker":2,.*stopping/);
    expect(await lines.health()).toMatchObject({ status: 503, error: { service: { message: 'Shutting down' } } });
    expect((await lines.get('/health/live')).status).toBe(200);
    const socket = await open(lines.port);
    expect(workers).toContain(await ask(socket));
    expect(sampleOf(await (await lines.get('/metrics')).text(), 'service_drain_seconds')).toBeGreaterThan(0);
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 1 });
    await untilEnded(workers);
    socket.destroy();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with 0 at %s to the whole group', async (signal) => {
    using lines = await Lines.start();
    const { program, workers } = lines;
    process.kill(-program.pid, signal);
    const { code, stdout, stderr } = await program.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ends = linesOf(stdout).filter(({ msg }) => msg === 'Stopped');
    expect(ends.map(({ exit_code }) => exit_code)).toEqual([0, 0, 0]);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it.each([
    ['itself', (pid: number) => pid],
    ['the whole group', (pid: number) => -pid],
  ])('ends with 0 at SIGTERM to %s while its workers start', async (_who, target) => {
    using program = startProgram(running(`if (process.env.WORKER_NUMBER) console.log('a worker starts');`));
    await program.printed(/a worker starts/);
    process.kill(target(program.pid), 'SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('A worker', () => {
  it('that is stopped is replaced, and its clients get another', async () => {
    using lines = await Lines.start();
    const sockets = [await open(lines.port), await open(lines.port)];
    const [first = 0, second = 0] = [...new Set(await Promise.all(sockets.map(ask)))];
    expect([first, second].sort()).toEqual(lines.workers.sort());
    const closed = once(sockets[0] as Socket, 'close');
    process.kill(first, 'SIGSTOP');
    await lines.program.printed(/Worker \d has not answered for long: killing it/);
    await lines.program.printed(/Worker \d accepts calls/);
    await closed;
    const again = await open(lines.port);
    expect(lines.workers).toContain(await ask(again));
    expect(await ask(sockets[1] as Socket)).toBe(second);
    for (const socket of [...sockets, again]) socket.destroy();
  });

  it('that is stopped does not keep the service from ending', async () => {
    using lines = await Lines.start(LONG_DELAY);
    const { program, workers } = lines;
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/A worker ended by SIGKILL/),
    });
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('that is killed is replaced; nothing that it counted vanishes or counts twice', async () => {
    using lines = await Lines.start();
    const sockets = [await open(lines.port), await open(lines.port)];
    for (const socket of sockets) await ask(socket);
    // A worker that is killed takes with it what no scrape has seen.
    await lines.counts('lines_answered_total', 2);
    process.kill(lines.workers[0] ?? 0, 'SIGKILL');
    await lines.program.printed(/Worker 1 ended by SIGKILL: another one starts in 0 ms/);
    expect((await lines.get('/health/live')).status).toBe(200);
    await lines.program.printed(/Worker 1 accepts calls/);
    for (let count = 0; count < 2; count++) sockets.push(await open(lines.port));
    for (const socket of sockets.slice(2)) await ask(socket);
    await lines.counts('lines_answered_total', 4);
    await lines.counts('service_workers_replaced_total', 1);
    await lines.counts('service_workers', 2);
    for (const socket of sockets) socket.destroy();
  });

  it('that ends over and over is replaced after a growing delay', async () => {
    using lines = await Lines.start();
    for (const [index, delayMs] of [0, 100, 200].entries()) {
      process.kill(lines.workers[1] ?? 0, 'SIGKILL');
      await lines.program.printed(new RegExp(`Worker 2 ended by SIGKILL: another one starts in ${String(delayMs)} ms`));
      await lines.counts('service_workers_replaced_total', index + 1);
    }
  });

  it('that ended with all others comes back on the same port, even an ephemeral one', async () => {
    using lines = await Lines.start();
    for (const pid of lines.workers) process.kill(pid, 'SIGKILL');
    await lines.counts('service_workers_replaced_total', 2);
    const socket = await open(lines.port);
    expect(lines.workers).toContain(await ask(socket));
    socket.destroy();
  });

  it('that alone gets SIGTERM ends in order and is replaced; the service stays ready', async () => {
    using lines = await Lines.start({ DRAIN_DELAY_MS: '500' });
    process.kill(lines.workers[0] ?? 0, 'SIGTERM');
    await lines.program.printed(/"worker":1,.*SIGTERM: stopping/);
    expect(await lines.health()).toMatchObject({ status: 200 });
    await lines.program.printed(/Worker 1 ended with exit code 0: another one starts in 0 ms/);
    await lines.program.printed(/Worker 1 accepts calls/);
    expect(await lines.health()).toMatchObject({ status: 200 });
  });

  it('whose primary is killed ends in order', async () => {
    using lines = await Lines.start();
    const { program, workers } = lines;
    program.signal('SIGKILL');
    await untilEnded(workers);
    const { stdout } = await program.ended();
    const ends = linesOf(stdout).filter(({ msg }) => msg === 'Stopped');
    expect(ends.map(({ worker, exit_code }) => [worker, exit_code]).sort()).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('with an uncaught error ends with 1 and is replaced', async () => {
    const script = `if (process.env.WORKER_NUMBER) process.once('SIGUSR2', () => { throw new Error('boom'); });`;
    using lines = await Lines.start(running(script));
    process.kill(lines.workers[0] ?? 0, 'SIGUSR2');
    await lines.program.printed(/"level":"fatal".*"worker":1,.*boom.*Uncaught exception/);
    await lines.program.printed(/Worker 1 ended with exit code 1/);
    await lines.program.printed(/Worker 1 accepts calls/);
  });
});
