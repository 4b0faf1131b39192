import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { AppProcess, dropAndStop, type Variables } from '../../../test/support/app.js';
import { GatewayProcess } from '../../../test/support/gateway-process.js';
import { TestClient } from '../support/test-client.js';
import { PASSWORD } from '../support/test-gateway.js';

jest.setTimeout(120_000);

describe('gateway-admin beside a gateway on the same folder', () => {
  const username = 'alice';
  let folder: ScratchFolder;
  let gateway: GatewayProcess;
  let user: TestClient;

  beforeEach(async () => {
    folder = new ScratchFolder();
    gateway = await GatewayProcess.start({ GATEWAY_DATA_DIR: join(folder.path, 'data') });
    user = new TestClient(gateway.origin);
    expect((await user.post('/accounts', { username, password: PASSWORD })).status).toBe(201);
  });

  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  function admin(...args: string[]): Promise<ProgramResult> {
    const program = join(projectRoot, 'gateway/bin/gateway-admin.js');
    return runProgram(process.execPath, [program, '--data-dir', join(folder.path, 'data'), ...args], {
      cwd: projectRoot,
    });
  }

  test('a disabled account can do nothing until it is enabled', async () => {
    expect(await admin('disable', username, '--yes')).toMatchObject({ code: 0 });
    expect((await user.get('/session')).status).toBe(401);
    expect((await user.post('/session', { username, password: PASSWORD })).status).toBe(403);
    expect(await admin('enable', username)).toMatchObject({ code: 0 });
    expect((await user.post('/session', { username, password: PASSWORD })).status).toBe(200);
    const { stdout } = await admin('list');
    expect(stdout).toContain(username);
  });

  test('a code from reset-password lets the user log in again', async () => {
    const { code, stdout } = await admin('reset-password', username, '--yes');
    expect(code).toBe(0);
    expect((await user.get('/session')).status).toBe(401);
    const [recoveryCode = ''] = /\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+\b/i.exec(stdout) ?? [];
    const newPassword = 'another horse battery staple';
    expect((await user.post('/session/recovery', { username, recoveryCode, newPassword })).status).toBe(200);
    expect((await user.get('/session')).status).toBe(200);
  });

  test('a backup is created while the gateway runs, and has the account', async () => {
    const file = join(folder.path, 'backup');
    expect(await admin('backup', file)).toMatchObject({ code: 0 });
    const target = join(folder.path, 'restored');
    const restored = await runProgram(
      process.execPath,
      [join(projectRoot, 'gateway/bin/gateway-admin.js'), '--data-dir', target, 'restore', file],
      { cwd: projectRoot },
    );
    expect(restored).toMatchObject({ code: 0 });
    await using other = await GatewayProcess.start({ GATEWAY_DATA_DIR: target });
    const again = new TestClient(other.origin);
    for (const [name, value] of user.cookies) again.cookies.set(name, value);
    // Sessions are not restored, the account is.
    expect((await again.get('/session')).status).toBe(401);
    expect((await again.post('/session', { username, password: PASSWORD })).status).toBe(200);
  });

  test('it starts and stops without output on standard error', async () => {
    gateway.signal('SIGTERM');
    expect(await gateway.ended()).toMatchObject({ code: 0, stderr: '' });
  });
});

/** The variables that docker-compose.yml sets for a service, with its own defaults. */
function composeVariables(service: string): Variables {
  const file = readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');
  const [, block = ''] = new RegExp(`^  ${service}:\\n((?: {4}.*\\n)+)`, 'm').exec(file) ?? [];
  const [, lines = ''] = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block) ?? [];
  const entries = [...lines.matchAll(/^ {6}(\w+): (.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value.replace(/\$\{\w+:-(.*?)\}/g, '$1'),
  ]);
  return Object.fromEntries(entries) as Variables;
}

await describeWithMongo('The variables of docker-compose.yml', (mongo) => {
  const { hostname, port } = new URL(mongo.uri);
  /** Addresses of the services, by their names in Compose. */
  const mongodb = { MONGO_HOST: hostname, MONGO_PORT: port || '27017' };

  afterAll(() => dropAndStop(mongo));

  async function start(): Promise<{ readonly tasks: AppProcess; readonly gateway: GatewayProcess }> {
    const [ofTasks, ofGateway] = [composeVariables('tasks'), composeVariables('gateway')];
    expect(ofTasks).toEqual({ MONGO_HOST: 'mongo' });
    expect(ofGateway).toMatchObject({ MONGO_HOST: 'mongo', TASKS_SERVERS: 'tasks:6001', SIGN_UP: 'open' });
    const tasks = await AppProcess.start({ ...ofTasks, ...mongodb, MONGODB_DATABASE: mongo.database });
    const gateway = await GatewayProcess.start({
      ...ofGateway,
      ...mongodb,
      GATEWAY_MONGODB_DATABASE: mongo.database,
      TASKS_SERVERS: `127.0.0.1:${String(tasks.port)}`,
    });
    return { tasks, gateway };
  }

  test('create a system that keeps accounts and tasks in MongoDB over a restart', async () => {
    const before = await start();
    const user = new TestClient(before.gateway.origin);
    const ready = `http://127.0.0.1:${String(before.gateway.httpPort)}/health/ready`;
    while ((await fetch(ready)).status !== 200) await delay(20);
    const username = `compose-${mongo.database}`.slice(0, 64);
    expect((await user.post('/accounts', { username, password: PASSWORD })).status).toBe(201);
    expect((await user.post('/tasks', { name: 'over a restart' })).status).toBe(201);
    for (const program of [before.gateway, before.tasks]) {
      program.signal('SIGTERM');
      expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
    }
    const after = await start();
    const again = new TestClient(after.gateway.origin);
    for (const [name, value] of user.cookies) again.cookies.set(name, value);
    expect((await again.get('/tasks')).body).toMatchObject({ items: [{ name: 'over a restart' }] });
    await after.gateway[Symbol.asyncDispose]();
    await after.tasks[Symbol.asyncDispose]();
  });
});
