// A program of its own: changes the store in the folder that it is given over some lanes, until it is killed. Each lane
// makes the changes of `changesOf` one after the other, again where one is rejected. Prints `ready`, each change once it is
// acknowledged, each rejection, and when changes are taken again.
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedStore } from '../src/index.js';
import { changesOf } from './load-changes.js';

const [, , folder = '', lanes = '1', valueLength = '1', begin = '0'] = process.argv;

const store = await EmbeddedStore.open({ folder, owner: 'notes', version: 1, setting: 'DATA_DIR' });
process.stdout.write('ready\n');

let rejected = 0;
let isRejecting = false;

async function run(lane: number): Promise<never> {
  for (let n = Number(begin); ; n++) {
    while (!(await change(lane, n)));
  }
}

async function change(lane: number, n: number): Promise<boolean> {
  try {
    await store.write(({ put, remove }) => {
      for (const [key, value] of changesOf(lane, n, Number(valueLength))) {
        if (value === undefined) remove(key);
        else put(key, value);
      }
    });
    if (isRejecting) process.stdout.write(`recovered at ${String(Date.now())}\n`);
    isRejecting = false;
    process.stdout.write(`done ${String(lane)} ${String(n)}\n`);
    return true;
  } catch (error) {
    isRejecting = true;
    const reads = await store.get('any').then(
      () => 'reads',
      () => 'reads no more',
    );
    process.stdout.write(`rejected ${String(++rejected)} ${String(error)} ${reads}\n`);
    await delay(5);
    return false;
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, (_, lane) => run(lane)));
