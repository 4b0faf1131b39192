import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A task in the replies of every peer. */
export interface TaskAnswer {
  id: string;
  userId: string;
  name: string;
  createdOn: string;
  done: boolean;
}

/** Number of tasks in a reply to `all`. */
const LIST_SIZE = Number(process.env['BENCH_LIST_SIZE'] ?? 100);

const prefix = randomBytes(8).toString('hex');
let counter = 0;

function newId(): string {
  counter = (counter + 1) >>> 0;
  return prefix + counter.toString(16).padStart(8, '0');
}

/** The work of `add` in every peer written in JavaScript: an id, a date, an object. */
export function addTask(userId: string, name: string): TaskAnswer {
  return { id: newId(), userId, name, createdOn: new Date().toISOString(), done: false };
}

/** The reply to `all` of every peer written in JavaScript. */
export const TASKS: TaskAnswer[] = Array.from({ length: LIST_SIZE }, (_, i) => ({
  ...addTask('alice', `task number ${String(i)}`),
}));

/** A free port, for servers of Nest: they don't report which port they chose for port 0. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Reports to the parent process where the peer listens. */
export function ready(port: number): void {
  process.stdout.write(`READY ${String(port)}\n`);
}
