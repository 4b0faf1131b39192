import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { runCommand } from '../support/run-command.js';
import { AppProcess, startProgram } from '../support/app.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** In the shell's blocks, 512 or 1,024 bytes each: enough for some hundred long tasks. */
const FILE_SIZE_LIMIT = ['sh', '-c', 'ulimit -f 2048 && exec "$@"', 'sh'];
/** Root may write everywhere, regardless of permissions. */
const NOBODY = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const LONG_NAME = 'n'.repeat(4_000);

let folder: ScratchFolder;
let data: string;
/** A store with 20 long tasks. */
let filled: ScratchFolder;

beforeAll(async () => {
  filled = new ScratchFolder();
  await using app = await AppProcess.start({ DATA_DIR: join(filled.path, 'data') });
  const client = app.client();
  for (let n = 0; n < 20; n++) await client.add({ userId: 'alice', name: LONG_NAME });
  app.signal('SIGTERM');
  await app.ended();
});
afterAll(() => {
  filled[Symbol.dispose]();
});
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
    expect(existsSync(join(data, 'tasks.db'))).toBe(true);
  });

  it('does not start in a read-only folder, and says what to do', async () => {
    mkdirSync(data);
    for (const path of [folder.path, data]) chmodSync(path, 0o555);
    const output = await startError(NOBODY);
    chmodSync(folder.path, 0o755);
    expect(output).toContain(`The data folder ${data} can't be used (`);
    expect(output).toContain('let this user write there, free space on the disk, or set DATA_DIR to another folder');
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
  ])('is not ready and answers 503 once its folder was %s', async (_what, change) => {
    await using app = await AppProcess.start({ DATA_DIR: data, HTTP_PORT: '0' });
    const client = app.client();
    await client.add({ userId: 'alice' });
    expect((await app.get('/health/ready')).status).toBe(200);
    change();
    await expect(client.add({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
    await expect(client.all({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
    // Its answer is shared for a second.
    while ((await app.get('/health/ready')).status === 200) await delay(50);
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('tasks.db was ');
  });

  it('keeps answering 503 once its file was gone, since others may have changed it meanwhile', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    const task = await client.add({ userId: 'alice' });
    renameSync(data, `${data} elsewhere`);
    await expect(client.add({ userId: 'alice' })).rejects.toThrow('503');
    renameSync(`${data} elsewhere`, data);
    await expect(client.add({ userId: 'alice' })).rejects.toThrow('503');
    app.signal('SIGTERM');
    await app.ended();
    await using again = await AppProcess.start({ DATA_DIR: data });
    expect(await again.client().all({ userId: 'alice' })).toEqual([task]);
  });

  it.each<[string, string, (path: string) => void]>([
    [
      'emptied',
      'is empty: restore a backup',
      (path) => {
        truncateSync(path, 0);
      },
    ],
    [
      'overwritten',
      'is damaged (file is not a database)',
      (path) => {
        writeFileSync(path, 'x'.repeat(50_000));
      },
    ],
    [
      'of another program',
      'is a database of another program than "tasks"',
      (path) => {
        rmSync(path);
        execFileSync('sqlite3', [path, 'CREATE TABLE other (a)']);
      },
    ],
    [
      'of a newer version',
      'has data version 99, this program reads up to',
      (path) => {
        execFileSync('sqlite3', [path, 'PRAGMA user_version=99']);
      },
    ],
    [
      'missing beside its log',
      'is missing beside its log',
      (path) => {
        renameSync(path, `${path} elsewhere`);
        writeFileSync(`${path}-wal`, 'a log');
      },
    ],
    [
      'a backup beside the log of another file',
      'is not the file that tasks.db-wal belongs to: move tasks.db-wal and tasks.db-shm away',
      (path) => {
        execFileSync('sqlite3', [path, `VACUUM INTO '${path} copy'`]);
        renameSync(`${path} copy`, path);
        writeFileSync(`${path}-wal`, 'a log');
      },
    ],
  ])('rejects a file that is %s, and does not change it', async (_what, message, change) => {
    cpSync(join(filled.path, 'data'), data, { recursive: true });
    const path = join(data, 'tasks.db');
    change(path);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    expect(await startError()).toContain(`${path} ${message}`);
    expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(before);
  });

  it('answers 503 once it reads a page that was overwritten in place', async () => {
    cpSync(join(filled.path, 'data'), data, { recursive: true });
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    const path = join(data, 'tasks.db');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(statSync(path).size - 4_096, 0x55), 0, undefined, 4_096);
    closeSync(file);
    await expect(client.all({ userId: 'alice' })).rejects.toThrow('503 Task store unavailable');
  });

  it('is used by one service: a second one ends with a sentence, and commands work beside it', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice' });
    expect(await startError()).toContain(`The data folder ${data} is in use by another service: stop that one, or set`);
    await app.client().add({ userId: 'alice' });
  });

  it.each(['STORE', 'tasks.mdb'])(
    'rejects a folder of an earlier version by its %s, with the two commands',
    async (name) => {
      mkdirSync(data);
      writeFileSync(join(data, name), 'old');
      const advice =
        'make a backup with that version (`tasks backup FILE`), then bring it here with `tasks restore FILE`, and start again';
      expect(await startError()).toContain(
        `${join(data, name)} holds tasks in the format of an earlier version: ${advice}`,
      );
      expect(readFileSync(join(data, name), 'utf8')).toBe('old');
      expect(readdirSync(data)).toEqual([name]);
    },
  );

  it('restores the backup of an earlier version into its folder, and starts there', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'STORE'), 'old');
    const backup = join(projectRoot, 'test/fixtures/earlier-backups/leveldb.backup');
    expect(await runCommand(['restore', backup, '--data-dir', data])).toMatchObject({ code: 0 });
    await using app = await AppProcess.start({ DATA_DIR: data });
    expect(await app.client().all({ userId: 'many' })).toHaveLength(300);
  });

  it('shows its tasks to sqlite3 while it runs, as the documentation says', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'ada', name: 'buy milk' });
    const sql = "SELECT json_extract(record, '$.name') FROM tasks WHERE owner = CAST('ada' AS BLOB)";
    expect(execFileSync('sqlite3', ['-readonly', join(data, 'tasks.db'), sql], { encoding: 'utf8' })).toBe(
      'buy milk\n',
    );
  });
});

async function idsIn(client: TasksClient): Promise<(string | undefined)[]> {
  return (await client.all({ userId: 'alice' })).map(({ id }) => id);
}
