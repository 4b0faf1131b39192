import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Backup,
  backUpStore,
  ControlServer,
  restoreBackup,
  storeCommands,
  verifyStore,
  type EmbeddedStore,
} from '../src/index.js';
import { allEntries, ScratchStore } from './scratch-store.js';

const ENTRIES = 3_000;

let scratch: ScratchStore;
let file: string;

beforeEach(async () => {
  scratch = new ScratchStore();
  file = join(scratch.root, 'backup');
  await scratch.fill(ENTRIES);
});
afterEach(() => scratch[Symbol.asyncDispose]());

async function restored(): Promise<number> {
  const backup = await Backup.open(file, scratch.options);
  const store = await scratch.open({ folder: join(scratch.root, 'other') });
  try {
    await restoreBackup(backup, store);
    return (await allEntries(store)).length;
  } finally {
    await backup.close();
    await store.close();
  }
}

describe('A backup', () => {
  it('of a closed store is restored unchanged', async () => {
    const report = await backUpStore(scratch.options, file);
    expect(report).toEqual({ file, entries: ENTRIES, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const store = await scratch.open();
    const backup = await Backup.open(file, scratch.options);
    const other = await scratch.open({ folder: join(scratch.root, 'other') });
    expect(await restoreBackup(backup, other)).toBe(ENTRIES);
    await backup.close();
    expect(await allEntries(other)).toEqual(await allEntries(store));
  });

  it('keeps Unicode line separators, which do not end lines here', async () => {
    const store = await scratch.open();
    await store.write(({ put }) => {
      put('separators', 'a\u2028b\u2029c\u0085d\re');
    });
    await store.close();
    await backUpStore(scratch.options, file);
    expect(await restored()).toBe(ENTRIES + 1);
  });

  it('of a range contains only that range', async () => {
    expect(await backUpStore(scratch.options, file, { gte: 'key 000010', lt: 'key 000020' })).toMatchObject({
      entries: 10,
    });
    expect(await restored()).toBe(10);
  });

  it('is not restored over data', async () => {
    await backUpStore(scratch.options, file);
    const backup = await Backup.open(file, scratch.options);
    await expect(restoreBackup(backup, await scratch.open())).rejects.toThrow('has data: restore into an empty folder');
    await backup.close();
  });

  it('never replaces a file, and leaves nothing behind on failure', async () => {
    writeFileSync(file, 'precious');
    await expect(backUpStore(scratch.options, file)).rejects.toThrow(`${file} exists already`);
    await expect(backUpStore(scratch.options, join(file, 'below'))).rejects.toThrow(/can't be written/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(readdirSync(scratch.root).sort()).toEqual(['backup', 'data']);
  });

  it('is rejected without its last line, truncated, or with any byte changed', async () => {
    await backUpStore(scratch.options, file, { lt: 'key 000100' });
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      writeFileSync(file, changed);
      await expect(Backup.open(file, scratch.options)).rejects.toThrow(`${file} is`);
      writeFileSync(file, bytes);
      truncateSync(file, at);
      await expect(Backup.open(file, scratch.options)).rejects.toThrow(`${file} is`);
    }
    const truncated = bytes.subarray(0, bytes.lastIndexOf('\n', bytes.length - 2) + 1);
    writeFileSync(file, truncated);
    await expect(Backup.open(file, scratch.options)).rejects.toThrow(
      `${file} is cut short, its last line with the checksum is missing: use another backup`,
    );
    writeFileSync(file, bytes);
    expect(await restored()).toBe(100);
  });

  it('is rejected if it has another program or version, or is not a backup', async () => {
    await backUpStore(scratch.options, file);
    await expect(Backup.open(file, { owner: 'letters', version: 1 })).rejects.toThrow(
      `${file} is a backup of "notes", data version 1, not of "letters", data version 1`,
    );
    writeFileSync(file, Buffer.alloc(8_192, 7));
    await expect(Backup.open(file, scratch.options)).rejects.toThrow(`${file} is not a backup of this version`);
    await expect(Backup.open(`${file}s`, scratch.options)).rejects.toThrow(`There is no backup at ${file}s`);
  });

  it('needs a store, and creates none', async () => {
    const folder = join(scratch.root, 'nowhere');
    await expect(backUpStore({ ...scratch.options, folder }, file)).rejects.toThrow(`There is no store in ${folder}`);
    expect(readdirSync(scratch.root)).toEqual(['data']);
  });
});

describe('Maintenance of a store in use', () => {
  let store: EmbeddedStore;
  let control: ControlServer;

  beforeEach(async () => {
    store = await scratch.open();
    control = await ControlServer.listen(scratch.folder, storeCommands(store));
  });
  afterEach(() => control.close());

  it('backs up a snapshot and verifies it during writes', async () => {
    let n = 0;
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        n++;
        await store.write(({ put }) => {
          put('a', String(n));
          put('z', String(n));
        });
      }
    })();
    expect(await verifyStore(scratch.options)).toMatchObject({ files: 1 });
    await backUpStore(scratch.options, file);
    stop.abort();
    await writing;
    const backup = await Backup.open(file, scratch.options);
    const entries = new Map<string, string>();
    for await (const chunk of backup.entries()) for (const [key, value] of chunk) entries.set(key, value);
    await backup.close();
    expect(entries.get('a')).toBe(entries.get('z'));
    expect(entries.size).toBeGreaterThanOrEqual(ENTRIES);
  });

  it('goes through a socket for this user alone', () => {
    expect(statSync(join(scratch.folder, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('is rejected if the process with the open store serves no commands', async () => {
    await control.close();
    await expect(backUpStore(scratch.options, file)).rejects.toMatchObject({ code: 'IN_USE' });
    control = await ControlServer.listen(scratch.folder, storeCommands(store));
    await expect(backUpStore(scratch.options, file)).resolves.toMatchObject({ entries: ENTRIES });
  });

  it('passes on errors of the store', async () => {
    const [path = ''] = scratch.files(/\.ldb$/);
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(verifyStore(scratch.options)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining(path),
    });
  });

  it("works in a folder with a path longer than a socket's address", async () => {
    const folder = join(scratch.root, 'long '.repeat(30));
    const other = await scratch.open({ folder });
    const longControl = await ControlServer.listen(folder, storeCommands(other));
    expect(await backUpStore({ ...scratch.options, folder }, file)).toMatchObject({ entries: 0 });
    await longControl.close();
  });
});
