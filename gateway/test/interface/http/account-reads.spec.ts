import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Socket } from 'node:net';
import { AccountReads } from '../../../src/interface/http/account-reads.js';

describe('reads of an account', () => {
  let reads: AccountReads;
  const connected = { socket: new Socket() };
  let running: { readonly name: string; readonly end: () => void }[];

  beforeEach(() => {
    jest.useFakeTimers();
    reads = new AccountReads();
    running = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const read = (accountId: string, name = '', request = connected): Promise<string> =>
    reads.run(
      accountId,
      request,
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

  it('that wait for 4 s are rejected with the time to wait', async () => {
    const first = sixteen();
    const waiting = read('alice');
    jest.advanceTimersByTime(4_000);
    await expect(waiting).rejects.toMatchObject({ kind: 'too-many-requests', headers: { 'retry-after': '2' } });
    for (const { end } of running) end();
    await Promise.all(first);
    expect(running).toHaveLength(16);
    void sixteen();
    expect(running).toHaveLength(32);
  });

  it('of a client that has disconnected are not started, and give their slot on', async () => {
    const first = sixteen();
    const disconnecting = { socket: new Socket() };
    const abandoned = read('alice', 'abandoned', disconnecting);
    void read('alice', 'next');
    disconnecting.socket.destroy();
    running[0]?.end();
    await first[0];
    await expect(abandoned).rejects.toMatchObject({ kind: 'too-many-requests' });
    await Promise.resolve();
    expect(running.map(({ name }) => name).slice(16)).toEqual(['next']);
  });

  it('that fail give their slot on', async () => {
    const failing = Array.from({ length: 16 }, () =>
      reads.run('alice', connected, () => Promise.reject(new Error('away'))),
    );
    void read('alice', 'next');
    await Promise.allSettled(failing);
    expect(running.map(({ name }) => name)).toEqual(['next']);
  });
});
