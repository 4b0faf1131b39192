import { execSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import type { EmbeddedStore } from '../src/index.js';
import { allEntries, failing, ScratchStore } from './scratch-store.js';

const ENTRIES = 2_000;

let scratch: ScratchStore;

beforeEach(() => {
  scratch = new ScratchStore();
});
afterEach(() => scratch[Symbol.asyncDispose]());

/** A store whose data is in its log, as after kill -9, in several records. */
async function storeWithLog(): Promise<string> {
  await scratch.fill(0);
  const db = new ClassicLevel(scratch.folder, { compression: false });
  const { withChecksum } = await import('../src/value-checksum.js');
  for (let n = 0; n < 200; n++) {
    const key = `key ${String(n).padStart(6, '0')}`;
    await db.put(key, withChecksum(key, `value of ${String(n)}`), { sync: true });
  }
  await db.close();
  const [log = ''] = scratch.files(/\.log$/).slice(-1);
  return log;
}

/** Opens and reads everything: the entries, or the message of the error. */
async function outcome(): Promise<unknown> {
  let store: EmbeddedStore | undefined;
  try {
    store = await scratch.open();
    return (await allEntries(store)).length;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await store?.close();
  }
}

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}

describe('A damaged store', () => {
  it('is rejected by the name of its table, whichever byte has changed', async () => {
    await scratch.fill(ENTRIES);
    const [path = ''] = scratch.files(/\.ldb$/);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 97)) {
      writeFileSync(path, flip(bytes, at));
      // The last bytes before the magic number are padding.
      const isPadding = at >= bytes.length - 48 && at < bytes.length - 8;
      if (!isPadding) expect(await outcome()).toContain(`${path} is damaged (`);
    }
    writeFileSync(path, bytes);
    expect(await outcome()).toBe(ENTRIES);
  });

  it('is rejected by the name of the truncated or missing file', async () => {
    await scratch.fill(ENTRIES);
    for (const path of scratch.files(/\.ldb$|^MANIFEST|^CURRENT$|^STORE$/)) {
      const bytes = readFileSync(path);
      truncateSync(path, Math.floor(bytes.length / 2));
      // Half a manifest may be one of an earlier time, whose files are not there any more.
      expect(await outcome()).toMatch(path.includes('MANIFEST') ? / is (damaged|missing)/ : `${path} is damaged`);
      rmSync(path);
      expect(await outcome()).toContain(
        path.endsWith('STORE')
          ? `${path}, the file that names the owner of the data, is missing`
          : `${path} is missing`,
      );
      writeFileSync(path, bytes);
    }
    expect(await outcome()).toBe(ENTRIES);
  });

  it.each([
    ['is empty', ''],
    ['has no newline', 'MANIFEST-000001'],
    ['names no manifest', 'nothing\n'],
  ])('is rejected when CURRENT %s, and opens after the advice', async (_what, content) => {
    await scratch.fill(ENTRIES);
    const [path = ''] = scratch.files(/^CURRENT$/);
    writeFileSync(path, content);
    expect(await outcome()).toBe(
      `${path} is damaged: run \`ls MANIFEST-* > CURRENT\` in the folder and restart the service`,
    );
    execSync('ls MANIFEST-* > CURRENT', { cwd: scratch.folder });
    expect(await outcome()).toBe(ENTRIES);
  });

  it('is rejected by the name of its log when a record before the last has changed', async () => {
    const log = await storeWithLog();
    const bytes = readFileSync(log);
    for (let at = 0; at < bytes.length - 100; at += 1 + Math.floor(bytes.length / 97)) {
      writeFileSync(log, flip(bytes, at));
      expect(await outcome()).toMatch(new RegExp(`^${log} is damaged at byte \\d+: stop the service`));
    }
    writeFileSync(log, flip(bytes, bytes.length - 3));
    expect(await outcome()).toContain(`${log} is damaged at byte`);
    rmSync(log);
    expect(await outcome()).toContain(`${log} is missing`);
    writeFileSync(log, bytes);
    expect(await outcome()).toBe(200);
  });

  it('is accepted when a crash truncated the last record or left it unwritten', async () => {
    const log = await storeWithLog();
    const bytes = readFileSync(log);
    truncateSync(log, bytes.length - 5);
    expect(await outcome()).toBe(199);
    const [next = ''] = scratch.files(/\.log$/).slice(-1);
    appendFileSync(next, Buffer.alloc(4_096));
    expect(await outcome()).toBe(199);
  });

  it('fails every call once a file in use was removed', async () => {
    await scratch.fill(ENTRIES);
    const store = await scratch.open();
    const [path = ''] = scratch.files(/\.ldb$/);
    await delay(600);
    rmSync(path);
    await expect(failing(store)).resolves.toContain(`${path} was removed while in use`);
  });

  it('fails every call once a table in use was changed', async () => {
    await scratch.fill(ENTRIES);
    const store = await scratch.open();
    const [path = ''] = scratch.files(/\.ldb$/);
    await delay(600);
    writeFileSync(path, flip(readFileSync(path), 100));
    await expect(failing(store)).resolves.toContain(path);
    await expect(store.get('key 000001')).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(allEntries(store)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('never gives a value that does not belong to its key', async () => {
    await scratch.fill(1);
    const db = new ClassicLevel(scratch.folder, { compression: false });
    await db.put('key 000001', (await db.get('key 000000')) ?? '');
    await db.close();
    const store = await scratch.open();
    expect(await store.get('key 000000')).toBe('value of 0');
    await expect(store.get('key 000001')).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(store.get('key 000000')).rejects.toMatchObject({ code: 'DAMAGED' });
  });
});
