import { describe, expect, it } from '@jest/globals';
import { FairSlots } from '../../src/server/fair-slots.js';

interface Holder {
  readonly name: string;
  readonly idleSinceMs: number | undefined;
}

/** Slots that are all taken: holders as `address idleSinceMs`, where `-` is not idle. */
function taken(...holders: readonly string[]): FairSlots<Holder> {
  const slots = new FairSlots<Holder>(holders.length);
  for (const name of holders) {
    const [address = '', since = ''] = name.split(' ');
    slots.take({ name, idleSinceMs: since === '-' ? undefined : Number(since) }, address);
  }
  return slots;
}

describe('FairSlots', () => {
  it.each<[title: string, holders: string[], newcomer: string, replaced: string | undefined]>([
    ['the longest idle holder of the only address', ['a 3', 'a 1', 'a 2'], 'a', 'a 1'],
    ['a holder of an address above its share', ['a 1', 'b 2', 'b 3', 'b 4'], 'c', 'b 2'],
    ['only its own, when its address has its share', ['a 1', 'b 2', 'b 3', 'a 4'], 'b', 'b 2'],
    ['another address above its share, while it is below', ['a 5', 'b 1', 'b 2', 'b 3'], 'a', 'b 1'],
    ['no holder that is not idle', ['a -', 'a 9', 'a -'], 'a', 'a 9'],
    ['nobody when none is idle', ['a -', 'b -'], 'c', undefined],
    ['nobody when only addresses below their share are idle', ['a 1', 'b -', 'b -', 'b -'], 'c', undefined],
  ])('lets a newcomer replace %s', (_, holders, newcomer, replaced) => {
    expect(taken(...holders).replaceableBy(newcomer)?.name).toBe(replaced);
  });

  it('is full at its limit, until a holder frees its slot', () => {
    const slots = taken('a 1', 'b 2');
    const [first] = slots.holders();
    expect([slots.isFull, slots.size]).toEqual([true, 2]);
    slots.free(first as Holder);
    slots.free(first as Holder);
    expect([slots.isFull, slots.size]).toEqual([false, 1]);
  });

  it('forgets an address whose last holder is gone', () => {
    const slots = taken('a 1', 'b 2', 'b 3', 'b 4');
    const [first] = slots.holders();
    slots.free(first as Holder);
    slots.take({ name: 'b 5', idleSinceMs: 5 }, 'b');
    // The share of b is all slots again.
    expect(slots.replaceableBy('b')?.name).toBe('b 2');
  });
});
