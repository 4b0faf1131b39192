import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EmbeddedTarget } from '../../src/infrastructure/persistence/embedded/embedded-archive.js';
import type { Task, TasksClient } from '@tasks/idl';
import { AppProcess } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { aTask, taskId } from '../support/builders.js';
import { withEmbeddedTasks } from '../support/embedded-tasks.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { runCommand, type Printed } from '../support/run-command.js';
import { RunningProgram } from '@tasks/testing/run-program';

let folder: ScratchFolder;
let data: string;
let file: string;

beforeEach(() => {
  folder = new ScratchFolder();
  data = join(folder.path, 'data');
  file = join(folder.path, 'backup');
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** Some tasks of alice, with no service running. */
async function fill(count = 300): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => taskId(n));
  await withEmbeddedTasks(data, (tasks) =>
    Promise.all(ids.map((id) => tasks.add(aTask({ id, name: 'n'.repeat(100) })))),
  );
}

/** The file of tasks. */
function storedBytes(): Buffer {
  return readFileSync(join(data, 'tasks.db'));
}

function backup(to = file): Promise<Printed> {
  return runCommand(['backup', to, '--data-dir', data]);
}

function restore(...flags: string[]): Promise<Printed> {
  return runCommand(['restore', file, '--data-dir', data, ...flags]);
}

/** Adds tasks over some connections until stopped; collects the names of acknowledged ones. */
function addUntil(stopped: AbortSignal, clients: readonly TasksClient[], acknowledged: Set<string>): Promise<unknown> {
  return Promise.all(
    clients.map(async (client, lane) => {
      for (let n = 0; !stopped.aborted; n++) {
        const { id = '' } = await client.add({ userId: 'alice', name: `${String(lane)}.${String(n)}` });
        acknowledged.add(id);
      }
    }),
  );
}

describe('A backup of the embedded store', () => {
  it('is made while the service adds, and has every task acknowledged before', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    const acknowledged = new Set<string>();
    const stop = new AbortController();
    const adding = addUntil(
      stop.signal,
      Array.from({ length: 8 }, () => app.client()),
      acknowledged,
    );
    while (acknowledged.size < 200) await app.client().check();
    const before = [...acknowledged];
    const { code, out, err } = await backup();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    stop.abort();
    await adding;

    data = join(folder.path, 'other');
    expect((await restore()).code).toBe(0);
    await using other = await AppProcess.start({ DATA_DIR: data });
    const restored = new Set((await other.client().all({ userId: 'alice' })).map(({ id }) => id));
    expect(before.filter((id) => !restored.has(id))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ file, tasks: restored.size });
  }, 60_000);

  it('is restored into a running service: removed tasks return, others stay unchanged', async () => {
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    const add = (name: string): Promise<Task> => client.add({ userId: 'alice', name });
    const [removed, changed, untouched] = [await add('removed'), await add('changed'), await add('untouched')];
    await backup();
    await client.remove({ taskId: removed.id, userId: 'alice' });
    const now = await client.update({ taskId: changed.id, userId: 'alice', done: true, name: 'changed later' });
    const added = await add('new');

    const first = { added: 1, same: 1, replaced: 0, kept: 1, inSource: 3, inTarget: 3 };
    expect(JSON.parse((await restore()).out)).toEqual(first);
    expect(await client.all({ userId: 'alice' })).toEqual([added, untouched, now, removed]);

    expect(JSON.parse((await restore('--overwrite')).out)).toEqual({
      ...first,
      added: 0,
      same: 2,
      replaced: 1,
      kept: 0,
    });
    expect(await client.all({ userId: 'alice' })).toEqual([added, untouched, changed, removed]);
    expect(await client.update({ taskId: removed.id, userId: 'alice', done: true })).toMatchObject({ done: true });
    expect(readdirSync(folder.path).sort()).toEqual(['backup', 'data']);
  }, 60_000);

  it('that is restored only in part: the command reports it and ends with 1', async () => {
    await fill(10);
    expect(await backup()).toMatchObject({ code: 0 });
    // Removes tasks while they are compared.
    const counted = jest.spyOn(EmbeddedTarget.prototype, 'countPresent').mockResolvedValue(7);
    const { code, out } = await restore();
    counted.mockRestore();
    expect(JSON.parse(out)).toMatchObject({ same: 10, inSource: 10, inTarget: 7 });
    expect(code).toBe(1);
    expect(await restore()).toMatchObject({ code: 0 });
  });

  it('that is killed while restoring does no harm, and completes when run again', async () => {
    const many = 6_000;
    await fill(many);
    await backup();
    data = join(folder.path, 'other');
    await using app = await AppProcess.start({ DATA_DIR: data });
    const client = app.client();
    const cli = join(projectRoot, 'dist/bootstrap/tasks.js');
    using program = new RunningProgram(process.execPath, [cli, 'restore', file, '--data-dir', data], { cwd: data });
    while ((await client.page({ userId: 'alice', limit: 1 })).tasks?.length === 0);
    program.signal('SIGKILL');
    expect(await program.ended()).toMatchObject({ code: null });
    const half = (await client.all({ userId: 'alice' })).length;
    expect(half).toBeLessThan(many);
    const report = JSON.parse((await restore()).out) as { same: number; added: number; inTarget: number };
    // "The command's last request may have been stored after its end."
    expect(report.same).toBeGreaterThanOrEqual(half);
    expect(report).toMatchObject({ added: many - report.same, inTarget: many });
  }, 60_000);

  it('never replaces an existing file, and leaves nothing behind on failure', async () => {
    await fill();
    writeFileSync(file, 'precious');
    expect(await backup()).toMatchObject({ code: 1, err: expect.stringContaining(`${file} exists already`) });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    const belowFile = await backup(join(file, 'backup'));
    expect(belowFile).toMatchObject({ code: 1, err: expect.stringContaining("can't be written") });
    expect(readdirSync(folder.path).sort()).toEqual(['backup', 'data']);
  });

  it.each<[string, string, () => void]>([
    [
      'cut short',
      'is damaged',
      () => {
        truncateSync(file, 20_000);
      },
    ],
    [
      'empty',
      'is empty',
      () => {
        truncateSync(file, 0);
      },
    ],
    [
      'of something else',
      'is not a backup',
      () => {
        writeFileSync(file, randomBytes(50_000));
      },
    ],
    [
      'of another program',
      'is not a backup of "tasks", but of another program',
      () => {
        const bytes = readFileSync(file);
        bytes.writeUInt32BE(1, 68);
        writeFileSync(file, bytes);
      },
    ],
    [
      'with a changed id',
      'is damaged',
      () => {
        const bytes = readFileSync(file);
        bytes.write('b', bytes.lastIndexOf(taskId(7)) + 3);
        writeFileSync(file, bytes);
      },
    ],
  ])('%s is rejected before anything is written', async (_what, message, damage) => {
    await fill();
    expect((await backup()).code).toBe(0);
    damage();
    const before = storedBytes();
    const { code, err } = await restore();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${file} ${message}`) });
    expect(err).toMatch(/^tasks: .+: use (?:another backup|one that this version made)\n$/);
    expect(storedBytes()).toEqual(before);
  });

  it('needs a store, and names the folder where it looked', async () => {
    const err = expect.stringContaining(`There is no tasks.db in ${data}: set DATA_DIR`);
    expect(await backup()).toMatchObject({ code: 1, err });
    mkdirSync(data);
    expect(await backup()).toMatchObject({ code: 1, err });
  });
});

describe('A check of the embedded store', () => {
  it('counts tasks, with and without a service', async () => {
    await fill(10);
    const check = (): Promise<Printed> => runCommand(['verify', '--data-dir', data]);
    expect(await check()).toEqual({ code: 0, out: '{"tasks":10}\n', err: '' });
    await using app = await AppProcess.start({ DATA_DIR: data });
    await app.client().add({ userId: 'alice' });
    expect(JSON.parse((await check()).out)).toMatchObject({ tasks: 11 });
  }, 60_000);

  it('names the damaged file, and the rule that it breaks', async () => {
    await fill(10);
    const check = (): Promise<Printed> => runCommand(['verify', '--data-dir', data]);
    const path = join(data, 'tasks.db');
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    changed.write('b', changed.lastIndexOf(taskId(7)) + 3);
    writeFileSync(path, changed);
    const { code, err } = await check();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${path} is damaged`) });
    expect(err.split('\n')).toHaveLength(2);
    writeFileSync(path, whole);
    expect(await check()).toMatchObject({ code: 0 });
    const sql = "UPDATE owners SET open = open + 1 WHERE owner = CAST('alice' AS BLOB)";
    execFileSync('sqlite3', [path, sql]);
    const rule = `${path} is damaged (users whose number of tasks is wrong: 1; users with a number and no tasks: 1)`;
    expect(await check()).toMatchObject({ code: 1, err: expect.stringContaining(rule) });
  });
});
