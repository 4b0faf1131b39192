import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAdministration } from '../../../src/bootstrap/account-maintenance.js';
import { EventReader } from '../../support/event-reader.js';
import type { TestClient } from '../../support/test-client.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

describe('event streams', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test('report changes of the account, on every stream of it', async () => {
    const user = await gateway.user();
    const streams = [await EventReader.open(user), await EventReader.open(user)];
    const { id } = (await user.post('/tasks', { name: 'new' })).body as { id: string };
    await user.patch(`/tasks/${id}`, { done: true });
    await user.delete('/tasks?done=true');
    for (const stream of streams) {
      expect(await stream.nextChange()).toEqual({ type: 'changed', data: JSON.stringify({ taskIds: [id] }) });
      expect(await stream.nextChange()).toEqual({ type: 'changed', data: JSON.stringify({ taskIds: [id] }) });
      expect(await stream.nextChange()).toEqual({ type: 'changed', data: JSON.stringify({ all: true }) });
      stream.close();
    }
  });

  test('report nothing of other accounts', async () => {
    const [user, other] = [await gateway.user(), await gateway.user()];
    const stream = await EventReader.open(user);
    await other.post('/tasks', { name: 'theirs' });
    const { body } = await user.post('/tasks', { name: 'mine' });
    expect((await stream.nextChange())?.data).toBe(JSON.stringify({ taskIds: [body.id] }));
    stream.close();
  });

  test('are open to a token with read scope', async () => {
    const user = await gateway.user();
    const stream = await EventReader.open(gateway.client(), await bearer(user));
    await user.post('/tasks', { name: 'mine' });
    expect((await stream.nextChange())?.type).toBe('changed');
    stream.close();
  });

  const ends: Readonly<Record<string, (user: TestClient) => Promise<unknown>>> = {
    'log-out': (user) => user.copy().delete('/session'),
    'a new password, by another session': async (user) => {
      const { username } = (await user.get('/session')).body.account as { username: string };
      const other = gateway.client();
      await other.post('/session', { username, password: PASSWORD });
      await other.put('/account/password', { currentPassword: PASSWORD, newPassword: 'another horse battery staple' });
    },
    'the end of the account': (user) => user.copy().delete('/account', { password: PASSWORD }),
  };

  test.each(Object.keys(ends))('end at once with %s', async (name) => {
    const user = await gateway.user();
    const stream = await EventReader.open(user);
    await ends[name]?.(user);
    expect(await stream.next()).toBeUndefined();
  });

  test('end at once when their token is revoked, and stay open when another is', async () => {
    const user = await gateway.user();
    const [mine, other] = [await token(user), await token(user)];
    const stream = await EventReader.open(gateway.client(), { authorization: `Bearer ${mine.token}` });
    await user.delete(`/tokens/${other.id}`);
    await user.post('/tasks', { name: 'still open' });
    expect((await stream.nextChange())?.type).toBe('changed');
    await user.delete(`/tokens/${mine.id}`);
    expect(await stream.next()).toBeUndefined();
  });

  test('are limited to 20 per account, not counting closed ones', async () => {
    const user = await gateway.user();
    const streams = await Promise.all(Array.from({ length: 20 }, () => EventReader.open(user)));
    const { status, headers } = await user.get('/events');
    expect(status).toBe(429);
    expect(headers.has('retry-after')).toBe(true);
    const other = await EventReader.open(await gateway.user());
    streams.pop()?.close();
    await expect(opened(user)).resolves.toBeUndefined();
    for (const stream of [...streams, other]) stream.close();
  });

  test('are not opened by HEAD', async () => {
    const user = await gateway.user();
    for (let i = 0; i < 25; i++) expect((await user.send('HEAD', '/events', undefined, {})).status).toBe(200);
  });

  test('end when the gateway stops', async () => {
    const stopping = await TestGateway.start();
    const stream = await EventReader.open(await stopping.user());
    const [event] = await Promise.all([stream.next(), stopping.stop()]);
    expect(event).toBeUndefined();
  });

  test('end within two seconds after an operator disabled the account beside the gateway', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tasks-gateway-events-'));
    const running = await TestGateway.start({ GATEWAY_STORE: 'embedded', GATEWAY_DATA_DIR: dataDir });
    const [user, other] = [await running.user('disabled'), await running.user('other')];
    const [stream, others] = [await EventReader.open(user), await EventReader.open(other)];
    const { administration, close } = await openAdministration(
      { kind: 'embedded', chosenBy: 'test', dataDir },
      { record: () => undefined },
    );
    await administration.disable('disabled');
    const disabledMs = performance.now();
    expect(await stream.nextChange()).toBeUndefined();
    // The heartbeat, which checks as well, comes every 25 s.
    expect(performance.now() - disabledMs).toBeLessThan(10_000);
    await other.post('/tasks', { name: 'mine' });
    expect((await others.nextChange())?.type).toBe('changed');
    others.close();
    await close();
    await running.stop();
    rmSync(dataDir, { recursive: true });
  });

  test('end by the next heartbeat after their session ended elsewhere', async () => {
    let now = new Date();
    const beating = await TestGateway.start({}, { now: () => now, heartbeatMs: 30 });
    const stream = await EventReader.open(await beating.user());
    expect((await stream.next())?.type).toBe('heartbeat');
    now = new Date(now.getTime() + 15 * 86_400_000);
    while ((await stream.next()) !== undefined);
    await beating.stop();
  });

  /** Retries until a stream opens: the server notices a closed one a moment later. */
  async function opened(user: TestClient): Promise<void> {
    for (;;) {
      try {
        (await EventReader.open(user)).close();
        return;
      } catch (error) {
        if (!String(error).includes('429')) throw error;
      }
    }
  }
});

async function token(user: TestClient): Promise<{ id: string; token: string }> {
  const { body } = await user.post('/tokens', {
    name: 'reader',
    scopes: ['tasks:read'],
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  return body as { id: string; token: string };
}

async function bearer(user: TestClient): Promise<Record<string, string>> {
  return { authorization: `Bearer ${(await token(user)).token}` };
}
