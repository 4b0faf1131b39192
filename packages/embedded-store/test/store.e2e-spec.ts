import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Connection } from '../src/connection.js';
import { AGAIN } from '../src/index.js';
import { counts, recordOf, ScratchNotes, textOf, type NoteStore } from './scratch-notes.js';

let scratch: ScratchNotes;
let store: NoteStore;

beforeEach(async () => {
  scratch = new ScratchNotes();
  store = await scratch.open();
});
afterEach(() => scratch[Symbol.asyncDispose]());

const note = (key: string, text = 'text') => ({ key, lane: 1, text });

describe('The store', () => {
  it('creates its folder and files for this user alone', () => {
    expect(statSync(scratch.folder).mode & 0o777).toBe(0o700);
    for (const name of ['notes.db', 'notes.db-wal', 'notes.db-shm', 'service.lock']) {
      expect(statSync(join(scratch.folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('reads what was acknowledged, and again after it was opened again', async () => {
    await store.write('add', note('a', 'one'));
    expect(textOf(store, 'a')).toBe('one');
    await store.close();
    expect(textOf(await scratch.open(), 'a')).toBe('one');
  });

  it('has another data version after a change by itself or by a command, and the same one without', async () => {
    const command = await scratch.open({ role: 'command' });
    const versions = [store.dataVersion];
    for (const writer of [store, command]) {
      await writer.write('add', note(`of ${String(versions.length)}`));
      versions.push(store.dataVersion);
      expect(store.dataVersion).toBe(versions.at(-1));
    }
    expect(new Set(versions).size).toBe(3);
  });

  it('reads the data version again for each attempt of a change', async () => {
    const before = store.dataVersion;
    const other = Connection.open(scratch.path, 'write', () => undefined);
    other.execute(`PRAGMA user_version=${String(other.pragma('user_version'))}`);
    other.close();
    expect(await store.change('a', () => Promise.resolve(store.dataVersion))).not.toBe(before);
  });

  it('takes the writes of a command after the service has truncated the log', async () => {
    const command = await scratch.open({ role: 'command' });
    await command.write('add', note('a'));
    expect(statSync(`${scratch.path}-wal`).size).toBeGreaterThan(0);
    await store.close();
    expect(statSync(`${scratch.path}-wal`).size).toBe(0);
    await command.write('add', note('b'));
    expect(textOf(command, 'b')).toBe('text');
  });

  it('keeps texts that differ only after U+0000 apart, and every other character', async () => {
    const keys = ['a\0b', 'a\0c', 'a', '\ufffd', '\u{1f600}', '\u{1f600}\0', 'é', 'e\u0301'];
    await Promise.all(keys.map((key) => store.write('add', note(key, `${key} text`))));
    for (const key of keys) expect(textOf(store, key)).toBe(`${key} text`);
    expect(counts(store)).toEqual({ total: keys.length, counted: keys.length });
  });

  it('ends one operation at a taken key, and executes the others of its batch', async () => {
    await store.write('add', note('a'));
    const results = await Promise.allSettled([
      store.write('add', note('b')),
      store.write('add', note('a')),
      store.write('addAll', [note('c'), note('d'), note('a')]),
      store.write('add', note('e')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => textOf(store, key) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(counts(store)).toEqual({ total: 3, counted: 3 });
  });

  it.each(['misspelt', 'swallowing'] as const)(
    'executes nothing of a batch with an error other than a constraint: %s',
    async (name) => {
      const results = await Promise.allSettled([
        store.write('add', note('a')),
        store.write(name, note('b')),
        store.write('add', note('c')),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      for (const result of results) expect(result).toMatchObject({ reason: { code: 'WRITE_FAILED' } });
      expect(counts(store)).toEqual({ total: 0, counted: 0 });
      await store.write('add', note('a'));
      expect(counts(store)).toEqual({ total: 1, counted: 1 });
    },
  );

  it('acknowledges nothing of a batch whose file is moved before its commit', async () => {
    const results = await Promise.allSettled([
      store.write('add', note('a')),
      store.write('moving', { note: note('b'), path: scratch.path }),
    ]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'GONE' } });
  });

  it('loses none of 64 changes of one entry at once', async () => {
    await store.write('add', note('counter', '0'));
    const increase = (): Promise<boolean> =>
      store.change('counter', async () => {
        const from = recordOf(store, 'counter') ?? '';
        const to = JSON.stringify(String(Number(JSON.parse(from)) + 1));
        return (await store.write('replace', { key: 'counter', from, to })) || AGAIN;
      });
    await Promise.all(Array.from({ length: 64 }, increase));
    expect(textOf(store, 'counter')).toBe('64');
  });

  it('gives up a change that is overtaken five times', async () => {
    let attempts = 0;
    const change = store.change('a', () => Promise.resolve(attempts++ < 0 ? 'done' : AGAIN));
    await expect(change).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(attempts).toBe(5);
  });

  it('starts a dead writer again, without what it had not committed', async () => {
    const results = await Promise.allSettled([store.write('add', note('a')), store.write('dying', note('b'))]);
    for (const result of results)
      expect(result).toMatchObject({
        reason: { code: 'WRITE_FAILED', message: expect.stringContaining('may have been stored') },
      });
    while (scratch.lines.length < 2) {
      await store.write('add', note('c')).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(['a', 'b', 'c'].map((key) => textOf(store, key))).toEqual([undefined, undefined, 'text']);
    expect(scratch.lines).toEqual([
      expect.stringContaining('error: The writer of the store has ended'),
      expect.stringContaining('takes writes again'),
    ]);
  });
});
