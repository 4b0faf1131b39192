import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { isRunning, workersOf } from '@tasks/testing/worker-processes';

const PORTS = { THRIFT_PORT: '0', HTTP_PORT: '0', GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: '0', GATEWAY_OPS_PORT: '0' };
const VARIABLES = {
  ...PORTS,
  STORE: 'memory',
  GATEWAY_STORE: 'memory',
  TASKS_SERVERS: '127.0.0.1:1',
  LOG_FORMAT: 'json',
};

describe('npm run app', () => {
  let app: RunningProgram;
  let services: number[];

  beforeEach(async () => {
    app = new RunningProgram(process.execPath, ['scripts/app.mjs'], { cwd: projectRoot, env: VARIABLES });
    await app.printed(/Thrift listens on/);
    await app.printed(/Page and API: http/);
    services = workersOf(app);
    expect(services).toHaveLength(2);
  });

  afterEach(() => {
    app[Symbol.dispose]();
    for (const pid of services.filter(isRunning)) process.kill(pid, 'SIGKILL');
  });

  it.each([
    ['SIGHUP', 'SIGHUP'],
    ['SIGINT', 'SIGINT'],
    ['SIGQUIT', 'SIGTERM'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)('on %s stops both services with %s, and exits after them', async (signal, forwarded) => {
    app.signal(signal);
    const { code, stdout } = await app.ended();
    expect({ code, running: services.filter(isRunning) }).toEqual({ code: 0, running: [] });
    expect(stdout.match(new RegExp(`${forwarded}: stopping`, 'g'))).toHaveLength(2);
  });

  it('sends one signal to each service at Ctrl-C, which reaches its whole process group', async () => {
    process.kill(-app.pid, 'SIGINT');
    const { code, stdout } = await app.ended();
    expect({ code, running: services.filter(isRunning) }).toEqual({ code: 0, running: [] });
    expect(stdout).not.toContain('ending at once');
  });

  it('names the address where the gateway serves the page', async () => {
    const [, address = ''] = await app.printed(/Page and API: (http:[^\s"]+)/);
    expect((await fetch(address)).status).toBe(200);
    app.signal('SIGTERM');
    expect((await app.ended()).stderr).not.toContain('http');
  });

  it('stops the other service when one ends', async () => {
    const [tasks = 0] = services;
    process.kill(tasks, 'SIGKILL');
    expect(await app.ended()).toMatchObject({ code: 1 });
    expect(services.filter(isRunning)).toEqual([]);
  });
});

describe('npm run app with a gateway that cannot be spawned', () => {
  // The first service gets the real path of Node.
  const preload = `const paths = [process.execPath];
    Object.defineProperty(process, 'execPath', { get: () => paths.pop() ?? '/nonexistent' });`;

  it('stops the Tasks service', async () => {
    const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, 'scripts/app.mjs'];
    using app = new RunningProgram(process.execPath, args, { cwd: projectRoot, env: VARIABLES });
    // Tasks writes to the same pipes, which close only after it has exited as well.
    const { code, stderr } = await app.ended();
    expect(code).toBe(1);
    expect(stderr).toContain('gateway/dist/main.js cannot be started: spawn /nonexistent ENOENT');
  });
});

describe('npm run app with a gateway that does not start', () => {
  it.each(['tcp://10.0.0.5:18080', ''])('names no address for GATEWAY_PORT=%s', async (GATEWAY_PORT) => {
    const env = { ...VARIABLES, GATEWAY_PORT, SESSION_IDLE_DAYS: 'none' };
    using app = new RunningProgram(process.execPath, ['scripts/app.mjs'], { cwd: projectRoot, env });
    const { code, stdout, stderr } = await app.ended();
    expect(code).toBe(1);
    expect(stdout).toMatch(/"msg":"[^\n]*SESSION_IDLE_DAYS is \\"none\\"/);
    expect(stdout + stderr).not.toContain('localhost:');
  });
});
