import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EmbeddedStore } from '../../../../src/infrastructure/persistence/embedded/embedded-store.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { aTask } from '../../../support/builders.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';

jest.setTimeout(60_000);

const adding = fileURLToPath(new URL('./adding.ts', import.meta.url));
/** Of the shell's blocks, 512 or 1,024 bytes each: room for some hundred long tasks. */
const FILE_SIZE_LIMIT_BLOCKS = 2_048;

let dataDirectory: string;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'tasks-durability-'));
});
afterEach(() => {
  rmSync(dataDirectory, { recursive: true });
});

/** Runs the adding program in a shell that may limit it first. */
function startAdding(nameLength: number, limit = 'true'): RunningProgram {
  const command = `${limit} && exec node --import ./scripts/typescript.mjs "$0" "$1" "$2"`;
  return new RunningProgram('sh', ['-c', command, adding, dataDirectory, String(nameLength)], { cwd: projectRoot });
}

function addedIn(stdout: string): Set<string> {
  return new Set(Array.from(stdout.matchAll(/^added (\w{24})$/gm), ([, id]) => id ?? ''));
}

async function storedIds(): Promise<string[]> {
  const store = await EmbeddedStore.open({ dataDirectory });
  const tasks = new EmbeddedTaskRepository(store);
  const ids = (await tasks.pageByUser('alice', 10_000)).map(({ id }) => id);
  await tasks.add(aTask());
  await store.close();
  return ids;
}

describe('The embedded store', () => {
  it('belongs to one process; after kill -9 it is free again and has everything that was acknowledged', async () => {
    using program = startAdding(100);
    const [, pid = ''] = await program.printed(/^pid (\d+)\./m);
    await program.printed(/^enough$/m);
    await expect(EmbeddedStore.open({ dataDirectory })).rejects.toMatchObject({
      name: 'EmbeddedStoreError',
      message: `The data folder ${dataDirectory} is in use by process ${pid}: stop that one, or set DATA_DIR to another folder`,
    });
    process.kill(Number(pid), 'SIGKILL');
    const added = addedIn((await program.ended()).stdout);
    expect(added.size).toBeGreaterThanOrEqual(500);
    const stored = new Set(await storedIds());
    expect([...added].filter((id) => !stored.has(id))).toEqual([]);
  });

  it('refuses what a full disk has no room for, goes on listing, and works again once there is room', async () => {
    using program = startAdding(4_000, `ulimit -f ${String(FILE_SIZE_LIMIT_BLOCKS)}`);
    const { code, stdout } = await program.ended();
    const added = addedIn(stdout);
    expect(code).toBe(0);
    expect(new Set(stdout.match(/^refused .*$/gm))).toEqual(new Set(['refused TaskError: Task store unavailable']));
    expect(stdout).toContain(`still lists ${String(added.size)}\n`);
    expect(new Set(await storedIds())).toEqual(added);
  });
});
