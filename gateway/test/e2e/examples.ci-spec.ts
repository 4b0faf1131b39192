import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { runProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { TestGateway } from '../support/test-gateway.js';

const readme = readFileSync(join(projectRoot, 'gateway/README.md'), 'utf8');
const DOCUMENTED_ORIGIN = 'http://localhost:8080';

describe('README', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test('its commands work as written, one after the other', async () => {
    using folder = new ScratchFolder();
    const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block).join('');
    const script = commands
      .replaceAll(DOCUMENTED_ORIGIN, gateway.origin.replace('127.0.0.1', 'localhost'))
      .replaceAll('/tmp/tasks-cookies', join(folder.path, 'cookies'))
      // A script needs functions instead of aliases.
      .replace(/^alias api='(.*)'$/m, 'api() { $1 "$@"; echo; }')
      .replace(/^(api \$URL\/tasks -d .*)$/m, 'ID=$($1 | sed -E \'s/.*"id":"([0-9a-f]+)".*/\\1/\')')
      .replace('/tasks/ID', '/tasks/$ID')
      .replace(/^api -N .*$/m, 'api -N --max-time 1 $URL/events 2>/dev/null || true')
      .replace(/^(api \S+\/invitations -d .*)$/m, 'SECRET=$($1 | sed -E \'s/.*"secret":"([^"]+)".*/\\1/\')')
      .replace('"SECRET"', `"'$SECRET'"`)
      // Has a test of its own below.
      .replace(/^TASKS_TOKEN=.*$/m, '');
    const { code, stdout, stderr } = await runProgram('bash', ['-euc', script], { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('"recoveryCode":');
    expect(stdout).toContain('"name":"Buy milk","done":true');
    expect(stdout).toContain('{"open":0,"done":1}');
    expect(stdout).toContain('event: heartbeat');
    expect(stdout).toMatch(/"name":"my script",.*"token":"tasks_/);
    expect(stdout).toContain('"name":"Milk"');
    expect(stdout).toMatch(/"name":"Groceries",.*"members":1/);
    expect(stdout).not.toContain('urn:tasks:problem');
  });
});

describeWithPython('examples/gateway.py', (python) => {
  test('adds a task with a token and lists the open ones', async () => {
    const gateway = await TestGateway.start();
    const user = await gateway.user();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await user.post('/tokens', { name: 'example', scopes: ['tasks:read', 'tasks:write'], expiresAt });
    const { code, stdout, stderr } = await runProgram(python, ['examples/gateway.py', 'Buy bread'], {
      cwd: projectRoot,
      env: { ...process.env, TASKS_URL: gateway.origin, TASKS_TOKEN: body.token as string },
    });
    await gateway.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\da-f]{24} Buy bread\n$/);
  });

  test('reports missing settings, and errors of the gateway', async () => {
    const gateway = await TestGateway.start();
    const run = (args: readonly string[], token: string): ReturnType<typeof runProgram> =>
      runProgram(python, ['examples/gateway.py', ...args], {
        cwd: projectRoot,
        env: { ...process.env, TASKS_URL: gateway.origin, TASKS_TOKEN: token },
      });
    const user = await gateway.user();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await user.post('/tokens', { name: 'reader', scopes: ['tasks:read'], expiresAt });
    const failures = [
      await run(['Buy bread'], ''),
      await run([], 'tasks_x'),
      await run(['Buy bread'], 'tasks_x'),
      await run(['Buy bread'], String(body.token)),
    ];
    await gateway.stop();
    const usage = /^Usage: .*\n.* tasks:read and tasks:write\.\n$/;
    const expected = [
      usage,
      usage,
      /^POST \/tasks: 401, The token is unknown, expired or revoked\.\n$/,
      /^POST \/tasks: 403, The token needs the scope tasks:write\.\n$/,
    ];
    expect(failures.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      expected.map((stderr) => ({ code: 1, stderr: expect.stringMatching(stderr) })),
    );
  });
});
