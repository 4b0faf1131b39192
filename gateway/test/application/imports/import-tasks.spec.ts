import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type ImportReport, ImportTasks } from '../../../src/application/imports/import-tasks.js';
import { tasksOfLines } from '../../../src/application/imports/line-tasks.js';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import { toProblem } from '../../../src/interface/http/to-problem.js';
import { TestAccounts } from '../../support/accounts.js';
import { MemoryTaskService } from '../../support/memory-task-service.js';

/** Imports 150 lines, by two calls. @param callMs Time that each call takes. */
async function importLines(callMs: number): Promise<ImportReport> {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const accounts = new TestAccounts();
  const tasks = new MemoryTaskService();
  const insertAll = tasks.insertAll.bind(tasks);
  jest.spyOn(tasks, 'insertAll').mockImplementation((...call) => {
    now += callMs;
    return insertAll(...call);
  });
  const access = new ListAccess(accounts.parts);
  const yieldToOthers = (): Promise<void> => Promise.resolve();
  const imports = new ImportTasks({ ...accounts.parts, tasks, access, feed: new ChangeFeed(), yieldToOthers });
  const principal = await accounts.principal((await accounts.signUp('alice')).sessionToken);
  const list = access.firstListId(principal.accountId);
  const entries = tasksOfLines('milk\n'.repeat(150));
  return imports.execute({ principal, repeat: () => Promise.resolve(), list, entries, isDryRun: false });
}

describe('an import', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('within its time adds everything', async () => {
    expect(await importLines(60_000)).toMatchObject({ added: 150 });
  });

  it('over its time tells its user to repeat it', async () => {
    const error: unknown = await importLines(120_001).catch((reason: unknown) => reason);
    expect(toProblem(error)).toMatchObject({
      kind: 'timeout',
      detail: 'The import takes too long: repeat it to add the rest.',
    });
  });
});
