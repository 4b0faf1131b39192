import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open } from 'lmdb';
import { EmbeddedStore } from '../../../../src/infrastructure/persistence/embedded/embedded-store.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { checkLmdbFile } from '../../../../src/infrastructure/persistence/embedded/lmdb-file.js';
import { aTask, taskId } from '../../../support/builders.js';

let dataDirectory: string;
let file: string;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'tasks-refusal-'));
  file = join(dataDirectory, 'tasks.mdb');
});
afterEach(() => {
  rmSync(dataDirectory, { recursive: true });
});

async function storeWithTasks(): Promise<void> {
  const store = await EmbeddedStore.open({ dataDirectory });
  const tasks = new EmbeddedTaskRepository(store);
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => tasks.add(aTask({ id: taskId(n), name: 'n'.repeat(n * 40) }))),
  );
  await store.close();
}

async function otherProgramsFile(key: string, value: number): Promise<void> {
  const root = open<number, string>({ path: file, encoding: 'json' });
  await root.put(key, value);
  await root.close();
}

/** An LMDB file whose last pages were taken and freed in one transaction, so that they were never written. */
async function shortFile(): Promise<void> {
  const root = open<string, string>({ path: file, encoding: 'string' });
  for (let n = 1; ; n++) {
    await root.transaction(() => {
      void root.put(`key ${String(n)}`, 'v'.repeat(5_000 * n));
      void root.remove(`key ${String(n)}`);
    });
    const lastPage = Math.max(...[0, 4_096].map((offset) => readFileSync(file).readUInt32LE(offset + 144)));
    if (lastPage >= statSync(file).size / 4_096) break;
  }
  await root.close();
}

const ADVICE = 'restore a backup, or move the file away to start with an empty store';
const DAMAGES: [string, string, () => void | Promise<void>][] = [
  [
    'empty',
    `is empty, which a task store never is: ${ADVICE}`,
    () => {
      writeFileSync(file, '');
    },
  ],
  [
    'of random bytes',
    `is not a task store, or its beginning is damaged: ${ADVICE}`,
    () => {
      writeFileSync(file, randomBytes(100_000));
    },
  ],
  [
    'a few bytes long',
    `is not a task store, or its beginning is damaged: ${ADVICE}`,
    () => {
      writeFileSync(file, 'SQLite format 3');
    },
  ],
  [
    'half a store',
    `is truncated, tasks at its end are lost: ${ADVICE}`,
    async () => {
      await storeWithTasks();
      truncateSync(file, statSync(file).size / 2);
    },
  ],
  [
    'the first page of a store',
    `is truncated, tasks at its end are lost: ${ADVICE}`,
    async () => {
      await storeWithTasks();
      truncateSync(file, 4_096);
    },
  ],
  [
    'a store with another beginning',
    `is not a task store, or its beginning is damaged: ${ADVICE}`,
    async () => {
      await storeWithTasks();
      writeFileSync(file, Buffer.concat([Buffer.alloc(64), readFileSync(file).subarray(64)]));
    },
  ],
  [
    'a store with random bytes behind its beginning',
    `is damaged, some of its pages make no sense: ${ADVICE}`,
    async () => {
      await storeWithTasks();
      const bytes = readFileSync(file);
      writeFileSync(file, Buffer.concat([bytes.subarray(0, 8_192), randomBytes(bytes.length - 8_192)]));
    },
  ],
  [
    'of another LMDB version',
    `has LMDB data version 1, this program needs 2: ${ADVICE}`,
    async () => {
      await storeWithTasks();
      const bytes = readFileSync(file);
      bytes.writeUInt32LE(1, 28);
      writeFileSync(file, bytes);
    },
  ],
  ['another program’s', 'belongs to another program: set DATA_DIR to another folder', () => otherProgramsFile('a', 1)],
  [
    'a later version’s',
    'has store format 2, this program knows 1: use the version that wrote it',
    () => otherProgramsFile('tasks-store-format', 2),
  ],
];

describe('The embedded store', () => {
  it.each(DAMAGES)('refuses a file that is %s, and leaves it as it is', async (_what, message, damage) => {
    await damage();
    const before = readFileSync(file);
    await expect(EmbeddedStore.open({ dataDirectory })).rejects.toMatchObject({
      name: 'EmbeddedStoreError',
      message: `${file} ${message}`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a file with a damaged page, whichever page that is, unless the page is not in use', async () => {
    await storeWithTasks();
    const sound = readFileSync(file);
    const refused: number[] = [];
    for (let offset = 8_192; offset < sound.length; offset += 4_096) {
      writeFileSync(file, sound);
      writeFileSync(
        file,
        Buffer.concat([sound.subarray(0, offset), randomBytes(4_096), sound.subarray(offset + 4_096)]),
      );
      const opened = await EmbeddedStore.open({ dataDirectory }).catch((error: unknown) => error);
      if (opened instanceof EmbeddedStore) {
        expect(await new EmbeddedTaskRepository(opened).pageByUser('alice', 101)).toHaveLength(100);
        await opened.close();
      } else {
        expect(opened).toHaveProperty('message', `${file} is damaged, some of its pages make no sense: ${ADVICE}`);
        refused.push(offset);
      }
    }
    expect(refused.length).toBeGreaterThan(sound.length / 4_096 / 2);
  }, 60_000);

  it('does not notice that the name of a task has changed in its file', async () => {
    await storeWithTasks();
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('nnn'); at >= 0; at = bytes.indexOf('nnn', at + 3)) bytes.write('mmm', at);
    writeFileSync(file, bytes);
    const store = await EmbeddedStore.open({ dataDirectory });
    const [newest] = await new EmbeddedTaskRepository(store).pageByUser('alice', 1);
    expect(newest?.name).toContain('mmm');
    await store.close();
  });

  it('takes a file that is shorter than its last page number says, as long as no page in use is missing', async () => {
    await shortFile();
    expect(() => {
      checkLmdbFile(file);
    }).not.toThrow();
  });

  it('opens again what it closed', async () => {
    await storeWithTasks();
    const store = await EmbeddedStore.open({ dataDirectory });
    expect(await new EmbeddedTaskRepository(store).pageByUser('alice', 10_000)).toHaveLength(100);
    await store.close();
  });

  it('is opened once, also within one process, and answers 503 once it is closed', async () => {
    const store = await EmbeddedStore.open({ dataDirectory });
    await expect(EmbeddedStore.open({ dataDirectory })).rejects.toThrow(/in use by process \d+: stop that one/);
    const tasks = new EmbeddedTaskRepository(store);
    await tasks.add(aTask());
    await store.close();
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(tasks.add(aTask())).rejects.toMatchObject(unavailable);
    await expect(tasks.pageByUser('alice', 10_000)).rejects.toMatchObject(unavailable);
    await expect(tasks.update(taskId(1), 'alice', { done: true })).rejects.toMatchObject(unavailable);
    await expect(store.roundTrip()).rejects.toThrow();
  });

  it.each([
    ['below a file', () => join(file, 'data'), () => `${file} is a file, and tasks need a folder: set DATA_DIR to `],
    ['that is a file', () => file, () => `${file} is a file, and tasks need a folder: set DATA_DIR to another path`],
    ['that is a device', () => '/dev/null', () => '/dev/null is no folder, and tasks need a folder: set DATA_DIR to '],
    [
      'where nothing can be written',
      () => '/sys/tasks-data',
      () => /^The data folder \S+ can't be used \(.+\): let this user write there, /,
    ],
  ])('says what to do about a folder %s', async (_where, folder, message) => {
    writeFileSync(file, 'a file');
    const opening = EmbeddedStore.open({ dataDirectory: folder() });
    await expect(opening).rejects.toMatchObject({ name: 'EmbeddedStoreError' });
    await expect(opening).rejects.toThrow(message());
    expect(existsSync(join(folder(), 'tasks.mdb'))).toBe(false);
  });

  it('says that a folder where its file should be is a folder, and leaves it as it is', async () => {
    mkdirSync(file);
    await expect(EmbeddedStore.open({ dataDirectory })).rejects.toThrow(
      `${file} is a folder, and a task store is a file: move it away, or set DATA_DIR to another folder`,
    );
    expect(readdirSync(dataDirectory)).toEqual(['tasks.mdb']);
  });
});
