import { describe, expect, it } from '@jest/globals';
import { chooseServer, Penalty, shareAt, type Candidate } from '../../src/client/balancer.js';

/** A server with a fixed load. */
class Server implements Candidate {
  readonly canSend: boolean;
  readonly load: number;
  readonly share: number;

  constructor(load: number, canSend = true, share = 1) {
    this.load = load;
    this.canSend = canSend;
    this.share = share;
  }

  loadAt(): number {
    return this.load;
  }

  shareAt(): number {
    return this.share;
  }
}

/** Pseudo-random numbers from 0 to 1 (mulberry32), the same for each seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it.each([
  [0, 0.1],
  [499, 0.1],
  [2_500, 0.5],
  [5_000, 1],
  [3_600_000, 1],
])('a server that has been connected for %d ms gets %d of its calls', (ageMs, share) => {
  expect(shareAt(ageMs)).toBeCloseTo(share, 2);
});

describe('a penalty', () => {
  it('is zero before the first failure', () => {
    expect(new Penalty().at(1_000_000)).toBe(0);
  });

  it('rises by one with each failure, halves every five seconds, and ends', () => {
    const penalty = new Penalty();
    for (let failure = 0; failure < 4; failure++) penalty.add(1_000);
    expect([1_000, 6_000, 11_000, 16_000, 16_001, 61_000].map((nowMs) => penalty.at(nowMs))).toEqual([
      4, 2, 1, 1, 0, 0,
    ]);
    penalty.add(11_000);
    expect([11_000, 16_000].map((nowMs) => penalty.at(nowMs))).toEqual([2, 1]);
  });
});

describe('the choice of a server', () => {
  const [idle, busy, full] = [new Server(1), new Server(5), new Server(0, false)];

  it.each<[string, Server[], Server | undefined, Server | undefined]>([
    ['none of none', [], undefined, undefined],
    ['the only one', [busy], undefined, busy],
    ['the only one, even after its rejection', [busy], busy, busy],
    ['none where the only one is full', [full], undefined, undefined],
    ['the less loaded of two', [busy, idle], undefined, idle],
    ['the one that is not full', [full, busy], undefined, busy],
    ['another one than that of the rejection', [idle, busy], idle, busy],
    ['that of the rejection where the others are full', [idle, full], idle, idle],
    ['none where all are full', [full, new Server(3, false)], full, undefined],
    ['a known one, not a former one', [busy], idle, busy],
  ])('is %s', (_, servers, avoid, expected) => {
    const random = seeded(1);
    for (let round = 0; round < 50; round++) expect(chooseServer(servers, avoid, 0, random)).toBe(expected);
  });

  it('finds a server that takes calls wherever it is, and none that does not', () => {
    const random = seeded(2);
    for (let round = 0; round < 2_000; round++) {
      const size = Math.floor(random() * 8);
      const servers = Array.from(
        { length: size },
        () => new Server(Math.floor(random() * 5), random() < 0.4, random() < 0.5 ? random() : 1),
      );
      const avoid = servers[Math.floor(random() * (size + 1))];
      const chosen = chooseServer(servers, avoid, 0, random);
      const able = servers.filter(({ canSend }) => canSend);
      expect(chosen === undefined).toBe(able.length === 0);
      if (chosen === undefined) continue;
      expect(able).toContain(chosen);
      expect(chosen === avoid).toBe(able.length === 1 && able[0] === avoid);
    }
  });

  it.each([2, 3, 10])('gives %d equal servers equal shares', (size) => {
    const random = seeded(3);
    const servers = Array.from({ length: size }, () => new Server(1));
    const counts = new Map<Candidate | undefined, number>();
    for (let round = 0; round < 10_000; round++) {
      const chosen = chooseServer(servers, undefined, 0, random);
      counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
    }
    for (const server of servers) {
      expect(counts.get(server)).toBeGreaterThan((10_000 / size) * 0.85);
      expect(counts.get(server)).toBeLessThan((10_000 / size) * 1.15);
    }
  });

  it('never takes the most loaded of several servers', () => {
    const random = seeded(4);
    const servers = [1, 2, 3, 9].map((load) => new Server(load));
    for (let round = 0; round < 1_000; round++) expect(chooseServer(servers, undefined, 0, random)?.load).not.toBe(9);
  });

  it.each([0.1, 0.5])('gives a server %d of its share', (share) => {
    const random = seeded(6);
    const servers = [new Server(0, true, share), new Server(0), new Server(0)];
    let count = 0;
    for (let round = 0; round < 30_000; round++)
      if (chooseServer(servers, undefined, 0, random) === servers[0]) count++;
    // Of two equal ones, a server that is always due wins a little more than half.
    expect(count).toBeGreaterThan(10_000 * share * 0.8);
    expect(count).toBeLessThan(10_000 * share * 1.2);
  });

  /** Calls that arrive one a millisecond on servers that take that long each; returns how many each got. */
  function simulate(serviceMs: readonly number[], calls: number): number[] {
    const random = seeded(5);
    const servers = serviceMs.map((ms) => ({ ms, ends: [] as number[], count: 0, canSend: true }));
    const withLoad = servers.map((server) =>
      Object.assign(server, { loadAt: () => server.ends.length, shareAt: () => 1 }),
    );
    for (let nowMs = 0; nowMs < calls; nowMs++) {
      for (const server of withLoad) server.ends = server.ends.filter((endMs) => endMs > nowMs);
      const chosen = chooseServer(withLoad, undefined, nowMs, random);
      chosen?.ends.push(nowMs + chosen.ms);
      if (chosen) chosen.count++;
    }
    return withLoad.map(({ count }) => count);
  }

  it('gives a server that is slow by 200 ms a few calls, and the others the rest', () => {
    const [one = 0, two = 0, slow = 0] = simulate([2, 2, 200], 10_000);
    expect(slow).toBeGreaterThan(10);
    expect(slow).toBeLessThan(400);
    expect(Math.abs(one - two)).toBeLessThan(1_000);
  });

  it('gives a server that does not reply no more calls than the others have in flight', () => {
    const [, , hung = 0] = simulate([2, 2, Infinity], 10_000);
    expect(hung).toBeLessThan(20);
  });
});
