// One process at a time for a step of the set-up: `npm start` in one terminal, `npm test` in another.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root, say } from './root.mjs';

const pollIntervalMs = 200;

/** Runs `work` while holding the lock file `.cache/NAME.lock`; waits for another holder, steps over a dead one. */
export async function withLock(name, work) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const file = join(root, '.cache', `${name}.lock`);
  for (let told = false; !tryLock(file); told = true) {
    if (!told) say(`Waiting for another run that holds .cache/${name}.lock …`);
    await delay(pollIntervalMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives(file)) rmSync(file, { force: true });
    return false;
  }
}

function holderLives(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
