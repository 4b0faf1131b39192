import { truncateSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import type { Task } from '../../../../src/domain/task.js';
import { openBackup } from '../../../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { aTask, taskId } from '../../../support/builders.js';

/**
 * Made once by `tasks backup` of the versions that kept tasks in LMDB (commit 07785a2) and in LevelDB (08cf79b), with the
 * tasks of `expectedTasks`.
 */
const FIXTURES = join(projectRoot, 'test/fixtures/earlier-backups');
const START_MS = 1_764_000_000_000;

function expectedTasks(): Task[] {
  const tasks: Task[] = [];
  const add = (userId: string, name: string, done: boolean, createdOnMs: number): void => {
    tasks.push(aTask({ id: taskId(tasks.length + 1), userId, name, done, createdOn: new Date(createdOnMs) }));
  };
  const names: [string, boolean][] = [
    ['buy milk', false],
    ['', true],
    ['\0 \ufffd \u{1f95b} "quoted" \u2028', true],
    ['n'.repeat(4_096), false],
  ];
  const odd = ['alice', 'alice\0', 'a\0b', 'a\0c', '\ufffd', '\u{1f600}', 'é', 'x'.repeat(256), '\uffff'.repeat(256)];
  for (const userId of odd) {
    for (const [name, done] of names) {
      add(userId, name, done, tasks.length === 0 ? -1 : START_MS + (tasks.length + 1) * 997);
    }
  }
  for (let n = 0; n < 300; n++) add('many', `task ${String(n)}`, n % 3 === 0, START_MS + n);
  return tasks;
}

async function tasksOf(file: string): Promise<Task[]> {
  const backup = await openBackup(file);
  const found: Task[] = [];
  for await (const batch of backup.batches(100)) found.push(...batch);
  expect(await backup.count()).toBe(found.length);
  await backup.close();
  return found.sort((one, other) => (one.id < other.id ? -1 : 1));
}

describe.each(['leveldb', 'lmdb'])('A backup of the version on %s', (name) => {
  const file = join(FIXTURES, `${name}.backup`);

  it('is read, each task as it was', async () => {
    expect(await tasksOf(file)).toEqual(expectedTasks());
  });

  it.each<[string, (copy: string) => void]>([
    [
      'cut short',
      (copy) => {
        truncateSync(copy, 40_000);
      },
    ],
    [
      'with a changed byte',
      (copy) => {
        const bytes = readFileSync(copy);
        const at = bytes.indexOf('task 123');
        bytes[at] = 0x54;
        writeFileSync(copy, bytes);
      },
    ],
  ])('that is %s is rejected', async (_what, damage) => {
    using folder = new ScratchFolder();
    const copy = join(folder.path, 'copy');
    writeFileSync(copy, readFileSync(file));
    damage(copy);
    await expect(openBackup(copy)).rejects.toMatchObject({ code: 'UNUSABLE', message: expect.stringContaining(copy) });
  });
});
