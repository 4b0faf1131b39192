import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { AppProcess, startProgram } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** In the shell's blocks, 512 or 1,024 bytes each: enough for some hundred long tasks. */
const FILE_SIZE_LIMIT = ['sh', '-c', 'ulimit -f 2048 && exec "$@"', 'sh'];
/** Not enough for anything. */
const NO_ROOM = ['sh', '-c', 'ulimit -f 0 && exec "$@"', 'sh'];
/** Root may write everywhere, regardless of permissions. */
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

/** The service's output when it does not start. */
async function startError(wrapper: readonly string[] = []): Promise<string> {
  using program = startProgram({ DATA_DIR: data, HTTP_PORT: 'off' }, undefined, wrapper);
  const { code, stdout, stderr } = await program.ended();
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return (JSON.parse(stdout) as { msg: string }).msg;
}

describe('The service on a failing embedded store', () => {
  it('creates a missing data folder', async () => {
    data = join(data, 'not/there/yet');
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice' });
    expect(existsSync(join(data, 'STORE'))).toBe(true);
  });

  it('does not start in a read-only folder, and says what to do', async () => {
    mkdirSync(data);
    for (const path of [folder.path, data]) chmodSync(path, 0o555);
    const output = await startError(NOBODY);
    chmodSync(folder.path, 0o755);
    expect(output).toContain(`The data folder ${data} can't be used (`);
    expect(output).toContain('let this user write there, free space on the disk, or set DATA_DIR to another folder');
  });

  it('does not start on a full disk without a store, and starts once there is space', async () => {
    expect(await startError(NO_ROOM)).toMatch(/The data folder .* can't be used \(.*\): .* free space on the disk/);
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice' });
  });

  it('on a full disk rejects adds with 503, lists, is not ready, loses nothing', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data }, undefined, FILE_SIZE_LIMIT);
    const client = app.client();
    const added: string[] = [];
    const add = async (): Promise<void> => {
      const { id = '' } = await client.add({ userId: 'alice', name: LONG_NAME });
      added.push(id);
    };
    let rejected: PromiseSettledResult<void> | undefined;
    while (!rejected) {
      rejected = (await Promise.allSettled(Array.from({ length: 32 }, add))).find(
        ({ status }) => status === 'rejected',
      );
    }
    expect(rejected).toMatchObject({ reason: { code: 'INTERNAL_ERROR', message: '503 Task store unavailable' } });
    expect(await idsIn(client)).toEqual(expect.arrayContaining(added));
    expect(await client.check()).toEqual({ ok: false, message: 'Task store unavailable' });
    await app[Symbol.asyncDispose]();

    await using again = await AppProcess.start({ DATA_DIR: data });
    expect(await idsIn(again.client())).toEqual(expect.arrayContaining(added));
    await again.client().add({ userId: 'alice', name: LONG_NAME });
  }, 60_000);

  it.each<[string, () => void]>([
    [
      'removed',
      () => {
        rmSync(data, { recursive: true });
      },
    ],
    [
      'moved',
      () => {
        renameSync(data, `${data} elsewhere`);
      },
    ],
    [
      'replaced',
      () => {
        renameSync(data, `${data} elsewhere`);
        mkdirSync(data);
      },
    ],
  ])('is not ready and answers 503 within two seconds once its folder was %s', async (_what, change) => {
    await using app = await AppProcess.start({ DATA_DIR: data, HTTP_PORT: '0' });
    const client = app.client();
    await client.add({ userId: 'alice' });
    expect((await app.get('/health/ready')).status).toBe(200);
    change();
    await expect(client.add({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
    await delay(1_900);
    await expect(client.all({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('was removed, moved or replaced while it was in use');
  });

  it('works again once its folder is back', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    const task = await client.add({ userId: 'alice' });
    renameSync(data, `${data} elsewhere`);
    await expect(client.add({ userId: 'alice' })).rejects.toThrow('503');
    renameSync(`${data} elsewhere`, data);
    await delay(1_900);
    await client.add({ userId: 'bob' });
    expect(await client.all({ userId: 'alice' })).toContainEqual(task);
  });

  it('rejects a store with a damaged file, by its name, and does not change it', async () => {
    await fillAndStop();
    const [path = ''] = readdirSync(data).filter((name) => name.endsWith('.ldb'));
    const bytes = readFileSync(join(data, path));
    truncateSync(join(data, path), bytes.length - 10);
    expect(await startError()).toContain(`${join(data, path)} is damaged (`);
    writeFileSync(join(data, path), bytes);
    await using again = await AppProcess.start({ DATA_DIR: data });
    expect(await idsIn(again.client())).toHaveLength(20);
  });

  it('answers 503 to everything once a file in use was damaged', async () => {
    await fillAndStop();
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    await delay(700);
    const [path = ''] = readdirSync(data).filter((name) => name.endsWith('.ldb'));
    const bytes = readFileSync(join(data, path));
    bytes.fill(0x55, 100, 200);
    writeFileSync(join(data, path), bytes);
    await delay(1_900);
    await expect(client.all({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
    expect(await client.check()).toEqual({ ok: false, message: 'Task store unavailable' });
  });

  it('rejects a folder of the previous format, with advice', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'tasks.mdb'), 'old');
    expect(await startError()).toContain(
      `${join(data, 'tasks.mdb')} holds tasks in the format of versions before 0.1, which is not read any more: move the`,
    );
    expect(readFileSync(join(data, 'tasks.mdb'), 'utf8')).toBe('old');
  });
});

/** A store with 20 long tasks. */
async function fillAndStop(): Promise<void> {
  await using app = await AppProcess.start({ DATA_DIR: data });
  for (let n = 0; n < 20; n++) await app.client().add({ userId: 'alice', name: LONG_NAME });
  app.signal('SIGTERM');
  await app.ended();
}

async function idsIn(client: TasksClient): Promise<(string | undefined)[]> {
  return (await client.all({ userId: 'alice' })).map(({ id }) => id);
}
