import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { ClientThrift } from 'nestjs-thrift';
import type { TaskService } from '../application/tasks/task-service.js';
import type { TasksConfig } from '../config/tasks-config.js';
import { ThriftTaskService, type ObserveCall } from '../infrastructure/tasks/thrift-task-service.js';

/** The connection to the task service. */
export interface TasksConnection {
  readonly tasks: TaskService;
  close(): Promise<void>;
}

/** Connects at the first request, and again after a disconnect. */
export function connectTasks({ host, port, tls }: TasksConfig, observe: ObserveCall): TasksConnection {
  const client = new ClientThrift({
    idl: TASKS_IDL,
    host,
    port,
    // THeader carries deadlines and traces.
    framing: 'header',
    waitForConnection: false,
    // No retries here: the adapter knows which calls may be repeated, and for how long.
    maxRetries: 0,
    ...(tls && { tls: { ca: tls.ca, cert: tls.client?.cert, key: tls.client?.key, servername: host } }),
  });
  return {
    tasks: new ThriftTaskService(client.getService<TasksClient>('Tasks'), observe),
    close: () => client.close(),
  };
}
