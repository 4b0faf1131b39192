import { randomBytes } from 'node:crypto';

/** A task as every peer answers it. */
export interface TaskAnswer {
  id: string;
  userId: string;
  name: string;
  createdOn: string;
  done: boolean;
}

/** How many tasks `all` answers with, from the environment. */
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

/** What `all` answers in every peer written in JavaScript. */
export const TASKS: TaskAnswer[] = Array.from({ length: LIST_SIZE }, (_, i) => ({
  ...addTask('alice', `task number ${String(i)}`),
}));

/** Tells the parent where the peer listens. */
export function ready(port: number): void {
  process.stdout.write(`READY ${String(port)}\n`);
}
