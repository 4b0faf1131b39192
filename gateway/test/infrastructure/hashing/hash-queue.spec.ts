import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccountError } from '../../../src/domain/account.errors.js';
import { HashQueue, type HashOwner } from '../../../src/infrastructure/hashing/hash-queue.js';

const BUSY = { code: 'BUSY' };

function known(id = 'account'): HashOwner {
  return { kind: 'known', id };
}

function stranger(id = 'network'): HashOwner {
  return { kind: 'stranger', id };
}

/** One hash at a time, each 100 ms by the queue's clock. */
class TestQueue {
  readonly hashes: HashQueue;
  readonly log: string[] = [];
  readonly #ends: (() => void)[] = [];
  #time = 0;

  constructor(capacity: number) {
    this.hashes = new HashQueue({ concurrency: 1, maxWaitMs: capacity * 100 }, 100, () => this.#time);
  }

  run(name: string, owner: HashOwner): Promise<void> {
    const hash = this.hashes.run(owner, () => {
      this.log.push(name);
      return new Promise<void>((resolve) => this.#ends.push(resolve));
    });
    // Handled by those who expect it.
    hash.catch(() => undefined);
    return hash;
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
  }

  async finish(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await settled();
      this.pass(100);
      this.#ends.shift()?.();
    }
    await settled();
  }

  hasCapacity(owner: HashOwner): boolean {
    try {
      this.hashes.requireCapacity(owner);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AccountError);
      return false;
    }
  }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the queue of hashes', () => {
  let queue: TestQueue;
  beforeEach(() => {
    queue = new TestQueue(6);
  });

  it('rejects hashes that would wait over its limit, with a retry time', async () => {
    for (let n = 0; n < 7; n++) void queue.run(String(n), stranger());
    await expect(queue.run('late', stranger())).rejects.toMatchObject({ ...BUSY, retryAfterSeconds: 1 });
  });

  it('gives one owner the whole queue while no other waits', async () => {
    const all = Array.from({ length: 7 }, (_value, n) => queue.run(String(n), known()));
    await queue.finish(7);
    await expect(Promise.all(all)).resolves.toHaveLength(7);
    expect(queue.log).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('gives every third hash to a stranger while known users wait', async () => {
    for (const n of [1, 2, 3, 4, 5]) void queue.run(`known ${String(n)}`, known());
    for (const n of [1, 2]) void queue.run(`stranger ${String(n)}`, stranger());
    await queue.finish(7);
    expect(queue.log).toEqual(['known 1', 'known 2', 'known 3', 'stranger 1', 'known 4', 'known 5', 'stranger 2']);
  });

  it.each(['known', 'stranger'] as const)('alternates between owners of a line: %s', async (kind) => {
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void queue.run(name, { kind, id: name.charAt(0) });
    await queue.finish(6);
    expect(queue.log).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('counts all recent hashes, and forgets them after a minute', async () => {
    for (let n = 0; n < 3; n++) {
      void queue.run('used', known('often'));
      await queue.finish(1);
    }
    queue.log.length = 0;
    const three = ['running', 'often', 'seldom'] as const;
    for (const id of three) void queue.run(id, known(id));
    await queue.finish(3);
    queue.pass(60_000);
    for (const id of three) void queue.run(id, known(id));
    await queue.finish(3);
    expect(queue.log).toEqual(['running', 'seldom', 'often', 'running', 'often', 'seldom']);
  });

  it('lets an account with 24 hashes at once keep nobody out', async () => {
    const flood = Array.from({ length: 24 }, (_value, n) => queue.run(`flood ${String(n)}`, known('attacker')));
    const others = [
      queue.run('sign-up', stranger('one')),
      queue.run('log-in', stranger('other')),
      queue.run('device', known('user')),
    ];
    await queue.finish(10);
    await expect(Promise.all(others)).resolves.toHaveLength(3);
    const results = await Promise.allSettled(flood);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(queue.log.slice(0, 4)).toEqual(['flood 0', 'device', 'flood 1', 'sign-up']);
  });

  it('lets a network with 24 hashes at once keep nobody out', async () => {
    const flood = Array.from({ length: 24 }, (_value, n) => queue.run(`flood ${String(n)}`, stranger('attacker')));
    const others = [
      queue.run('visitor', stranger('other')),
      ...[1, 2, 3, 4].map((n) => queue.run(`device ${String(n)}`, known(String(n)))),
    ];
    await queue.finish(10);
    await expect(Promise.all(others)).resolves.toHaveLength(5);
    const results = await Promise.allSettled(flood);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('rejects an owner that repeats its dropped hashes at once', async () => {
    for (let n = 0; n < 7; n++) void queue.run(String(n), stranger('attacker'));
    void queue.run('visitor', stranger('other'));
    await expect(queue.run('again', stranger('attacker'))).rejects.toMatchObject(BUSY);
  });

  it('drops nothing for an owner with as many hashes', async () => {
    queue = new TestQueue(4);
    void queue.run('running', known());
    for (const name of ['a1', 'a2', 'b1', 'b2']) void queue.run(name, stranger(name.charAt(0)));
    await expect(queue.run('b3', stranger('b'))).rejects.toMatchObject(BUSY);
    await expect(queue.run('a3', stranger('a'))).rejects.toMatchObject(BUSY);
  });

  it('has capacity for those who would be admitted', () => {
    for (let n = 0; n < 6; n++) void queue.run(String(n), stranger('attacker'));
    expect(queue.hasCapacity(stranger('attacker'))).toBe(true);
    void queue.run('last', stranger('attacker'));
    expect(queue.hasCapacity(stranger('attacker'))).toBe(false);
    expect(queue.hasCapacity(stranger('other'))).toBe(true);
    expect(queue.hasCapacity(known())).toBe(true);
  });

  it('admits another owner of each line when hashes exceed the maximum waiting time', async () => {
    queue = new TestQueue(0.5);
    for (let n = 0; n < 4; n++) void queue.run(`flood ${String(n)}`, stranger('attacker'));
    const others = [queue.run('visitor', stranger('other')), queue.run('device', known())];
    await queue.finish(4);
    await expect(Promise.all(others)).resolves.toHaveLength(2);
  });

  it('continues after a failed hash', async () => {
    const hashes = new HashQueue({ concurrency: 1, maxWaitMs: 200 }, 100, () => 0);
    await expect(hashes.run(known(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(hashes.run(known(), () => Promise.resolve('fine'))).resolves.toBe('fine');
    expect(hashes.length).toBe(0);
  });
});
