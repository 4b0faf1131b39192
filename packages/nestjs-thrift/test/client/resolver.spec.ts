import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Resolver } from '../../src/client/resolver.js';

type Answer = readonly string[] | Error;

/** A resolver on a false clock that gets these answers in turn, and the last one from then on. */
class TestResolver {
  readonly addresses: (readonly string[])[] = [];
  readonly errors: string[] = [];
  /** When the name was looked up, in ms. */
  readonly lookups: number[] = [];
  readonly resolver: Resolver;
  readonly #startedAtMs = performance.now();

  constructor(answers: readonly Answer[]) {
    const lookup = (name: string): Promise<readonly string[]> => {
      expect(name).toBe('tasks.internal');
      const answer = answers[Math.min(this.lookups.length, answers.length - 1)] ?? [];
      this.lookups.push(performance.now() - this.#startedAtMs);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    this.resolver = new Resolver('tasks.internal', lookup, {
      onAddresses: (addresses) => {
        this.addresses.push(addresses);
      },
      onFailed: (error) => {
        this.errors.push(error.message);
      },
    });
  }
}

const failure = new Error('the name server does not answer');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a name', () => {
  it('is looked up at the start, and every four to six seconds', async () => {
    const { resolver, lookups } = new TestResolver([['a']]);
    await resolver.start();
    await resolver.start();
    expect(lookups).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lookups.length).toBeGreaterThanOrEqual(11);
    expect(lookups.length).toBeLessThanOrEqual(16);
    const pauses = lookups.slice(1).map((atMs, place) => atMs - (lookups[place] ?? 0));
    for (const pauseMs of pauses) expect(Math.abs(pauseMs - 5_000)).toBeLessThanOrEqual(1_001);
    expect(new Set(pauses).size).toBeGreaterThan(1);
    resolver.stop();
  });

  it('reports addresses when they change, in any order, each once', async () => {
    const { resolver, addresses } = new TestResolver([['b', 'a', 'b'], ['a', 'b'], ['a'], ['a', 'c']]);
    await resolver.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(addresses).toEqual([['a', 'b'], ['a'], ['a', 'c']]);
    resolver.stop();
  });

  it('keeps its last addresses while look-ups fail or find none', async () => {
    const { resolver, addresses, errors } = new TestResolver([['a'], failure, [], ['a'], ['b']]);
    await resolver.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(errors).toEqual([failure.message, 'it has no address']);
    expect(addresses).toEqual([['a'], ['b']]);
    resolver.stop();
  });

  it('is looked up again with growing pauses while it has never had addresses', async () => {
    const { resolver, lookups, addresses } = new TestResolver([failure, failure, failure, ['a']]);
    await resolver.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(addresses).toEqual([['a']]);
    for (const [place, wholeMs] of [100, 200, 400].entries()) {
      const pauseMs = (lookups[place + 1] ?? 0) - (lookups[place] ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(wholeMs / 2 - 1);
      expect(pauseMs).toBeLessThanOrEqual(wholeMs + 1);
    }
    resolver.stop();
  });

  it('is looked up soon after a failure of a server, at most once a second', async () => {
    const { resolver, lookups } = new TestResolver([['a']]);
    await resolver.start();
    for (let failures = 0; failures < 40; failures++) {
      resolver.refresh();
      await jest.advanceTimersByTimeAsync(50);
    }
    expect(lookups).toHaveLength(3);
    resolver.stop();
  });

  it('is not looked up after the stop, but after another start', async () => {
    const { resolver, lookups } = new TestResolver([['a']]);
    await resolver.start();
    resolver.stop();
    resolver.refresh();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lookups).toHaveLength(1);
    await resolver.start();
    expect(lookups).toHaveLength(2);
    resolver.stop();
  });

  it('that is answered after the stop reports nothing', async () => {
    const { resolver, addresses } = new TestResolver([['a']]);
    const started = resolver.start();
    resolver.stop();
    await started;
    expect(addresses).toEqual([]);
  });
});
