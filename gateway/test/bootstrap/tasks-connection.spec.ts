import { describe, expect, it } from '@jest/globals';
import { TasksConnection } from '../../src/bootstrap/tasks-connection.js';
import { MemoryTaskService } from '../support/memory-task-service.js';

const CONFIG = { servers: ['tasks-1:6001', 'tasks-2:6001'], tls: undefined };

class UnreachableTasks extends MemoryTaskService {
  override check(): Promise<string | undefined> {
    return Promise.resolve('ECONNREFUSED');
  }
}

describe('The connection to the task service', () => {
  it('warns once after a start at which the service cannot be reached', async () => {
    let onWarning: (message: string) => void = () => undefined;
    const warning = new Promise<string>((resolve) => (onWarning = resolve));
    const log = { warn: onWarning };
    const connection = new TasksConnection(CONFIG, { log, given: new UnreachableTasks(), firstCheckMs: 0 });
    await connection.start();
    expect(await warning).toBe(
      'The task service at tasks-1:6001, tasks-2:6001 does not work yet (ECONNREFUSED): ' +
        'requests for tasks get 503 until it does; TASKS_SERVERS says where it is',
    );
    await connection.stop();
  });
});
