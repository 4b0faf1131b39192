import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccountReads } from '../../../src/interface/http/account-reads.js';

describe('reads of an account', () => {
  let reads: AccountReads;
  let running: { readonly name: string; readonly end: () => void }[];

  beforeEach(() => {
    jest.useFakeTimers();
    reads = new AccountReads();
    running = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const read = (accountId: string, name = ''): Promise<string> =>
    reads.run(
      accountId,
      () =>
        new Promise((resolve) => {
          running.push({
            name,
            end: () => {
              resolve(name);
            },
          });
        }),
    );
  const sixteen = (): Promise<string>[] => Array.from({ length: 16 }, (_, n) => read('alice', String(n)));

  it('are sixteen at a time, the next ones in their order', async () => {
    const first = sixteen();
    const [next, last] = [read('alice', 'next'), read('alice', 'last')];
    expect(running).toHaveLength(16);
    running[3]?.end();
    await first[3];
    expect(running.map(({ name }) => name).slice(16)).toEqual(['next']);
    running[16]?.end();
    expect(await next).toBe('next');
    expect(running.map(({ name }) => name).slice(17)).toEqual(['last']);
    running[17]?.end();
    expect(await last).toBe('last');
  });

  it('let those of others begin at once', () => {
    void sixteen();
    void read('bob', "bob's");
    expect(running.at(-1)?.name).toBe("bob's");
  });

  it('that wait for 6 s are rejected with the time to wait', async () => {
    const first = sixteen();
    const waiting = read('alice');
    jest.advanceTimersByTime(6_000);
    await expect(waiting).rejects.toMatchObject({ kind: 'too-many-requests', headers: { 'retry-after': '2' } });
    for (const { end } of running) end();
    await Promise.all(first);
    expect(running).toHaveLength(16);
    void sixteen();
    expect(running).toHaveLength(32);
  });

  it('that fail give their turn on', async () => {
    const failing = Array.from({ length: 16 }, () => reads.run('alice', () => Promise.reject(new Error('away'))));
    void read('alice', 'next');
    await Promise.allSettled(failing);
    expect(running.map(({ name }) => name)).toEqual(['next']);
  });
});
