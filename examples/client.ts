/**
 * A first call from a NestJS service: adds two tasks, finishes them, one of which repeats, and prints the user's list.
 *
 * node --import ./scripts/typescript.mjs examples/client.ts [HOST [PORT]]
 */
import { fileURLToPath } from 'node:url';
import { ClientThrift, ThriftException } from 'nestjs-thrift';
import type { TasksClient } from '@tasks/idl';

const idl = fileURLToPath(new URL('../idl/tasks.thrift', import.meta.url));
const [host = '127.0.0.1', portText = '6001'] = process.argv.slice(2);
const port = Number(portText);

const client = new ClientThrift({ idl, host, port });
const tasks = client.getService<TasksClient>('Tasks');

const milk = await tasks.add({ userId: 'alice', name: 'buy milk' });
await tasks.update({ taskId: milk.id, done: true, userId: 'alice' });

const rent = await tasks.add({ userId: 'alice', name: 'pay rent' });
const paid = { dueOn: '2026-12-31', repeat: 'FREQ=MONTHLY', done: true, now: '2026-12-31' };
const { successor } = await tasks.edit({ taskId: rent.id, userId: 'alice', edit: paid });
console.log('next:', successor?.dueOn, successor?.name);

for (const task of await tasks.all({ userId: 'alice' })) {
  console.log(task.createdOn, task.done ? 'done' : 'open', task.name);
}

try {
  await tasks.update({ taskId: milk.id, done: true, userId: 'bob' });
} catch (error) {
  if (!(error instanceof ThriftException)) throw error;
  console.log(error.type, error.value);
}
await client.close();
