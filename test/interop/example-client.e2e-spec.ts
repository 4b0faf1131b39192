import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';

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

/** The README shows a part of the program verbatim. */
function expectInReadme(language: string, program: string): void {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const shown = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';
  expect(shown).toContain('buy milk');
  expect(readFileSync(join(projectRoot, program), 'utf8')).toContain(shown);
}

describeWithPython('examples/client.py', (python) => {
  it('adds a task, finishes it, lists it, and gets the error for another user', async () => {
    const args = ['examples/client.py', '127.0.0.1', port];
    const { code, stdout, stderr } = await runProgram(python, args, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z done buy milk\n)+404 Task not found\n$/);
  });

  it('is shown in the README', () => {
    expectInReadme('python', 'examples/client.py');
  });
});

describe('examples/client.ts', () => {
  it('does the same with the client of the transport', async () => {
    const args = ['--import', './scripts/typescript.mjs', 'examples/client.ts', '127.0.0.1', port];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(\S+Z done buy milk\n)+BaseException \{ code: 404, message: 'Task not found' \}\n$/);
  });

  it('is shown in the README', () => {
    expectInReadme('ts', 'examples/client.ts');
  });
});
