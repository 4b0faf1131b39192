import { describe, expect, jest, test } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import type { TaskPage } from '../../../src/application/tasks/task-service.js';
import { TestGateway } from '../../support/test-gateway.js';

describe('request limits', () => {
  test.each(['/tasks', '/agenda?view=due'])('per account: 16 pages are read at a time, of %s', async (path) => {
    const gateway = await TestGateway.start();
    const [eager, other] = [await gateway.user(), await gateway.user()];
    const answer = new Deferred<TaskPage<never>>();
    const sixteen = new Deferred<undefined>();
    let calls = 0;
    const read = (): Promise<TaskPage<never>> => {
      if (++calls === 16) sixteen.resolve(undefined);
      return answer.promise;
    };
    jest.spyOn(gateway.tasks, 'find').mockImplementation(read);
    jest.spyOn(gateway.tasks, 'agenda').mockImplementation(read);
    const reads = Array.from({ length: 20 }, () => eager.get(path));
    await sixteen.promise;
    // Later requests than all of those.
    await other.get('/tasks/counts');
    await eager.get('/tasks/counts');
    expect(calls).toBe(16);
    const others = other.get(path);
    answer.resolve({ items: [], nextCursor: null });
    expect((await Promise.all([...reads, others])).map(({ status }) => status)).toEqual(Array(21).fill(200));
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
