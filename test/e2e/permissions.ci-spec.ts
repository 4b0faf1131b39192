import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { AppProcess } from '../support/app.js';
import { GatewayProcess } from '../support/gateway-process.js';

const FOLDER = '700';
const FILE = '600';
let umask: number;

beforeAll(() => {
  // What most systems have: files for everybody to read. Programs that this one starts inherit it.
  umask = process.umask(0o022);
});

afterAll(() => {
  process.umask(umask);
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** Paths below a folder, itself included, whose mode is not the one that only their user has a right by. */
function looseModes(folder: string): string[] {
  const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return paths
    .map((path) => ({ path, mode: modeOf(join(folder, path)), isFolder: statSync(join(folder, path)).isDirectory() }))
    .filter(({ mode, isFolder }) => mode !== (isFolder ? FOLDER : FILE))
    .map(({ path, mode }) => `${path} ${mode}`);
}

function run(program: string, ...args: string[]): ReturnType<typeof runProgram> {
  return runProgram(process.execPath, [join(projectRoot, program), ...args], { cwd: projectRoot });
}

describe('With a umask of 022, only the user of the service can read', () => {
  it('the store of Tasks with its log, and a backup', async () => {
    using scratch = new ScratchFolder();
    const data = join(scratch.path, 'new/tasks');
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice', name: 'milk' });
    expect(readdirSync(data)).toEqual(expect.arrayContaining(['tasks.db', 'tasks.db-wal', 'service.lock']));
    expect(looseModes(join(scratch.path, 'new'))).toEqual([]);
    const backup = join(scratch.path, 'tasks.backup');
    const made = await run('dist/bootstrap/tasks.js', 'backup', backup, '--data-dir', data);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(modeOf(backup)).toBe(FILE);
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
    expect(looseModes(join(scratch.path, 'new'))).toEqual([]);
  });

  it('a backup, and a store that a restore has made, without a running service', async () => {
    using scratch = new ScratchFolder();
    const [data, backup, restored] = ['data', 'tasks.backup', 'new/restored'].map((name) => join(scratch.path, name));
    await using app = await AppProcess.start({ DATA_DIR: data ?? '' });
    await app.client().add({ userId: 'alice', name: 'milk' });
    app.signal('SIGTERM');
    await app.ended();
    for (const args of [
      ['backup', backup ?? '', '--data-dir', data ?? ''],
      ['restore', backup ?? '', '--data-dir', restored ?? ''],
    ]) {
      expect(await run('dist/bootstrap/tasks.js', ...args)).toMatchObject({ code: 0, stderr: '' });
    }
    expect(modeOf(backup ?? '')).toBe(FILE);
    expect(looseModes(join(scratch.path, 'new'))).toEqual([]);
  });

  it("the gateway's accounts with their log, and a backup", async () => {
    using scratch = new ScratchFolder();
    const data = join(scratch.path, 'new/gateway');
    await using gateway = await GatewayProcess.start({ GATEWAY_DATA_DIR: data });
    expect(await run('gateway/bin/gateway-admin.js', '--data-dir', data, 'create', 'alice')).toMatchObject({ code: 0 });
    expect(readdirSync(data)).toEqual(expect.arrayContaining(['accounts.db', 'accounts.db-wal', 'service.lock']));
    expect(looseModes(join(scratch.path, 'new'))).toEqual([]);
    const backup = join(scratch.path, 'accounts.backup');
    expect(await run('gateway/bin/gateway-admin.js', '--data-dir', data, 'backup', backup)).toMatchObject({ code: 0 });
    expect(modeOf(backup)).toBe(FILE);
    gateway.signal('SIGTERM');
    expect(await gateway.ended()).toMatchObject({ code: 0 });
    expect(looseModes(join(scratch.path, 'new'))).toEqual([]);
  });
});
