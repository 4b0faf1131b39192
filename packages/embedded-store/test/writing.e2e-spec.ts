import { describe, expect, it } from '@jest/globals';
import { allEntries, ScratchStore } from './scratch-store.js';

describe('Writing', () => {
  it('keeps what was stored when the store is opened again', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    await store.write(({ put }) => {
      put('a', '');
      put('\u0000ü🥛\uffff', 'ü\u0000\ud83e\udd5b\n');
      put('gone', '1');
    });
    await store.write(({ remove }) => {
      remove('gone');
      remove('never there');
    });
    await store.close();
    const again = await scratch.open();
    expect(await allEntries(again)).toEqual([
      ['\u0000ü🥛\uffff', 'ü\u0000\ud83e\udd5b\n'],
      ['a', ''],
    ]);
    expect(await again.get('gone')).toBeUndefined();
  });

  it.each(['a', 'é', '한', '🥛'])('finds keys of any length, in a step and outside: %s', async (character) => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    for (const length of [1, 10, 30, 40, 60, 64, 100, 1_000]) {
      const key = character.repeat(length);
      await store.write(({ put }) => {
        put(key, String(length));
      });
      expect(await store.get(key)).toBe(String(length));
      expect(await store.write(({ get }) => get(key))).toBe(String(length));
    }
  });

  it('runs steps one after the other, each with the changes of earlier ones', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const results = await Promise.all(
      Array.from({ length: 500 }, () =>
        store.write(({ get, put }) => {
          const next = Number(get('count') ?? 0) + 1;
          put('count', String(next));
          expect(get('count')).toBe(String(next));
          return next;
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
    expect(await store.get('count')).toBe('500');
  });

  it('drops the changes of a step that throws, but not those of others', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const results = await Promise.allSettled([
      store.write(({ put }) => {
        put('before', '1');
      }),
      store.write(({ put, remove }) => {
        put('half', '1');
        remove('before');
        throw new Error('changed its mind');
      }),
      store.write(({ get, put }) => {
        put('after', String(get('half')));
      }),
    ]);
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { message: 'changed its mind' } },
      { status: 'fulfilled' },
    ]);
    expect(await allEntries(store)).toEqual([
      ['after', 'undefined'],
      ['before', '1'],
    ]);
  });

  it('shows readers nothing that is not on the disk yet', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const writing = store.write(({ put }) => {
      put('a', '1');
    });
    expect(await store.get('a')).toBeUndefined();
    await writing;
    expect(await store.get('a')).toBe('1');
  });

  it('accepts more concurrent steps than fit into one batch', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const steps = Array.from({ length: 3_000 }, (_, n) =>
      store.write(({ put }) => {
        put(String(n).padStart(5, '0'), 'x');
      }),
    );
    await Promise.all(steps);
    expect(await allEntries(store)).toHaveLength(3_000);
  });

  it('finishes pending steps before it closes, and rejects later ones', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const writing = store.write(({ put }) => {
      put('a', '1');
    });
    const closing = store.close();
    await writing;
    await closing;
    await expect(store.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(store.write(() => undefined)).rejects.toMatchObject({ code: 'CLOSED' });
    await store.close();
  });
});

describe('Reading', () => {
  it('returns ranges in either direction, by the bytes of the keys', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    const keys = ['a', 'b', 'b\u0000', 'bb', 'c', 'é', '\uffff', '🥛'];
    await store.write(({ put }) => {
      for (const key of keys) put(key, key.toUpperCase());
    });
    const read = async (options: object): Promise<string[]> =>
      (await store.read({ limit: 100, ...options })).map(([key]) => key);
    expect(await read({})).toEqual(keys);
    expect(await read({ reverse: true })).toEqual([...keys].reverse());
    expect(await read({ gte: 'b', lt: 'c' })).toEqual(['b', 'b\u0000', 'bb']);
    expect(await read({ gt: 'b', lt: 'c', reverse: true, limit: 1 })).toEqual(['bb']);
    expect(await read({ gt: '🥛' })).toEqual([]);
  });

  it('reads ranges of many chunks, also with large values', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    await store.write(({ put }) => {
      for (let n = 0; n < 2_500; n++) put(String(n).padStart(6, '0'), 'v'.repeat(2_000));
    });
    expect(await store.read({ limit: 2_400 })).toHaveLength(2_400);
    expect(await allEntries(store)).toHaveLength(2_500);
  });

  it('reads a snapshot during concurrent writes', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    await store.write(({ put }) => {
      for (const key of ['a', 'b', 'c']) put(key, 'old');
    });
    const seen = await store.snapshot(async (view) => {
      await store.write(({ put, remove }) => {
        put('a', 'new');
        remove('b');
        put('d', 'new');
      });
      return [await view.getMany(['a', 'b', 'd']), await view.read({ limit: 10 })];
    });
    expect(seen).toEqual([
      ['old', 'old', undefined],
      [
        ['a', 'old'],
        ['b', 'old'],
        ['c', 'old'],
      ],
    ]);
  });

  it('lets other work run while it reads many entries', async () => {
    await using scratch = new ScratchStore();
    const store = await scratch.open();
    for (let part = 0; part < 5; part++) {
      await store.write(({ put }) => {
        for (let n = 0; n < 4_000; n++) put(`${String(part)} ${String(n)}`, 'value');
      });
    }
    let iterations = 0;
    const timer = setInterval(() => iterations++, 0);
    expect(await allEntries(store)).toHaveLength(20_000);
    clearInterval(timer);
    expect(iterations).toBeGreaterThan(5);
  });
});
