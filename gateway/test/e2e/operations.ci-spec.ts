import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { MemoryAccountStore } from '../../src/infrastructure/persistence/memory/memory-account-store.js';
import { RawHttp } from '../support/raw-http.js';
import { PASSWORD, TestGateway } from '../support/test-gateway.js';

describe('secrets', () => {
  test('are in no line of the log, in any event', async () => {
    const gateway = await TestGateway.start({ LOG_LEVEL: 'trace' });
    const client = gateway.client();
    const secrets = [PASSWORD, 'a wrong password 123', 'another horse battery staple'];
    const { body } = await client.post('/accounts', { username: 'secretive', password: PASSWORD });
    const { token } = (
      await client.post('/tokens', {
        name: 'secret',
        scopes: ['tasks:read'],
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      })
    ).body as { token: string };
    secrets.push(token, body.recoveryCode as string, ...client.cookies.values());
    await client.post('/session', { username: 'secretive', password: secrets[1] });
    await client.post('/session', `{"username":"secretive","password":"${PASSWORD}"`);
    await client.get(`/tasks?text=${encodeURIComponent(PASSWORD)}`);
    await client.get(`/nowhere?token=${token}`);
    await gateway.client().get('/tasks', { headers: { authorization: `Bearer ${token}` } });
    await gateway.client().get('/tasks', { headers: { authorization: `Bearer ${token}x` } });
    gateway.tasks.failure = new Error('broken');
    await client.post('/tasks', { name: PASSWORD });
    gateway.tasks.failure = undefined;
    await client.put('/account/password', { currentPassword: PASSWORD, newPassword: secrets[2] });
    secrets.push(...client.cookies.values());
    await client.delete('/account', { password: secrets[2] });
    await gateway.stop();
    const log = gateway.logged.map((line) => JSON.stringify(line)).join('\n');
    expect(log).toContain('"request"');
    expect(log).toContain('log-in-failed');
    for (const secret of secrets)
      expect({ secret, isLogged: log.includes(secret) }).toEqual({ secret, isLogged: false });
    // The typed name of a failed log-in may be a password in the wrong field.
    expect(log).not.toContain('secretive');
  });
});

describe('drain', () => {
  test('running requests are answered, new connections are not accepted', async () => {
    const gateway = await TestGateway.start();
    const user = await gateway.user();
    const release = gateway.tasks.hold();
    const running = user.get('/tasks');
    await gateway.tasks.reached();
    const stopped = gateway.stop();
    await refused(gateway.port);
    release();
    expect((await running).status).toBe(200);
    await stopped;
  });

  test('a request that exceeds DRAIN_TIMEOUT_MS is cut', async () => {
    const gateway = await TestGateway.start({ DRAIN_TIMEOUT_MS: '200' });
    const user = await gateway.user();
    const release = gateway.tasks.hold();
    const running = user.get('/tasks').then(
      () => 'answered',
      () => 'cut',
    );
    await gateway.tasks.reached();
    await gateway.stop();
    expect(await running).toBe('cut');
    release();
  });

  test('ready is 503 during DRAIN_DELAY_MS, while requests are served', async () => {
    const gateway = await TestGateway.start({
      DRAIN_DELAY_MS: '2000',
      GATEWAY_OPS_HOST: '127.0.0.1',
      GATEWAY_OPS_PORT: '0',
    });
    const user = await gateway.user();
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${String(gateway.opsPort)}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const stopped = gateway.stop();
    expect(await ready()).toBe(503);
    expect((await user.get('/session')).status).toBe(200);
    await stopped;
  });
});

/** Resolves once connections are no longer possible. */
async function refused(port: number): Promise<void> {
  for (;;) {
    try {
      (await RawHttp.open(port)).close();
    } catch (error) {
      // A connection from the last moment is reset.
      if (String(error).includes('ECONNREFUSED')) return;
    }
  }
}

describe('health and metrics', () => {
  test('ready names the failed part; live stays 200', async () => {
    const gateway = await TestGateway.start({ GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' });
    const ops = `http://127.0.0.1:${String(gateway.opsPort)}`;
    gateway.tasks.failure = new Error('connect ECONNREFUSED');
    const response = await fetch(`${ops}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { tasks: { status: 'down', message: 'Task service unavailable', cause: 'connect ECONNREFUSED' } },
      info: { accounts: { status: 'up' } },
    });
    expect((await fetch(`${ops}/health/live`)).status).toBe(200);
    await gateway.stop();
  });

  test('metrics name routes, never paths', async () => {
    const gateway = await TestGateway.start({ GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' });
    const user = await gateway.user();
    await user.get(`/tasks/${'a'.repeat(24)}`);
    await user.get('/some-secret-path');
    const text = await (await fetch(`http://127.0.0.1:${String(gateway.opsPort)}/metrics`)).text();
    expect(text).toContain(
      'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/v1/tasks/:id",http_response_status_code="404"} 1',
    );
    expect(text).toContain('http_route="_none"');
    expect(text).not.toContain('some-secret-path');
    expect(text).toContain('gateway_event_streams 0');
    await gateway.stop();
  });
});

describe('an account store that can only be read', () => {
  test('is named by the readiness probe and a metric, and takes no request away', async () => {
    const gateway = await TestGateway.start({ GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' });
    const user = await gateway.user();
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${String(gateway.opsPort)}${path}`);
    expect(await (await ask('/metrics')).text()).toContain('\ngateway_account_store_writable 1\n');
    const full = jest.spyOn(MemoryAccountStore.prototype, 'checkWrite').mockRejectedValue(new Error('No space left'));
    let ready = await ask('/health/ready');
    // An answer is shared for a second.
    while (!(await ready.clone().text()).includes('No space left')) {
      await delay(20);
      ready = await ask('/health/ready');
    }
    expect(ready.status).toBe(200);
    const accounts = { status: 'up', message: 'Account store is read-only', cause: 'No space left' };
    expect(await ready.json()).toMatchObject({ info: { accounts } });
    // Scrapes share one text for a moment.
    while (!(await (await ask('/metrics')).text()).includes('\ngateway_account_store_writable 0\n')) await delay(20);
    expect((await user.get('/tasks')).status).toBe(200);
    full.mockRestore();
    while ((await (await ask('/health/ready')).text()).includes('No space left')) await delay(20);
    await gateway.stop();
  });
});

test('the size of the log of an embedded account store is a metric', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-log-'));
  const embedded = { GATEWAY_STORE: 'embedded', GATEWAY_DATA_DIR: folder };
  const gateway = await TestGateway.start({ ...embedded, GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' });
  await gateway.user();
  const metrics = await (await fetch(`http://127.0.0.1:${String(gateway.opsPort)}/metrics`)).text();
  const size = Number(/^gateway_account_store_log_bytes (\d+)$/m.exec(metrics)?.[1]);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(statSync(join(folder, 'accounts.db-wal')).size);
  await gateway.stop();
  rmSync(folder, { recursive: true });
});
