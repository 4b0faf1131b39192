import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import { EmbeddedStore } from '../src/index.js';
import { allEntries, ScratchStore } from './scratch-store.js';

let scratch: ScratchStore;

beforeEach(() => {
  scratch = new ScratchStore({ retiredFiles: { 'notes.mdb': 'is of version 0: convert it first' } });
});
afterEach(() => scratch[Symbol.asyncDispose]());

describe('Opening', () => {
  it('creates the folder with its parents, private to this user, and private files', async () => {
    await scratch.open({ folder: join(scratch.root, 'not/there/yet') });
    const folder = join(scratch.root, 'not/there/yet');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['CURRENT', 'STORE', 'LOG']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('accepts a folder with other files, and a link to a folder', async () => {
    mkdirSync(join(scratch.root, 'real'));
    writeFileSync(join(scratch.root, 'real', 'lost+found'), '');
    symlinkSync(join(scratch.root, 'real'), scratch.folder);
    const store = await scratch.open();
    await store.write(({ put }) => {
      put('a', '1');
    });
    expect(await store.get('a')).toBe('1');
  });

  it('rejects a folder in use, also in this process, and names the process', async () => {
    await scratch.open();
    await expect(scratch.open()).rejects.toMatchObject({
      code: 'IN_USE',
      message: `The data folder ${scratch.folder} is in use by process ${String(process.pid)}: stop that one, or set DATA_DIR to another folder`,
    });
  });

  it('releases the folder when it is closed', async () => {
    await (await scratch.open()).close();
    await expect(scratch.open()).resolves.toBeInstanceOf(EmbeddedStore);
  });

  it('rejects the store of another program or version, and does not change it', async () => {
    await scratch.fill(3);
    const before = scratch.files(/./).map((path) => readFileSync(path).toString('hex'));
    const elsewhere = 'set DATA_DIR to another folder';
    await expect(scratch.open({ owner: 'letters' })).rejects.toMatchObject({
      code: 'UNUSABLE',
      message: `${scratch.folder} holds the data of "notes", not of "letters": ${elsewhere}`,
    });
    await expect(scratch.open({ version: 2 })).rejects.toMatchObject({
      code: 'UNUSABLE',
      message: expect.stringContaining('has data version 1, this program reads version 2: use the program version'),
    });
    expect(scratch.files(/./).map((path) => readFileSync(path).toString('hex'))).toEqual(before);
    expect(await allEntries(await scratch.open())).toHaveLength(3);
  });

  it('rejects a LevelDB without the file STORE with advice, and does not change it', async () => {
    await scratch.fill(3);
    const path = join(scratch.folder, 'STORE');
    rmSync(path);
    const before = scratch.files(/./);
    await expect(scratch.open()).rejects.toMatchObject({
      code: 'UNUSABLE',
      message: `${path}, the file that names the owner of the data, is missing: if the data is of "notes", write {"owner":"notes","version":1} into it and restart the service, or set DATA_DIR to another folder`,
    });
    expect(scratch.files(/./)).toEqual(before);
    writeFileSync(path, '{"owner":"notes","version":1}\n');
    expect(await allEntries(await scratch.open())).toHaveLength(3);
  });

  it('completes a folder whose first start was killed before its marker was written', async () => {
    const other = new ClassicLevel(scratch.folder);
    await other.open();
    await other.close();
    expect(await allEntries(await scratch.open())).toEqual([]);
  });

  it('rejects files of retired formats with advice', async () => {
    mkdirSync(scratch.folder);
    writeFileSync(join(scratch.folder, 'notes.mdb'), 'old');
    await expect(scratch.open()).rejects.toMatchObject({
      code: 'UNUSABLE',
      message: `${join(scratch.folder, 'notes.mdb')} is of version 0: convert it first`,
    });
    rmSync(join(scratch.folder, 'notes.mdb'));
    await expect(scratch.open()).resolves.toBeInstanceOf(EmbeddedStore);
  });

  it('rejects a path that is not a folder, and one that must not be created', async () => {
    writeFileSync(join(scratch.root, 'file'), '');
    await expect(scratch.open({ folder: join(scratch.root, 'file') })).rejects.toThrow(
      /is a file, and data needs a folder/,
    );
    await expect(scratch.open({ folder: join(scratch.root, 'file/below') })).rejects.toThrow(/is a file/);
    await expect(EmbeddedStore.open({ ...scratch.options, create: false })).rejects.toThrow(
      `There is no store in ${scratch.folder}: set DATA_DIR`,
    );
  });
});
