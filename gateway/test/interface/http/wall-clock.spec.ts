import { describe, expect, it, jest } from '@jest/globals';
import type { Principal } from '../../../src/domain/principal.js';
import { canonicalTimeZone, nowOf, todayOf } from '../../../src/interface/http/wall-clock.js';

function inZone(timeZone: string | undefined): Principal {
  const expiresOn = new Date(0);
  return { via: 'token', accountId: 'a', timeZone, tokenId: 't', scopes: [], lists: undefined, expiresOn };
}

describe('the wall clock of an account', () => {
  it.each([
    ['Asia/Tokyo', '2026-12-01T23:30:00Z', '2026-12-02T08:30'],
    ['Europe/Berlin', '2026-07-01T22:00:59Z', '2026-07-02T00:00'],
    ['Pacific/Kiritimati', '2026-12-31T12:00:00Z', '2027-01-01T02:00'],
    ['America/St_Johns', '2026-12-01T03:29:00Z', '2026-11-30T23:59'],
    ['UTC', '2026-12-01T00:00:00Z', '2026-12-01T00:00'],
  ])('in %s at %s is %s', (timeZone, now, clock) => {
    expect(nowOf(inZone(timeZone), new Date(now))).toBe(clock);
    expect(todayOf(inZone(timeZone), new Date(now))).toBe(clock.slice(0, 10));
  });

  it('without a time zone is unknown, and its day the one that ends last', () => {
    expect(nowOf(inZone(undefined))).toBeUndefined();
    expect(todayOf(inZone(undefined), new Date('2026-12-01T11:59:00Z'))).toBe('2026-11-30');
    expect(todayOf(inZone(undefined), new Date('2026-12-01T12:00:00Z'))).toBe('2026-12-01');
  });
});

describe('the clocks of many accounts', () => {
  it('are kept for a hundred time zones, and right in any other', () => {
    const now = new Date('2026-12-01T00:00:00Z');
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 150);
    const clocksIn = (some: readonly string[]): unknown[] => some.map((zone) => nowOf(inZone(zone), now));
    const clocks = clocksIn(zones);
    const created = jest.spyOn(Intl, 'DateTimeFormat');
    expect(clocksIn(zones.slice(50))).toEqual(clocks.slice(50));
    expect(created).toHaveBeenCalledTimes(0);
    expect(clocksIn(zones.slice(0, 1))).toEqual(clocks.slice(0, 1));
    expect(created).toHaveBeenCalledTimes(1);
    created.mockRestore();
  });
});

describe('time zones', () => {
  it.each(['Mars/Olympus', '', 'Europe/Berlin\u0000', '../etc'])('%j is none', (name) => {
    expect(canonicalTimeZone(name)).toBeUndefined();
  });

  it('have one name, whatever its case', () => {
    expect(canonicalTimeZone('europe/BERLIN')).toBe('Europe/Berlin');
  });
});
