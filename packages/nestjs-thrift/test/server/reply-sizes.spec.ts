import { describe, expect, it } from '@jest/globals';
import { ReplySize, ReplySizes } from '../../src/server/reply-sizes.js';

const LARGE = 10_000_000;

describe('The estimated size of replies', () => {
  it('is unknown at first, rises at once, and decays slowly', () => {
    const size = new ReplySize();
    expect(size.bytes).toBeUndefined();
    for (const bytes of [100, 1_600, 0]) size.update(bytes);
    expect(size.bytes).toBe(1_500);
  });

  it('is that of the connection for a peer that waits for each reply', () => {
    const method = { replySize: new ReplySize() };
    const [greedy, modest, fresh] = [new ReplySizes(), new ReplySizes(), new ReplySizes()];
    greedy.update(method, LARGE);
    modest.update(method, 500);
    expect(greedy.estimate(method, true)).toBe(LARGE);
    expect(modest.estimate(method, true)).toBe(500);
    expect(fresh.estimate(method, true)).toBeGreaterThan(LARGE / 2);
  });

  it('is that of all connections for a peer that pipelines', () => {
    const method = { replySize: new ReplySize() };
    const [greedy, other] = [new ReplySizes(), new ReplySizes()];
    greedy.update(method, LARGE);
    other.update(method, 500);
    expect(other.estimate(method, false)).toBeGreaterThan(LARGE / 2);
  });
});
