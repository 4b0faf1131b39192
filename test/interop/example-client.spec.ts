import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectRoot } from '../support/project-copy.js';
import { describeWithPython } from '../support/python.js';
import { RunningProgram, runProgram } from '../support/run-program.js';

describeWithPython('examples/client.py', (python) => {
  let service: RunningProgram;
  let port: string;

  beforeAll(async () => {
    const env = { STORE: 'memory', THRIFT_HOST: '127.0.0.1', THRIFT_PORT: '0', HTTP_PORT: 'off', LOG_FORMAT: 'json' };
    service = new RunningProgram(process.execPath, ['dist/main.js'], { cwd: projectRoot, env });
    port = (await service.printed(/127\.0\.0\.1:(\d+)/))[1] ?? '';
  });

  afterAll(async () => {
    service.signal('SIGTERM');
    await service.ended();
    service[Symbol.dispose]();
  });

  it('adds a task, finishes it, lists it, and meets the refusal of another user', async () => {
    const client = join(projectRoot, 'examples/client.py');
    const { code, stdout, stderr } = await runProgram(python, [client, '127.0.0.1', port], { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z done buy milk\n404 Task not found\n$/);
  });
});
