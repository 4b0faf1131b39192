import { describe, expect, it } from '@jest/globals';
import { creationKey, keyOfNow, positionBetween, positionsForMove } from '../../../src/state/position.js';

/** Numbers from 0 up to 1 in a fixed order (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const idOf = (number: number): string => number.toString(16).padStart(24, '0');
const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
const NOW = Date.parse('2026-12-01T10:00:00.000Z');

interface Keyed {
  readonly id: string;
  readonly key: string;
}

/** Order of rows: by key, and by id among equal keys, newest first. */
function compareKeyed(a: Keyed, b: Keyed): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

describe('creationKey', () => {
  it('sorts newest first, and by id within a millisecond', () => {
    const keys = [
      creationKey('2026-12-01T10:00:00.001Z', idOf(1)),
      creationKey('2026-12-01T10:00:00.000Z', idOf(0xffffff)),
      creationKey('2026-12-01T10:00:00.000Z', idOf(2)),
      creationKey('2026-12-01T10:00:00.000Z', idOf(1)),
      creationKey('1970-01-01T00:00:00.000Z', idOf(0)),
    ];
    expect(keys.toSorted()).toEqual(keys);
    expect(new Set(keys.map(({ length }) => length))).toEqual(new Set([13]));
  });
});

describe('positionBetween', () => {
  it.each([
    [undefined, undefined],
    ['A', 'B'],
    ['A', 'A01'],
    ['Az', 'B'],
    ['Azzzz', 'B'],
    ['zzz', undefined],
    [undefined, '01'],
    [keyOfNow(NOW), creationKey('2026-12-01T09:59:59.999Z', idOf(9))],
  ])('is between %s and %s', (before, after) => {
    for (const chance of [0, 0.5, 0.999]) {
      const key = positionBetween(before, after, () => chance);
      expect(key > (before ?? '')).toBe(true);
      if (after !== undefined) expect(key < after).toBe(true);
      expect(key).toMatch(/^[0-9A-Za-z]{4,}[^0]$|^[0-9A-Za-z]+[^0]$/);
    }
  });

  it.each([
    ['A', 'A'],
    ['B', 'A'],
    ['A', 'A0'],
  ])('finds nothing between %s and %s', (before, after) => {
    expect(() => positionBetween(before, after)).toThrow('nothing lies between');
  });
});

/** A device with its own view of the positions, which learns those of others late. */
class Device {
  readonly positions = new Map<string, string>();
  readonly #created: ReadonlyMap<string, string>;

  constructor(created: ReadonlyMap<string, string>) {
    this.#created = created;
  }

  get order(): { id: string; key: string }[] {
    return [...this.#created].map(([id, key]) => ({ id, key: this.positions.get(id) ?? key })).sort(compareKeyed);
  }
}

describe('positionsForMove', () => {
  it('keeps the order of two devices through 10,000 moves', () => {
    const random = randomNumbers(1);
    const created = new Map(
      Array.from({ length: 30 }, (_, place) => {
        const id = idOf(place);
        // Some of the same millisecond.
        return [id, creationKey(new Date(NOW - (place >> 1) * 1000).toISOString(), id)];
      }),
    );
    const devices = [new Device(created), new Device(created)] as const;
    const onTheWay: [ReadonlyMap<string, string>, ReadonlyMap<string, string>][] = [];
    let [longest, most, rekeyings] = [0, 0, 0];
    for (let move = 0; move < 5_000; move++) {
      const moves = devices.map((device) => {
        const { order } = device;
        // Mostly to the same few places, where keys grow fastest.
        const from = Math.floor(random() * order.length);
        const to = random() < 0.7 ? 5 : Math.floor(random() * order.length);
        const [moved] = order.splice(from, 1);
        if (moved === undefined) throw new Error('nothing to move');
        const changes = positionsForMove(order, moved.id, to, NOW + move, random);
        for (const [id, key] of changes) device.positions.set(id, key);
        const wanted = idsOf(order).toSpliced(to, 0, moved.id);
        expect(idsOf(device.order).join()).toBe(wanted.join());
        for (const key of changes.values()) longest = Math.max(longest, key.length);
        most = Math.max(most, changes.size);
        if (changes.size > 1) rekeyings++;
        return changes;
      });
      onTheWay.push([moves[0] ?? new Map(), moves[1] ?? new Map()]);
      // The server's order of writes: the first device's, then the second's.
      if (move % 7 !== 0) continue;
      for (const [first, second] of onTheWay.splice(0)) {
        for (const [id, key] of first) devices[1].positions.set(id, key);
        for (const [id, key] of second) devices[1].positions.set(id, key);
        for (const [id, key] of [...first, ...second]) devices[0].positions.set(id, key);
      }
      expect(idsOf(devices[0].order).join()).toBe(idsOf(devices[1].order).join());
    }
    expect(longest).toBeLessThanOrEqual(48);
    expect(most).toBeLessThanOrEqual(50);
    expect(rekeyings).toBeGreaterThan(0);
  });

  it('moves to the top below tasks that are added later', () => {
    const first = { id: idOf(1), key: creationKey('2026-12-01T09:00:00.000Z', idOf(1)) };
    const key = positionsForMove([first], idOf(2), 0, NOW).get(idOf(2)) ?? '';
    expect(key < first.key).toBe(true);
    expect(creationKey('2026-12-01T10:00:00.001Z', idOf(3)) < key).toBe(true);
  });

  it('moves above a task from the future of a fast clock', () => {
    const first = { id: idOf(1), key: creationKey('2026-12-02T09:00:00.000Z', idOf(1)) };
    expect((positionsForMove([first], idOf(2), 0, NOW).get(idOf(2)) ?? '') < first.key).toBe(true);
  });

  it('gives neighbours with equal keys new ones', () => {
    const others = ['a', 'b', 'c', 'd'].map((id) => ({ id, key: 'M' }));
    const changes = positionsForMove(others, 'x', 2, NOW);
    expect(changes.size).toBeGreaterThan(1);
    const order = [...others, { id: 'x', key: '' }]
      .map(({ id, key }) => ({ id, key: changes.get(id) ?? key }))
      .sort(compareKeyed)
      .map(({ id }) => id);
    expect(order).toEqual(['a', 'b', 'x', 'c', 'd']);
  });
});
