import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';

const folder = join(projectRoot, 'src/infrastructure/thrift');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const [, comparison = ''] = /^## Compared with others\n(.*?)(?:^## |$(?![^]))/ms.exec(readme) ?? [];

/** A claim that a line of a source stands for: the file has that text, or lacks it. */
const evidence = [...comparison.matchAll(/`([^`\n]+\.(?:js|ts))` (has|lacks) ((?:`[^`\n]+`(?:, | and )?)+)/g)].flatMap(
  ([, path = '', verb = '', texts = '']) =>
    [...texts.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => ({ path, verb, text })),
);

function read(path: string): string {
  const places = ['node_modules', '.', 'src/infrastructure/thrift'].map((place) => join(projectRoot, place, path));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`there is no ${path}`);
  return readFileSync(found, 'utf8');
}

describe('The comparison in the README of the transport', () => {
  it.each(evidence)('rests on $path, which $verb $text', ({ path, verb, text }) => {
    expect(read(path).includes(text)).toBe(verb === 'has');
  });

  it('says of every row how it was checked, and of nothing else', () => {
    const rows = [...comparison.matchAll(/^\| ([^|]+?) \|.*\|$/gm)].map(([, name = '']) => name);
    const checked = [...comparison.matchAll(/^- \*\*([^*]+)\.\*\* /gm)].map(([, name = '']) => name);
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((name) => name !== '' && !/^-+$/.test(name))).toEqual(checked);
    expect(evidence.length).toBeGreaterThan(30);
  });

  it('was made with the versions that it names', () => {
    for (const [, name = '', version = ''] of comparison.matchAll(/`([\w@/-]+)` (\d+\.\d+\.\d+)/g)) {
      const manifest = JSON.parse(read(`${name}/package.json`)) as { version: string };
      expect(`${name} ${manifest.version}`).toBe(`${name} ${version}`);
    }
  });

  it('names only tests and files that exist', () => {
    const files = [...comparison.matchAll(/`((?:test|bench|docs)\/[^`\n]+\.\w+)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((path) => !existsSync(join(projectRoot, path)) && path !== 'bench/RESULTS.md')).toEqual([]);
  });
});

interface Outcomes {
  readonly tcp: Readonly<Record<'cut' | 'closed' | 'wrongType' | 'afterReset', unknown>>;
  readonly grpc: Readonly<Record<'cut' | 'closed' | 'closedGracefully' | 'wrongType' | 'afterReset', unknown>>;
  readonly npm: Readonly<Record<'cut' | 'closed' | 'reset' | 'wrongWrites', unknown>>;
}

describe('What the comparison says of other transports, tried', () => {
  let outcomes: Outcomes;

  beforeAll(async () => {
    const args = ['--no-deprecation', '--import', './scripts/typescript.mjs', 'test/docs/rival-outcomes.ts'];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    outcomes = JSON.parse(stdout) as Outcomes;
  });

  it('a cut connection rejects the calls of both Nest transports; npm thrift tells of it but answers none', () => {
    expect(outcomes.tcp.cut).toMatchObject({ message: 'Connection closed' });
    expect(outcomes.grpc.cut).toMatchObject({ code: 14 });
    // Said by the test's own client at `close`: had the package called back, that would have said something.
    expect(outcomes.npm.cut).toEqual({ message: 'the connection was closed during greet' });
  });

  it('a server that closes cuts the calls of both Nest transports, unless gracefulShutdown; npm thrift goes on', () => {
    expect(outcomes.tcp.closed).toMatchObject({ message: 'Connection closed' });
    expect(outcomes.grpc.closed).toMatchObject({ code: 1 });
    expect(outcomes.grpc.closedGracefully).toEqual({ text: 'done' });
    expect(outcomes.npm.closed).toMatchObject({ result: { success: 'done' } });
  });

  it('a value of a wrong type is sent as it is, converted, or an error without a place and zero', () => {
    expect(outcomes.tcp.wrongType).toEqual({ text: 7 });
    expect(outcomes.grpc.wrongType).toEqual({ text: '7' });
    const message = 'writeString called without a string/Buffer argument: 7';
    expect(outcomes.npm.wrongWrites).toEqual({ message, bytes: '00000000' });
  });

  it('a reset goes by for other callers, but npm thrift makes it an error that ends a process where nobody listens', () => {
    expect(outcomes.tcp.afterReset).toBe('served');
    expect(outcomes.grpc.afterReset).toEqual({ text: 'served' });
    expect(outcomes.npm.reset).toEqual({ listeners: 0, code: 'ECONNRESET' });
  });
});
