import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { clientRows, EXAMPLE_CLIENTS, runExample, type ExampleClient } from '../support/example-clients.js';

// The first run fetches the libraries, and compiles.
jest.setTimeout(300_000);

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const rows = clientRows();
const clients = new Map<string, ExampleClient>();
for (const [path, find] of Object.entries(EXAMPLE_CLIENTS)) {
  const client = await find();
  if (client) clients.set(path, client);
}

let service: RunningProgram;
let port: string;

beforeAll(async () => {
  const env = { STORE: 'memory', THRIFT_HOST: '127.0.0.1', THRIFT_PORT: '0', HTTP_PORT: 'off', LOG_FORMAT: 'json' };
  service = new RunningProgram(process.execPath, ['dist/main.js'], { cwd: projectRoot, env });
  port = (await service.printed(/127\.0\.0\.1:(\d+)/))[1] ?? '';
});

afterAll(async () => {
  const used = [...clients.values()].map(({ language, library, compiler }) => [language, library, compiler].join(', '));
  process.stderr.write(`examples: ran with ${used.join('; ')}\n`);
  service.signal('SIGTERM');
  await service.ended();
  service[Symbol.dispose]();
});

/** Whether the version is this one or a later one. */
function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

describe('The table of docs/clients.md', () => {
  it('has a row for each example', () => {
    expect(rows.map(({ example }) => example)).toEqual(Object.keys(EXAMPLE_CLIENTS));
  });
});

for (const row of rows) {
  const client = clients.get(row.example);
  const suite = client ? describe : describe.skip;
  suite(row.example, () => {
    it.each(row.dialects)(
      'adds, finishes and lists tasks, and gets the error for another user: %s, %s',
      async (...dialect) => {
        const isDefault = dialect.join() === 'binary,unframed';
        const args = ['127.0.0.1', port, ...(isDefault ? [] : dialect)];
        const { code, stdout, stderr } = await runExample(client as ExampleClient, args);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const rejection = row.example.endsWith('.ts')
          ? "BaseException \\{ code: 404, message: 'Task not found' \\}"
          : '404 Task not found';
        expect(stdout).toMatch(
          new RegExp(`^next: 2027-01-31 pay rent\\n(${TIME} (done buy milk|(done|open) pay rent)\\n)+${rejection}\\n$`),
        );
      },
    );

    it('runs with the versions of the table', () => {
      const { language, library, compiler } = client as ExampleClient;
      expect([language, isAtLeast(language, row.language)]).toEqual([language, true]);
      expect(library).toBe(row.library);
      if (compiler === undefined) expect(row.code).toBe('none, reads the IDL');
      else expect([compiler, isAtLeast(compiler, row.code)]).toEqual([compiler, true]);
    });
  });
}
