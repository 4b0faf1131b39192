import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram, RunningProgram } from '@tasks/testing/run-program';
import { readReadmeCalls } from './guide.js';
import { GuideProject } from './guide-project.js';

const nest = ['common', 'core', 'microservices'];

let project: GuideProject;
let service: RunningProgram | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  project = new GuideProject();
  await project.build();
  service = project.start('dist/main.js', { PORT: '0' });
  const [, port = ''] = await service.printed(/Listening on .*port: (\d+)/);
  env = { PORT: port };
}, 300_000);

afterAll(() => {
  service?.[Symbol.dispose]();
  project[Symbol.dispose]();
});

describeWithPython('The service of the guide', (python) => {
  it('answers thriftpy2', async () => {
    const { code, stdout, stderr } = await project.run(python, 'client.py', env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Greeting\(text='Hello, Ada', count=\d\)\nrejected: name must not be empty\n$/);
  });
});

describeWithPython('The service of the guide in CommonJS', (python) => {
  it('answers thriftpy2', async () => {
    using running = project.start('cjs/dist/main.js', { PORT: '0' });
    const [, port = ''] = await running.printed(/Listening on .*port: (\d+)/);
    const { code, stdout, stderr } = await project.run(python, 'client.py', { PORT: port });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Greeting\(text='Hello, Ada', count=\d\)\nrejected: name must not be empty\n$/);
    expect(await warningsOf(running)).toBe('');
  });
});

describe('The package', () => {
  it.each([
    ['publint', ['--strict']],
    ['attw', ['--profile', 'esm-only']],
  ])('is clean to %s', async (program, options) => {
    const { code, stdout, stderr } = await runProgram('npx', [program, ...options, project.tarball], {
      cwd: projectRoot,
    });
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  it('holds its license, changelog and manual', async () => {
    const { stdout } = await runProgram('tar', ['-tzf', project.tarball], { cwd: projectRoot });
    const files = ['LICENSE', 'CHANGELOG.md', 'README.md', 'docs/manual.md'].map((name) => `package/${name}`);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(files));
  });

  it("serves a Nest service's client too", async () => {
    const { code, stdout, stderr } = await project.run(process.execPath, 'dist/client.js', env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^How good to see you, Ada \(greeting \d\)\n$/);
  });

  it('shares the Nest of its project, and installs no stores', () => {
    const installed = project.installedPackages();
    expect(installed.filter((name) => name.startsWith('@nestjs/')).sort()).toEqual(
      [...nest, 'platform-express', 'terminus', 'testing'].map((name) => `@nestjs/${name}`),
    );
    expect(installed).toContain('nestjs-thrift');
    expect(installed.filter((name) => ['mongoose', 'classic-level', 'fastify'].includes(name))).toEqual([]);
  });

  it('loads one copy of each Nest package, and only constants of its dependency', async () => {
    const loaded = await project.loadedPackages(service as RunningProgram);
    const folders = join(project.path, 'node_modules');
    expect(loaded.filter((folder) => nest.includes(basename(folder))).sort()).toEqual(
      nest.map((name) => join(folders, '@nestjs', name)),
    );
    expect(loaded).toEqual(expect.arrayContaining([join(folders, 'nestjs-thrift'), join(folders, 'thrift')]));
    expect(
      loaded.filter((folder) => ['ws', 'mongoose', 'classic-level', 'fastify'].includes(basename(folder))),
    ).toEqual([]);
  });

  it('has declarations that only need its own dependencies', () => {
    const { config } = ts.readConfigFile(join(project.path, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      config: object;
    };
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, project.path);
    const program = ts.createProgram(fileNames, { ...options, skipLibCheck: false });
    const declarations = program.getSourceFiles().filter(({ fileName }) => fileName.includes('/nestjs-thrift/'));
    expect(declarations.length).toBeGreaterThan(20);
    const complaints = declarations.flatMap((file) => program.getSemanticDiagnostics(file));
    expect(complaints.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it('has no program that the guide does not start', () => {
    expect(project.programs).toEqual([
      'node dist/main.js',
      'node dist/client.js',
      'python3 client.py',
      'export TOKEN=secret SERVERS=127.0.0.1:9090,127.0.0.1:9091,127.0.0.1:9092',
      'PORT=9090 HTTP_PORT=8080 node dist/hybrid.js &',
      'PORT=9091 HTTP_PORT=8081 node dist/hybrid.js &',
      'PORT=9092 HTTP_PORT=8082 node dist/hybrid.js &',
      'curl -X PUT localhost:8080/visits/Ada',
      'curl localhost:8080/visits?prefix=A',
      'curl localhost:8080/health',
      'node --test dist/visits.spec.js',
      'TRACE_RATIO=1 node dist/traced.js',
    ]);
    expect(readFileSync(join(project.path, 'src/greeter.ts'), 'utf8')).toContain("from 'nestjs-thrift'");
  });

  it('prints no warning until the service ends', async () => {
    expect(await warningsOf(service as RunningProgram)).toBe('');
  });
});

describe('The hybrid application of the guide', () => {
  const LISTENING = /Listening on .*port: (\d+).* and .*port: (\d+)/s;

  it('answers HTTP by calls of several servers, one of which ends', async () => {
    const start = (variables: Record<string, string>): RunningProgram =>
      project.start('dist/hybrid.js', { PORT: '0', HTTP_PORT: '0', TOKEN: 'secret', ...variables });
    using first = start({ SERVERS: '127.0.0.1:1' });
    using second = start({ SERVERS: '127.0.0.1:1' });
    const servers = await Promise.all([first, second].map((program) => program.printed(LISTENING)));
    const SERVERS = servers.map(([, port = '']) => `127.0.0.1:${port}`).join(',');
    using third = start({ SERVERS });
    const [, , port = ''] = await third.printed(LISTENING);
    const put = async (name: string): Promise<[number, unknown]> => {
      const answer = await fetch(`http://127.0.0.1:${port}/visits/${name}`, { method: 'PUT' });
      return [answer.status, await answer.json()];
    };
    expect(await put('Ada')).toEqual([200, { name: 'Ada', visits: 1 }]);
    expect(await put('%20'.repeat(101))).toEqual([400, expect.objectContaining({ statusCode: 400 })]);
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(await health.json()).toMatchObject({ status: 'ok', details: { visits: { status: 'up' } } });
    first.signal('SIGKILL');
    await first.ended();
    // The first call may be the one that notices.
    await put('Bob');
    for (let visit = 0; visit < 20; visit++) expect((await put('Bob'))[0]).toBe(200);
  });

  it('answers with the counts as JSON, and with the status of a declared exception', async () => {
    const variables = { PORT: '0', HTTP_PORT: '0', TOKEN: 'secret' };
    using served = project.start('dist/hybrid.js', { ...variables, SERVERS: '127.0.0.1:1' });
    const [, port = ''] = await served.printed(LISTENING);
    using calling = project.start('dist/hybrid.js', { ...variables, SERVERS: `127.0.0.1:${port}` });
    const [, , httpPort = ''] = await calling.printed(LISTENING);
    const visits = `http://127.0.0.1:${httpPort}/visits`;
    const names = Array.from({ length: 101 }, (_, place) => `A${String(place)}`);
    const statuses = [];
    for (const name of names) statuses.push((await fetch(`${visits}/${name}`, { method: 'PUT' })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(409);
    expect(await (await fetch(`${visits}?prefix=A99`)).json()).toEqual({ A99: 1 });
  });

  it('rejects a call without the token', async () => {
    using guarded = project.start('dist/hybrid.js', {
      PORT: '0',
      HTTP_PORT: '0',
      TOKEN: 'secret',
      SERVERS: '127.0.0.1:1',
    });
    const [, port = ''] = await guarded.printed(LISTENING);
    using calling = project.start('dist/hybrid.js', {
      PORT: '0',
      HTTP_PORT: '0',
      TOKEN: 'wrong',
      SERVERS: `127.0.0.1:${port}`,
    });
    const [, , httpPort = ''] = await calling.printed(LISTENING);
    const answer = await fetch(`http://127.0.0.1:${httpPort}/visits/Ada`, { method: 'PUT' });
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ message: 'wrong token' })]);
  });
});

describe('The service and the client of the README', () => {
  it('greet, also by thriftcall', async () => {
    using greeter = project.start('dist/main.js', { PORT: '0' }, 'readme');
    const [, PORT = ''] = await greeter.printed(/Listening on .*port: (\d+)/);
    const { code, stdout, stderr } = await project.run(process.execPath, 'dist/client.js', { PORT }, 'readme');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'Hello, Ada\n', stderr: '' });
    const calls = readReadmeCalls().map((call) => `npx thriftcall 127.0.0.1:${PORT} ${call}`);
    expect(calls.map((call) => call.split(' ')[3])).toEqual(['list', 'describe', 'call']);
    const called = await project.run('sh', ['-c', calls.join(' && ')], {}, 'readme');
    expect({ code: called.code, stderr: called.stderr }).toEqual({ code: 0, stderr: '' });
    expect(called.stdout).toMatch(/^Greeter\.greet\n(.*\n)+# Example\n.*\n"Hello, Ada"\n$/);
  });
});

describe('The traced service of the guide', () => {
  it('prints a span of the client and its child of the server', async () => {
    const { code, stdout, stderr } = await project.run(process.execPath, 'dist/traced.js', { TRACE_RATIO: '1' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [server, client, ...others] = spansIn(stdout).sort((a, b) => a.kind - b.kind);
    expect([server?.kind, client?.kind, others]).toEqual([SpanKind.SERVER, SpanKind.CLIENT, []]);
    expect(server).toMatchObject({ traceId: client?.traceId, parentId: client?.id });
  });

  it('prints nothing of a call that is not sampled', async () => {
    const { code, stdout } = await project.run(process.execPath, 'dist/traced.js', { TRACE_RATIO: '0' });
    expect({ code, spans: spansIn(stdout) }).toEqual({ code: 0, spans: [] });
  });
});

// Last, since they install more.
describe("The guide's chapters on tests and builds", () => {
  it('test a controller, its validation and its exceptions', async () => {
    const { code, stdout, stderr } = await project.run(process.execPath, ['--test', 'dist/visits.spec.js'], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^. pass 5$/m);
  });

  it('build a service by nest build that finds its IDL from any working directory', async () => {
    const folder = await project.nestBuild();
    using running = new RunningProgram(process.execPath, [join(folder, 'dist/main.js')], {
      cwd: tmpdir(),
      env: { PORT: '0' },
    });
    expect(await running.printed(/Listening on .*port: (\d+)/)).toBeTruthy();
    expect(await warningsOf(running)).toBe('');
  }, 180_000);
});

interface PrintedSpan {
  readonly traceId: string | undefined;
  readonly parentId: string | undefined;
  readonly id: string | undefined;
  readonly kind: number;
}

/** The spans that an exporter wrote to the console. */
function spansIn(output: string): PrintedSpan[] {
  const [, ...spans] = output.split(/^ {2}resource: /m);
  return spans.map((text) => ({
    traceId: /^ {2}traceId: '(\w+)'/m.exec(text)?.[1],
    parentId: /^ {2}parentSpanContext: \{[^}]*spanId: '(\w+)'/m.exec(text)?.[1],
    id: /^ {2}id: '(\w+)'/m.exec(text)?.[1],
    kind: Number(/^ {2}kind: (\d)/m.exec(text)?.[1]),
  }));
}

/** Stops a program; returns all of its standard error. */
async function warningsOf(program: RunningProgram): Promise<string> {
  program.signal('SIGTERM');
  return (await program.ended()).stderr;
}
