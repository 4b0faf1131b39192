import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const comparison = readFileSync(`${folder}docs/comparison.md`, 'utf8');

describe('The comparison with other transports', () => {
  it('was made with the named versions', () => {
    for (const [, name = '', version = ''] of comparison.matchAll(/`([\w@/-]+)` (\d+\.\d+\.\d+)/g)) {
      const file = join(projectRoot, 'node_modules', name, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
      expect(`${name} ${manifest.version}`).toBe(`${name} ${version}`);
    }
  });

  it('names tests that exist', () => {
    const files = [...comparison.matchAll(/`(test\/[^`\n]+\.ts)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((path) => !existsSync(folder + path))).toEqual([]);
  });
});

interface Outcomes {
  readonly tcp: Readonly<Record<'cut' | 'closed' | 'wrongType' | 'afterReset', unknown>>;
  readonly grpc: Readonly<Record<'cut' | 'closed' | 'closedGracefully' | 'wrongType' | 'afterReset', unknown>>;
  readonly npm: Readonly<Record<'cut' | 'closed' | 'reset' | 'wrongWrites', unknown>>;
}

describe('Claims of the comparison about other transports', () => {
  let outcomes: Outcomes;

  beforeAll(async () => {
    const args = [
      '--no-deprecation',
      '-C',
      'tasks-source',
      '--import',
      './scripts/typescript.mjs',
      'packages/nestjs-thrift/test/docs/rival-outcomes.ts',
    ];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    outcomes = JSON.parse(stdout) as Outcomes;
  });

  it('a cut connection rejects calls in Nest; npm thrift only emits an event', () => {
    expect(outcomes.tcp.cut).toMatchObject({ message: 'Connection closed' });
    expect(outcomes.grpc.cut).toMatchObject({ code: 14 });
    // Printed by the test's own client at `close`: a callback of the package would have printed something else.
    expect(outcomes.npm.cut).toEqual({ message: 'the connection was closed during greet' });
  });

  it('a closing Nest server cuts calls, unless gracefulShutdown; npm thrift runs on', () => {
    expect(outcomes.tcp.closed).toMatchObject({ message: 'Connection closed' });
    expect(outcomes.grpc.closed).toMatchObject({ code: 1 });
    expect(outcomes.grpc.closedGracefully).toEqual({ text: 'done' });
    expect(outcomes.npm.closed).toMatchObject({ result: { success: 'done' } });
  });

  it('a value of a wrong type is sent unchanged, converted, or as zero with an error', () => {
    expect(outcomes.tcp.wrongType).toEqual({ text: 7 });
    expect(outcomes.grpc.wrongType).toEqual({ text: '7' });
    const message = 'writeString called without a string/Buffer argument: 7';
    expect(outcomes.npm.wrongWrites).toEqual({ message, bytes: '00000000' });
  });

  it('a reset affects no other caller; npm thrift throws without an error listener', () => {
    expect(outcomes.tcp.afterReset).toBe('served');
    expect(outcomes.grpc.afterReset).toEqual({ text: 'served' });
    expect(outcomes.npm.reset).toEqual({ listeners: 0, code: 'ECONNRESET' });
  });
});
