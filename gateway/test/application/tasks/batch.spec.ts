import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { type BatchOperation, BatchTasks, OutOfTime } from '../../../src/application/tasks/batch.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import { AccountError } from '../../../src/domain/account.errors.js';
import { ListError } from '../../../src/domain/list.errors.js';
import type { Principal } from '../../../src/domain/principal.js';
import { TestAccounts } from '../../support/accounts.js';
import { MemoryTaskService } from '../../support/memory-task-service.js';

const ALICE: Principal = {
  via: 'token',
  accountId: 'alice',
  timeZone: undefined,
  tokenId: 't',
  scopes: [],
  lists: 'all',
  expiresOn: new Date(0),
};
const [ONE, TWO] = ['1'.repeat(24), '2'.repeat(24)];

function insert(id: string): BatchOperation {
  return { op: 'insert', id, task: { id, name: 'milk' } };
}

function edit(id: string): BatchOperation {
  return { op: 'edit', id, edit: { done: true } };
}

async function outcomesOf(
  operations: readonly BatchOperation[],
  act: (tasks: MemoryTaskService, access: ListAccess) => void = () => undefined,
): Promise<readonly unknown[]> {
  const tasks = new MemoryTaskService();
  const access = new ListAccess(new TestAccounts().parts);
  act(tasks, access);
  const results = await new BatchTasks(tasks, access, new ChangeFeed()).execute(ALICE, operations);
  return results.map((result) => (result.outcome === 'rejected' ? result.error : result.outcome));
}

describe('a batch', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['the account store fails', new AccountError('STORE_UNAVAILABLE')],
    ['nobody knows why', new Error('as scripted')],
  ])('skips later operations of a task when %s', async (_why, error) => {
    const outcomes = await outcomesOf([insert(ONE), edit(ONE), insert(TWO)], (_tasks, access) => {
      jest.spyOn(access, 'requireTasks').mockRejectedValueOnce(error);
    });
    expect(outcomes).toEqual([error, 'skipped', 'inserted']);
  });

  it('goes on with a task after a rejection', async () => {
    const error = new ListError('ROLE_TOO_LOW');
    const outcomes = await outcomesOf([insert(ONE), insert(ONE), edit(ONE)], (_tasks, access) => {
      jest.spyOn(access, 'requireTasks').mockRejectedValueOnce(error);
    });
    expect(outcomes).toEqual([error, error, expect.objectContaining({ code: 'NOT_FOUND' })]);
  });

  it('begins nothing after its time, and says so of every operation', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const outcomes = await outcomesOf([insert(ONE), edit(ONE), edit(ONE), edit(TWO)], (tasks) => {
      const insertAll = tasks.insertAll.bind(tasks);
      jest.spyOn(tasks, 'insertAll').mockImplementation((...call) => {
        now += 13_001;
        return insertAll(...call);
      });
    });
    expect(outcomes).toEqual(['inserted', expect.any(OutOfTime), expect.any(OutOfTime), expect.any(OutOfTime)]);
  });
});
