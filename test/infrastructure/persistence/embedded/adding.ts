// A program of its own: adds tasks to the embedded store in the folder that it is given, until it is killed or many of
// them were refused. Prints its process id, each task once it is acknowledged, and `enough` after some.
import { createObjectIdGenerator } from '../../../../src/infrastructure/persistence/object-id.js';
import { EmbeddedStore } from '../../../../src/infrastructure/persistence/embedded/embedded-store.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { Task } from '../../../../src/domain/task.js';

const [, , dataDirectory = '', nameLength = '1'] = process.argv;
const ENOUGH = 500;
const MANY_REFUSALS = 100;
const LANES = 16;

const store = await EmbeddedStore.open({ dataDirectory });
const tasks = new EmbeddedTaskRepository(store);
const nextId = createObjectIdGenerator();
let added = 0;
let refused = 0;

async function addOne(): Promise<void> {
  const id = nextId();
  try {
    await tasks.add(new Task(id, 'alice', 'n'.repeat(Number(nameLength)), new Date(), false));
    process.stdout.write(`added ${id}\n`);
    if (++added === ENOUGH) process.stdout.write('enough\n');
  } catch (error) {
    refused++;
    process.stdout.write(`refused ${String(error)}\n`);
  }
}

async function addUntilRefused(): Promise<void> {
  while (refused < MANY_REFUSALS) await addOne();
}

// LMDB's pending work keeps no process alive, which the listeners of a service do.
const alive = setInterval(() => undefined, 1_000);
process.stdout.write(`pid ${String(process.pid)}.\n`);
await Promise.all(Array.from({ length: LANES }, addUntilRefused));
process.stdout.write(`still lists ${String((await tasks.pageByUser('alice', 10_000)).length)}\n`);
await store.close();
clearInterval(alive);
