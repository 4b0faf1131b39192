import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import type { Variables } from '../support/app.js';

jest.setTimeout(60_000);

/** A service as a program, by the names of its variables. */
interface ServiceProgram {
  readonly file: string;
  /** Where callers come, and where health is. */
  readonly ports: readonly [string, string];
  readonly hosts: readonly [string, string];
  readonly store: string;
  readonly dataDir: string;
  /** Its last line of a start. */
  readonly runs: RegExp;
  /** The beginning of a request that never ends. */
  readonly halfRequest: Buffer;
  /** The metric by which it has arrived. */
  readonly arrived: RegExp;
}

const SERVICES: Readonly<Record<string, ServiceProgram>> = {
  Tasks: {
    file: 'dist/main.js',
    ports: ['THRIFT_PORT', 'HTTP_PORT'],
    hosts: ['THRIFT_HOST', 'HTTP_HOST'],
    store: 'STORE',
    dataDir: 'DATA_DIR',
    runs: /metrics listen on/,
    halfRequest: Buffer.from('800100010000', 'hex'),
    arrived: /^thrift_received_bytes_total 6$/m,
  },
  Gateway: {
    file: 'gateway/dist/main.js',
    ports: ['GATEWAY_PORT', 'GATEWAY_OPS_PORT'],
    hosts: ['GATEWAY_HOST', 'GATEWAY_OPS_HOST'],
    store: 'GATEWAY_STORE',
    dataDir: 'GATEWAY_DATA_DIR',
    runs: /metrics listen on/,
    halfRequest: Buffer.from(
      'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ),
    arrived: /^http_server_active_requests 1$/m,
  },
};

/**
 * Prints the port of each listener. `AT` names the listener, by its place, at whose start something happens: SIGTERM
 * arrives before it goes on, or it waits for SIGUSR2.
 */
const PRELOAD = `
  import { Server } from 'node:net';
  const { listen } = Server.prototype;
  const [what, at] = (process.env.AT ?? '').split(' ');
  let place = 0;
  Server.prototype.listen = function (...args) {
    const own = String(++place);
    this.once('listening', () => console.log('listener ' + own + ' has ' + this.address().port + '.'));
    if (own !== at) return listen.apply(this, args);
    // Nothing else keeps the process alive before the first listener.
    const alive = setInterval(() => undefined, 1_000);
    process.once(what === 'wait' ? 'SIGUSR2' : 'SIGTERM', () => {
      clearInterval(alive);
      listen.apply(this, args);
    });
    if (what === 'wait') console.log('waiting');
    else process.kill(process.pid, 'SIGTERM');
    return this;
  };
  if (what === 'load') {
    const timer = setInterval(() => {
      if (Reflect.defineMetadata === undefined) return;
      clearInterval(timer);
      process.kill(process.pid, 'SIGTERM');
    }, 1);
  }`;

describe.each(Object.entries(SERVICES))('%s', (_name, service) => {
  const [port, opsPort] = service.ports;

  function start(variables: Variables = {}, wrapper: readonly string[] = []): RunningProgram {
    const foreign = Object.keys(process.env).filter((name) => /^(MONGO|GATEWAY_|npm_)/.test(name));
    const [command, ...args] = [...wrapper, process.execPath, join(projectRoot, service.file)];
    return new RunningProgram(command, args, {
      cwd: projectRoot,
      env: {
        ...Object.fromEntries(foreign.map((name) => [name, undefined])),
        ...Object.fromEntries(service.hosts.map((host) => [host, '127.0.0.1'])),
        ...Object.fromEntries(service.ports.map((name) => [name, '0'])),
        [service.store]: 'memory',
        LOG_FORMAT: 'json',
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
        ...variables,
      },
    });
  }

  async function portOf(program: RunningProgram, place: 1 | 2): Promise<number> {
    return Number((await program.printed(new RegExp(`listener ${String(place)} has (\\d+)\\.`)))[1]);
  }

  /** Status of readiness, and what it says of the service. */
  async function readiness(program: RunningProgram): Promise<{ status: number; message: unknown }> {
    const answer = await fetch(`http://127.0.0.1:${String(await portOf(program, 1))}/health/ready`);
    const { error } = (await answer.json()) as { error: { service?: { message: string } } };
    return { status: answer.status, message: error.service?.message };
  }

  /** The log of a service that has ended, without lines of other origin. */
  async function ended(program: RunningProgram) {
    const { code, stdout, stderr } = await program.ended();
    const lines = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: string; msg: string; exit_code?: number });
    const fatal = lines.filter(({ level }) => level === 'fatal').map(({ msg }) => msg);
    return { code, stderr, fatal, last: lines.at(-1), messages: lines.map(({ msg }) => msg) };
  }

  const IN_ORDER = { code: 0, stderr: '', fatal: [], last: { msg: 'Stopped', exit_code: 0 } };

  it('is alive but not ready while it starts, and last while it stops', async () => {
    using program = start({ AT: 'wait 2', DRAIN_DELAY_MS: '3600000' });
    await program.printed(/waiting/);
    expect(await readiness(program)).toEqual({ status: 503, message: 'Starting' });
    const health = `http://127.0.0.1:${String(await portOf(program, 1))}/health`;
    expect((await fetch(`${health}/live`)).status).toBe(200);
    program.signal('SIGUSR2');
    await program.printed(service.runs);
    program.signal('SIGTERM');
    await program.printed(/SIGTERM: stopping/);
    expect(await readiness(program)).toEqual({ status: 503, message: 'Shutting down' });
    expect((await fetch(`${health}/live`)).status).toBe(200);
    program.signal('SIGTERM');
    expect(await ended(program)).toMatchObject({ code: 1 });
  });

  it.each([
    ['loads', 'load'],
    ['starts health', 'term 1'],
    ['starts to listen', 'term 2'],
  ])('that gets SIGTERM while it %s ends with 0, and never runs', async (_phase, AT) => {
    using folder = new ScratchFolder();
    const kept = { [service.store]: 'embedded', [service.dataDir]: folder.path };
    using program = start({ ...kept, AT, DRAIN_DELAY_MS: '3600000' });
    const result = await ended(program);
    expect(result).toMatchObject(IN_ORDER);
    expect(result.messages.join()).not.toMatch(service.runs);
    using again = start(kept);
    await again.printed(service.runs);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('that runs ends with 0 at %s', async (signal) => {
    using program = start();
    await program.printed(service.runs);
    program.signal(signal);
    expect(await ended(program)).toMatchObject(IN_ORDER);
  });

  it.each([
    ['cuts what runs after DRAIN_TIMEOUT_MS, and ends with 0', '200', 0],
    ['ends at once, with 1, at a second signal while it drains', '3600000', 1],
  ])('%s', async (_title, DRAIN_TIMEOUT_MS, code) => {
    using program = start({ DRAIN_TIMEOUT_MS });
    await program.printed(service.runs);
    const socket = connect(await portOf(program, 2), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(service.halfRequest);
    const metrics = `http://127.0.0.1:${String(await portOf(program, 1))}/metrics`;
    while (!service.arrived.test(await (await fetch(metrics)).text()));
    program.signal('SIGTERM');
    await program.printed(/SIGTERM: stopping/);
    if (code === 1) program.signal('SIGTERM');
    expect(await ended(program)).toMatchObject({ code });
    socket.destroy();
  });

  it.each([port, opsPort])('does not start when the port of %s is in use, in one line', async (variable) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const number = String((taken.address() as AddressInfo).port);
    using program = start({ [variable]: number });
    const { code, stderr, fatal } = await ended(program);
    taken.close();
    expect({ code, stderr, fatal }).toEqual({
      code: 1,
      stderr: '',
      fatal: [
        `Can't listen on 127.0.0.1:${number} (EADDRINUSE): another process listens there; end it, or choose another ` +
          `port with ${variable}`,
      ],
    });
  });

  it('does not start with a bad variable, and names it in one line', async () => {
    using program = start({ DRAIN_DELAY_MS: 'soon' });
    const fatal = ['Bad configuration:\n  DRAIN_DELAY_MS is "soon", it must be a whole number from 0 to 3600000'];
    expect(await ended(program)).toMatchObject({ code: 1, stderr: '', fatal, messages: fatal });
  });

  it('does not start on a full disk, says so in one line, and starts once there is room', async () => {
    using folder = new ScratchFolder();
    const kept = { [service.store]: 'embedded', [service.dataDir]: folder.path };
    using full = start(kept, ['sh', '-c', 'ulimit -f 0 && exec "$@"', 'sh']);
    const fatal = [expect.stringMatching(/\.db can't be used, .*: .*free space on its disk/)];
    expect(await ended(full)).toMatchObject({ code: 1, stderr: '', fatal, messages: fatal });
    using program = start(kept);
    await program.printed(service.runs);
  });

  it('starts while MongoDB is down, is not ready, and ends with 0', async () => {
    const away = { MONGO_HOST: '127.0.0.1', MONGO_PORT: '1', MONGO_SERVER_SELECTION_TIMEOUT_MS: '100' };
    using program = start({ ...away, [service.store]: 'mongo' });
    await program.printed(service.runs);
    expect((await readiness(program)).status).toBe(503);
    program.signal('SIGTERM');
    expect(await ended(program)).toMatchObject(IN_ORDER);
  });
});
