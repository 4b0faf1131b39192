import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { projectRoot } from '@tasks/testing/project-copy';
import { type ProgramResult, RunningProgram } from '@tasks/testing/run-program';
import { ClientThrift } from 'nestjs-thrift';
import { AppProcess } from '../../../test/support/app.js';
import { Housekeeping } from '../../src/application/accounts/housekeeping.js';
import { AdministerLists } from '../../src/application/lists/administer-lists.js';
import { EmbeddedAccountStore } from '../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { ThriftTaskService } from '../../src/infrastructure/tasks/thrift-task-service.js';
import { DAY, MINUTE, TestAccounts } from '../support/accounts.js';

jest.setTimeout(120_000);

const LOAD = fileURLToPath(new URL('./list-load.ts', import.meta.url));
const TASKS_IN_LIST = 3;
/** Where the program ends itself. */
const KILLS = [
  'after lists.change 3', // A list is deleted, not yet restored.
  'after accounts.change 1', // The account is deleted, it is still in its lists.
  'after lists.change 6', // Its shared list has no owner, its first one still has tasks.
  'after tasks.removeAll 1',
  'before accounts.remove 1',
  'after lists.change 7', // The time of the first list is over, its tasks are there.
  'before tasks.removeAll 7',
  'before lists.remove 1',
  'after lists.remove 1',
];

interface Made {
  readonly name: string;
  readonly id: string;
  readonly ownerId: string;
}

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tasks-gateway-sweeps-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
});

/** Runs the program; returns what it printed. */
async function runLoad(folder: string, port: number, killAt: string): Promise<ProgramResult> {
  const options = [folder, String(port), String(TASKS_IN_LIST), killAt];
  const args = ['-C', 'tasks-source', '--import', './scripts/typescript.mjs', LOAD, ...options];
  using program = new RunningProgram(process.execPath, args, { cwd: projectRoot });
  return await program.ended();
}

describe('After kill -9 while lists are restored, deleted and swept', () => {
  // One for all: each run of the program has accounts of its own.
  let service: AppProcess;

  beforeAll(async () => {
    service = await AppProcess.start({ STORE: 'memory' });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it.each(['never', ...KILLS])('a list has all its tasks, or is gone with them: %s', async (killAt) => {
    const { code, stdout } = await runLoad(join(scratch, 'store'), service.port, killAt);
    expect(code).toBe(killAt === 'never' ? 0 : null);
    const hasDone = (step: string): boolean => new RegExp(`^done ${step}`, 'm').test(stdout);
    const made = [...stdout.matchAll(/^done made (\w+) (\S+) (\S+)$/gm)].map(
      ([, name = '', id = '', ownerId = '']): Made => ({ name, id, ownerId }),
    );
    expect(made.map(({ name }) => name)).toEqual(['kept', 'restored', 'deleted', 'shared', 'first']);

    const store = await EmbeddedAccountStore.open(join(scratch, 'store'));
    const client = new ClientThrift({ idl: TASKS_IDL, host: '127.0.0.1', port: service.port, framing: 'header' });
    try {
      const tasks = new ThriftTaskService(client.getService<TasksClient>('Tasks'));
      const accounts = new TestAccounts({ store });
      const removal = { removeAll: (ownerId: string) => tasks.removeAll(ownerId, false) };
      // Later than any time of the program.
      for (const pause of [100 * DAY, MINUTE, 8 * DAY, MINUTE]) {
        accounts.pass(pause);
        await new Housekeeping(accounts.parts, removal).execute();
      }
      for (const { name, id, ownerId } of made) {
        const { open } = await tasks.count(ownerId);
        const isAlive =
          name === 'first'
            ? (await store.accounts.findById(ownerId)) !== undefined
            : (await store.lists.find(id))?.status === 'active';
        expect({ name, open }).toEqual({ name, open: isAlive ? TASKS_IN_LIST : 0 });
        if (name === 'kept' || (name === 'restored' && hasDone('restored')))
          expect({ name, isAlive }).toEqual({ name, isAlive: true });
        if (name === 'deleted' && hasDone('deleted')) expect({ name, isAlive }).toEqual({ name, isAlive: false });
        if ((name === 'shared' || name === 'first') && hasDone('left'))
          expect({ name, isAlive }).toEqual({ name, isAlive: false });
      }
      expect(await new AdministerLists(accounts.parts).orphans()).toEqual([]);
    } finally {
      await client.close();
      await store.close();
    }
  });
});
