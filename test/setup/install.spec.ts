import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectCopy, projectRoot } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';

/** Stands in for npm: says what it was asked, and puts this checkout's packages where they are asked for. */
const npmStandIn = `
import { rmSync, symlinkSync } from 'node:fs';
console.log('asked to ' + process.argv.slice(2).join(' '));
rmSync('node_modules', { recursive: true, force: true });
if (process.env.REGISTRY_DOWN) process.exit(3);
symlinkSync(${JSON.stringify(join(projectRoot, 'node_modules'))}, 'node_modules');
`;
const askedToInstall = 'asked to ci --include=dev --no-audit --no-fund';

describe('A bare clone', () => {
  let project: ProjectCopy;

  beforeEach(() => {
    const files = { 'src/main.ts': "console.log('up');\n", 'npm/npm-cli.js': npmStandIn };
    project = new ProjectCopy(files, { installed: false });
  });

  afterEach(() => {
    project[Symbol.dispose]();
  });

  function start(env: Record<string, string> = {}): Promise<ProgramResult> {
    const npm_execpath = join(project.path, 'npm/npm-cli.js');
    return runProgram(process.execPath, ['scripts/run.mjs', 'start'], {
      cwd: project.path,
      env: { ...env, npm_execpath },
    });
  }

  it('is installed once, development tools included, whatever NODE_ENV says', async () => {
    const first = await start({ NODE_ENV: 'production' });
    expect(first).toMatchObject({ code: 0, stdout: 'up\n' });
    expect(first.stderr).toContain('Installing the dependencies');
    expect(first.stderr).toContain(askedToInstall);

    expect(await start()).toEqual({ code: 0, stdout: 'up\n', stderr: '' });
  }, 30_000);

  it('is installed again when what is there is not what the lock file asks for', async () => {
    const outdated = { packages: { 'node_modules/typescript': { version: '5.0.0' } } };
    project.write({ 'node_modules/.package-lock.json': JSON.stringify(outdated) });
    expect((await start()).stderr).toContain(askedToInstall);
  }, 30_000);

  it('steps over the lock of an installation that died', async () => {
    project.write({ '.cache/install.lock': '4194305' });
    const { code, stderr } = await start();
    expect(code).toBe(0);
    expect(stderr).toContain('Waiting for another run that holds .cache/install.lock');
  }, 30_000);

  it('says that the installation failed, and starts nothing', async () => {
    const { code, stdout, stderr } = await start({ REGISTRY_DOWN: '1' });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('npm ci failed (exit code 3)');
  });
});
