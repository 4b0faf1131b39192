import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectCopy, projectRoot } from '@tasks/testing/project-copy';
import { runProgram, RunningProgram, type ProgramResult } from '@tasks/testing/run-program';

/** Replaces the service: prints that it runs, and answers SIGTERM with its own exit code. */
const service = `
import { greeting } from './greeting.js';
const alive = setInterval(() => {}, 1_000);
process.on('SIGTERM', () => { clearInterval(alive); process.exitCode = 7; });
console.log(greeting);
`;

/** Replaces npm: prints its arguments, and installs by linking this checkout's packages. */
const npmStandIn = `#!/bin/sh
echo "asked to $*"
[ -z "$REGISTRY_DOWN" ] || exit 3
[ -z "$CTRL_C" ] || kill -INT $$
rm -rf node_modules
ln -s ${JSON.stringify(join(projectRoot, 'node_modules'))} node_modules
`;

const BUILD = JSON.stringify({
  extends: './tsconfig.base.json',
  compilerOptions: { rootDir: './src', outDir: './dist', tsBuildInfoFile: './dist/.tsbuildinfo' },
  include: ['src'],
});

let project: ProjectCopy;

afterEach(() => {
  project[Symbol.dispose]();
});

function bootstrap(env: Record<string, string> = {}, node: readonly string[] = []): Promise<ProgramResult> {
  const args = [...node, 'scripts/bootstrap.mjs', 'tsconfig.build.json'];
  return runProgram(process.execPath, args, { cwd: project.path, env });
}

describe('The bootstrap script in a bare clone', () => {
  let path: string;

  beforeEach(() => {
    const files = { 'src/main.ts': "console.log('up');\n", 'bin/npm': npmStandIn };
    project = new ProjectCopy({ ...files, 'tsconfig.build.json': BUILD }, { installed: false });
    chmodSync(join(project.path, 'bin/npm'), 0o755);
    path = `${join(project.path, 'bin')}:${process.env.PATH ?? ''}`;
  });

  it('installs once, with development tools, for any NODE_ENV', async () => {
    const first = await bootstrap({ PATH: path, NODE_ENV: 'production' });
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain('Installing the dependencies');
    expect(first.stderr).toContain('asked to ci --include=dev --no-audit --no-fund');

    expect(await bootstrap({ PATH: path })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('installs again when the installed versions differ from the lock file', async () => {
    const outdated = { packages: { 'node_modules/typescript': { version: '5.0.0' } } };
    project.write({ 'node_modules/.package-lock.json': JSON.stringify(outdated) });
    expect((await bootstrap({ PATH: path })).stderr).toContain('asked to ci');
  });

  it('ends with 1 and the reason when the installation fails', async () => {
    const { code, stderr } = await bootstrap({ PATH: path, REGISTRY_DOWN: '1' });
    expect(code).toBe(1);
    expect(stderr).toContain('npm ci failed');
    expect(existsSync(join(project.path, 'dist'))).toBe(false);
  });

  it('ends without an error message when it is interrupted', async () => {
    const { code, stderr } = await bootstrap({ PATH: path, CTRL_C: '1' });
    expect(code).toBeNull();
    expect(stderr).not.toMatch(/failed|errors/);
  });

  it('rejects a Node that is too old and names the version needed', async () => {
    const pretend =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})";
    const { code, stderr } = await bootstrap({}, ['--import', pretend]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Tasks needs Node >=20\.19\.0, and this is 18\.20\.8 .*Install a newer Node/);
  });
});

describe('npm start', () => {
  beforeEach(() => {
    const files = { 'src/main.ts': service, 'src/greeting.ts': "export const greeting = 'first';\n" };
    const page = { 'packages/nestjs-thrift-explorer/page/build.mjs': '' };
    project = new ProjectCopy({ ...files, ...page, 'tsconfig.build.json': BUILD });
  });

  async function startAndStop(greeting: RegExp): Promise<ProgramResult> {
    using running = new RunningProgram('npm', ['start', '--silent'], { cwd: project.path });
    await running.printed(greeting);
    running.signal('SIGTERM');
    return await running.ended();
  }

  it('passes SIGTERM to the service and its exit code back', async () => {
    expect(await startAndStop(/first/)).toMatchObject({ code: 7 });
  });

  it('compiles changed sources and removes the output of deleted ones', async () => {
    expect((await startAndStop(/first/)).stderr).toContain('Compiled in');
    expect((await startAndStop(/first/)).stderr).toBe('');

    project.write({ 'src/main.ts': service.replace('greeting.js', 'welcome.js') });
    project.write({ 'src/welcome.ts': "export const greeting = 'second';\n" });
    project.remove('src/greeting.ts');
    await startAndStop(/second/);
    expect(existsSync(join(project.path, 'dist/greeting.js'))).toBe(false);
  }, 60_000);

  it('ends with the compiler message when the sources do not compile', async () => {
    project.write({ 'src/greeting.ts': "export const greeting: number = 'first';\n" });
    const { code, stderr } = await bootstrap();
    expect(code).toBe(1);
    expect(stderr).toContain('src/greeting.ts');
    expect(stderr).toContain('The build failed: fix the errors above');
  });
});
