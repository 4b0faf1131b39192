import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Task } from '../../src/domain/task.js';
import { EmbeddedTaskRepository } from '../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { openTasks } from '../../src/infrastructure/persistence/embedded/open-tasks.js';
import { createObjectIdGenerator } from '../../src/infrastructure/persistence/object-id.js';

const COUNTS = [1_000, 10_000, 100_000, 1_000_000];
const OWN_TASKS = 100;
const OTHER_USERS = 1_000;
const AT_A_TIME = 1_000;
const LISTS = 2_000;

/** Cost of listing one user's 100 tasks and of adding tasks, as other users' tasks grow in number. */
export async function measureStoredTasks(): Promise<string[]> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tasks-growth-'));
  const store = await openTasks(dataDirectory, 'service');
  const nextId = createObjectIdGenerator();
  const repository = new EmbeddedTaskRepository(store);
  const add = (userId: string): Promise<void> =>
    repository.add(Task.create({ id: nextId(), userId, name: 'buy milk', createdOn: new Date() }));
  const lines = ['| stored tasks | all of one user with 100: µs | durable adds/s, 1,000 at a time | folder MiB |'];
  lines.push('|--:|--:|--:|--:|');
  try {
    for (let i = 0; i < OWN_TASKS; i++) await add('alice');
    let stored = OWN_TASKS;
    for (const count of COUNTS) {
      const startedAtMs = performance.now();
      const before = stored;
      for (; stored < count; stored += AT_A_TIME) {
        const size = Math.min(AT_A_TIME, count - stored);
        await Promise.all(Array.from({ length: size }, (_, i) => add(`user ${String((stored + i) % OTHER_USERS)}`)));
      }
      stored = count;
      const addsPerSecond = ((count - before) * 1_000) / (performance.now() - startedAtMs);
      const names = await readdir(dataDirectory);
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(dataDirectory, name))).size));
      const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
      const cells = [
        await listUs(repository),
        Math.round(addsPerSecond).toLocaleString('en'),
        (size / 2 ** 20).toFixed(1),
      ];
      lines.push(`| ${count.toLocaleString('en')} | ${cells.join(' | ')} |`);
      process.stderr.write(`${lines.at(-1) ?? ''}\n`);
    }
    return lines;
  } finally {
    await store.close();
    await rm(dataDirectory, { recursive: true });
  }
}

async function listUs(repository: EmbeddedTaskRepository): Promise<string> {
  const startedAtMs = performance.now();
  for (let i = 0; i < LISTS; i++) {
    const tasks = await repository.pageByUser('alice', 250);
    if (tasks.length !== OWN_TASKS) throw new Error(`${String(tasks.length)} tasks instead of ${String(OWN_TASKS)}`);
  }
  return (((performance.now() - startedAtMs) * 1_000) / LISTS).toFixed(0);
}
