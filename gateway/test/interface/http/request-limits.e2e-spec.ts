import { describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Deferred } from '@tasks/testing/deferred';
import type { TaskPage } from '../../../src/application/tasks/task-service.js';
import { AccountReads } from '../../../src/interface/http/account-reads.js';
import { TestGateway } from '../../support/test-gateway.js';

/** Resolves with the socket of the last one once this many pages of tasks were requested from now on. */
function requested(count: number): Promise<Socket> {
  const last = new Deferred<Socket>();
  const spy = jest.spyOn(AccountReads.prototype, 'run');
  const run = spy.getMockImplementation();
  if (run === undefined) throw new Error('The spy does not call the method');
  let calls = 0;
  spy.mockImplementation(function (this: AccountReads, ...args) {
    if (++calls === count) last.resolve(args[1].socket);
    return run.apply(this, args);
  });
  return last.promise.finally(() => {
    spy.mockRestore();
  });
}

describe('request limits', () => {
  const EMPTY: TaskPage<never> = { items: [], nextCursor: null };
  const PATHS = ['/tasks', '/agenda?view=due'];
  let gateway: TestGateway;
  let calls: number;
  let answer: Deferred<TaskPage<never>>;

  const holdPages = async (): Promise<void> => {
    gateway = await TestGateway.start();
    [calls, answer] = [0, new Deferred()];
    const read = (): Promise<TaskPage<never>> => {
      calls++;
      return answer.promise;
    };
    jest.spyOn(gateway.tasks, 'find').mockImplementation(read);
    jest.spyOn(gateway.tasks, 'agenda').mockImplementation(read);
  };

  test.each(PATHS)('per account: 16 pages are read at a time, of %s', async (path) => {
    await holdPages();
    const [eager, other] = [await gateway.user(), await gateway.user()];
    const twenty = requested(20);
    const reads = Array.from({ length: 20 }, () => eager.get(path));
    await twenty;
    // Longer than a page takes from the gateway to Tasks.
    await other.get('/tasks/counts');
    expect(calls).toBe(16);
    const others = other.get(path);
    answer.resolve(EMPTY);
    expect((await Promise.all([...reads, others])).map(({ status }) => status)).toEqual(Array(21).fill(200));
    await gateway.stop();
  });

  test.each(PATHS)('per account: a page for a client that has disconnected is not read, of %s', async (path) => {
    await holdPages();
    const eager = await gateway.user();
    const sixteen = requested(16);
    const reads = Array.from({ length: 16 }, () => eager.get(path));
    await sixteen;
    const seventeenth = requested(1);
    const leaving = new AbortController();
    const abandoned = eager.get(path, { signal: leaving.signal });
    const closed = once(await seventeenth, 'close');
    leaving.abort();
    await expect(abandoned).rejects.toThrow();
    await closed;
    answer.resolve(EMPTY);
    await Promise.all(reads);
    expect((await eager.get(path)).status).toBe(200);
    expect(calls).toBe(17);
    await gateway.stop();
  });

  test('per account: 429 with Retry-After, without effect on others', async () => {
    const gateway = await TestGateway.start({ GATEWAY_REQUESTS_PER_ACCOUNT: '5' });
    const [eager, other] = [await gateway.user(), await gateway.user()];
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await eager.get('/session')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const { headers } = await eager.get('/session');
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(headers.get('ratelimit')).toBe(`"account";r=0;t=${String(seconds)}`);
    expect(headers.get('ratelimit-policy')).toBe('"account";q=5;w=10');
    expect((await other.get('/session')).status).toBe(200);
    await gateway.stop();
  });

  test('per network: behind a trusted proxy the client is counted, not the proxy', async () => {
    const gateway = await TestGateway.start({ GATEWAY_REQUESTS_PER_NETWORK: '3', TRUSTED_PROXIES: '127.0.0.0/8' });
    const ask = async (address: string): Promise<number> =>
      (await gateway.client().get('/session', { headers: { 'x-forwarded-for': address } })).status;
    for (let i = 0; i < 3; i++) expect(await ask('203.0.113.1')).toBe(401);
    expect(await ask('203.0.113.1')).toBe(429);
    expect(await ask('203.0.113.2')).toBe(401);
    for (let i = 0; i < 3; i++) expect(await ask(`2001:db8:1:2::${String(i)}`)).toBe(401);
    expect(await ask('2001:db8:1:2:ffff::1')).toBe(429);
    expect(await ask('2001:db8:1:3::1')).toBe(401);
    await gateway.stop();
  });

  test('per network: a port after the address, or an invalid one, avoids no limit', async () => {
    const gateway = await TestGateway.start({ GATEWAY_REQUESTS_PER_NETWORK: '3', TRUSTED_PROXIES: '127.0.0.0/8' });
    const ask = async (address: string): Promise<number> =>
      (
        await gateway
          .client()
          .post('/session', { username: address, password: 'wrong' }, { headers: { 'x-forwarded-for': address } })
      ).status;
    for (let i = 0; i < 3; i++) expect(await ask(`203.0.113.1:${String(40_000 + i)}`)).toBe(401);
    expect(await ask('203.0.113.1:40003')).toBe(429);
    expect(await ask('203.0.113.1')).toBe(429);
    for (let i = 0; i < 3; i++) expect(await ask(`[2001:db8::${String(i)}]:443`)).toBe(401);
    expect(await ask('[2001:db8::9]:443')).toBe(429);
    for (let i = 0; i < 3; i++) expect(await ask(`garbage-${String(i)}`)).toBe(401);
    expect(await ask('garbage')).toBe(429);
    const addresses = gateway.logged.flatMap(({ audit }) => (audit as { address?: string } | undefined)?.address ?? []);
    expect(new Set(addresses)).toEqual(
      new Set(['203.0.113.1', '2001:db8::0', '2001:db8::1', '2001:db8::2', '127.0.0.1']),
    );
    await gateway.stop();
  });

  test('per network: a forwarded header from anyone else has no effect', async () => {
    const gateway = await TestGateway.start({ GATEWAY_REQUESTS_PER_NETWORK: '3' });
    const ask = async (i: number): Promise<number> =>
      (await gateway.client().get('/session', { headers: { 'x-forwarded-for': `203.0.113.${String(i)}` } })).status;
    for (let i = 0; i < 3; i++) expect(await ask(i)).toBe(401);
    expect(await ask(4)).toBe(429);
    const warnings = gateway.logged.filter(({ msg }) => msg?.includes('X-Forwarded-For') === true);
    expect(warnings).toHaveLength(1);
    await gateway.stop();
  });
});
