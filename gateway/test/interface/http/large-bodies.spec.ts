import { describe, expect, it } from '@jest/globals';
import { LargeBodies } from '../../../src/interface/http/large-bodies.js';

describe('large bodies', () => {
  it('are four of a network at a time', () => {
    const bodies = new LargeBodies((address) => address);
    const ends = Array.from({ length: 4 }, () => bodies.begin('a'));
    expect(() => bodies.begin('a')).toThrow(expect.objectContaining({ kind: 'too-many-requests' }));
    bodies.begin('b')();
    ends[0]?.();
    ends[0] = bodies.begin('a');
    for (const end of ends) end();
    for (let n = 0; n < 4; n++) bodies.begin('a');
  });

  it('are sixteen of all networks at a time', () => {
    const bodies = new LargeBodies((address) => address);
    const ends = Array.from({ length: 16 }, (_one, n) => bodies.begin(`network ${String(n)}`));
    expect(() => bodies.begin('another')).toThrow(expect.objectContaining({ kind: 'unavailable' }));
    ends[0]?.();
    bodies.begin('another');
  });
});
