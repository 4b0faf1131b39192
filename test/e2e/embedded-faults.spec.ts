import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { AppProcess, startProgram } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** Of the shell's blocks, 512 or 1,024 bytes each: room for some hundred long tasks. */
const FILE_SIZE_LIMIT = ['sh', '-c', 'ulimit -f 2048 && exec "$@"', 'sh'];
/** Room for less than an empty store. */
const NO_ROOM = ['sh', '-c', 'ulimit -f 8 && exec "$@"', 'sh'];
/** Root may write everywhere, whatever a folder says. */
const NOBODY = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const LONG_NAME = 'n'.repeat(4_000);

let folder: ScratchFolder;
let data: string;

beforeEach(() => {
  folder = new ScratchFolder();
  data = join(folder.path, 'data');
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** What the service says when it does not start there. */
async function refusal(wrapper: readonly string[] = []): Promise<string> {
  using program = startProgram({ DATA_DIR: data, HTTP_PORT: 'off' }, undefined, wrapper);
  const { code, stdout, stderr } = await program.ended();
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return (JSON.parse(stdout) as { msg: string }).msg;
}

describe('The service on an embedded store that fails', () => {
  it('makes the data folder when it is missing', async () => {
    data = join(data, 'not/there/yet');
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice' });
    expect(existsSync(join(data, 'tasks.mdb'))).toBe(true);
  });

  it('does not start in a folder where it may not write, and says what to do', async () => {
    mkdirSync(data);
    for (const path of [folder.path, data]) chmodSync(path, 0o555);
    const said = await refusal(NOBODY);
    chmodSync(folder.path, 0o755);
    expect(said).toContain(`The data folder ${data} can't be used (`);
    expect(said).toContain('let this user write there, free space on the disk, or set DATA_DIR to another folder');
  });

  it('does not start on a full disk where there is no store yet, says what to do, and leaves nothing behind', async () => {
    const said = await refusal(NO_ROOM);
    expect(said).toMatch(/The data folder .* can't be used \(EFBIG.*\): .* free space on the disk/);
    expect(readdirSync(data)).toEqual([]);
  });

  it('does not start on a full disk where the lock file is missing, and leaves the store as it is', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    const task = await app.client().add({ userId: 'alice', name: 'kept' });
    await app[Symbol.asyncDispose]();
    rmSync(join(data, 'tasks.mdb-lock'));
    expect(await refusal(NO_ROOM)).toContain('free space on the disk');
    expect(readdirSync(data)).toEqual(['tasks.mdb']);
    await using again = await AppProcess.start({ DATA_DIR: data });
    expect(await again.client().all({ userId: 'alice' })).toEqual([task]);
  });

  it('refuses adds with 503 while the disk is full, still lists, changes and removes, and loses nothing', async () => {
    const app = await AppProcess.start({ DATA_DIR: data }, undefined, FILE_SIZE_LIMIT);
    const client = app.client();
    const added: string[] = [];
    const add = async (): Promise<void> => {
      const { id = '' } = await client.add({ userId: 'alice', name: LONG_NAME });
      added.push(id);
    };
    let refused: PromiseSettledResult<void> | undefined;
    while (!refused) {
      refused = (await Promise.allSettled(Array.from({ length: 32 }, add))).find(({ status }) => status === 'rejected');
    }
    expect(refused).toMatchObject({ reason: { code: 'INTERNAL_ERROR', message: '503 Task store unavailable' } });
    const [first = '', second = ''] = added;
    expect(await client.update({ taskId: first, userId: 'alice', done: true })).toMatchObject({ done: true });
    await client.remove({ taskId: second, userId: 'alice' });
    expect(await idsIn(client)).toEqual(expect.arrayContaining(added.filter((id) => id !== second)));
    expect(await client.check()).toEqual({ ok: true, message: 'OK' });
    await app[Symbol.asyncDispose]();

    await using again = await AppProcess.start({ DATA_DIR: data });
    expect(await idsIn(again.client())).toEqual(expect.arrayContaining(added.filter((id) => id !== second)));
    await again.client().add({ userId: 'alice', name: LONG_NAME });
  }, 60_000);

  it('may be ended by damage that appears while it runs, and refuses the damaged file after that', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    for (let n = 0; n < 20; n++) await app.client().add({ userId: 'alice', name: LONG_NAME });
    const file = join(data, 'tasks.mdb');
    truncateSync(file, 4_096);
    const outcome = await app.client().all({ userId: 'alice' }).catch(String);
    if (typeof outcome === 'string') expect(outcome).toMatch(/connection was lost|503/);
    await app[Symbol.asyncDispose]();
    truncateSync(file, Math.min(statSync(file).size, 4_096));
    expect(await refusal()).toContain(`${file} is truncated, tasks at its end are lost: restore a backup`);
  });
});

async function idsIn(client: TasksClient): Promise<(string | undefined)[]> {
  return (await client.all({ userId: 'alice' })).map(({ id }) => id);
}
