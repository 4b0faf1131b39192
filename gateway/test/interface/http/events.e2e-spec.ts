import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAdministration } from '../../../src/bootstrap/account-maintenance.js';
import { EmbeddedAccountStore } from '../../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { EventReader } from '../../support/event-reader.js';
import { invite, joined, memberId, newList } from '../../support/shared-list.js';
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

  describe('of all lists', () => {
    const openAll = (user: TestClient): Promise<EventReader> => EventReader.open(user, {}, '/events?lists=all');
    const changed = (list: string, id: unknown): object => {
      return { type: 'list-changed', data: JSON.stringify({ list, taskIds: [id] }) };
    };

    test('report their tasks to every member, and those of the first list as before', async () => {
      const owner = await gateway.user();
      const list = await newList(owner);
      const editor = await joined(gateway, owner, list, 'editor');
      const streams = [await openAll(owner), await openAll(editor)];
      const { body: first } = await owner.post('/tasks', { name: 'mine' });
      const { body: shared } = await editor.post(`/lists/${list}/tasks`, { name: 'ours' });
      const mine = { type: 'changed', data: JSON.stringify({ taskIds: [first.id] }) };
      expect(await streams[0]?.nextChange()).toEqual(mine);
      for (const stream of streams) {
        expect(await stream.nextChange()).toEqual(changed(list, shared.id));
        stream.close();
      }
    });

    test('report lists that were added, joined, renamed and deleted', async () => {
      const [owner, other] = [await gateway.user(), await gateway.user()];
      const [stream, others] = [await openAll(owner), await openAll(other)];
      const list = await newList(owner);
      expect(await stream.nextChange()).toEqual({ type: 'lists-changed', data: '{}' });
      const secret = await invite(owner, list, 'editor');
      await other.post('/invitations/acceptance', { secret, name: 'Bob' });
      for (const one of [stream, others]) expect((await one.nextChange())?.type).toBe('lists-changed');
      const { body } = await owner.post(`/lists/${list}/tasks`, { name: 'ours' });
      for (const one of [stream, others]) expect(await one.nextChange()).toEqual(changed(list, body.id));
      await owner.patch(`/lists/${list}`, { name: 'Party' });
      for (const one of [stream, others]) expect((await one.nextChange())?.type).toBe('lists-changed');
      await owner.delete(`/lists/${list}`);
      for (const one of [stream, others]) expect((await one.nextChange())?.type).toBe('lists-changed');
      for (const one of [stream, others]) one.close();
    });

    test('report nothing to a removed member from then on', async () => {
      const owner = await gateway.user();
      const list = await newList(owner);
      const editor = await joined(gateway, owner, list, 'editor');
      const stream = await openAll(editor);
      await owner.delete(`/lists/${list}/members/${await memberId(owner, list, 'a editor')}`);
      await owner.post(`/lists/${list}/tasks`, { name: 'not for you' });
      expect((await stream.nextChange())?.type).toBe('lists-changed');
      const { body } = await editor.post('/tasks', { name: 'mine' });
      expect(await stream.nextChange()).toEqual({ type: 'changed', data: JSON.stringify({ taskIds: [body.id] }) });
      stream.close();
    });

    test('are those that a token reaches', async () => {
      const owner = await gateway.user();
      const [reached, other] = [await newList(owner), await newList(owner)];
      const headers = await bearer(owner, { lists: [reached] });
      expect((await gateway.client().get('/events', { headers })).status).toBe(404);
      const stream = await EventReader.open(gateway.client(), headers, '/events?lists=all');
      await owner.post('/tasks', { name: 'first' });
      await owner.post(`/lists/${other}/tasks`, { name: 'other' });
      const { body } = await owner.post(`/lists/${reached}/tasks`, { name: 'reached' });
      expect(await stream.nextChange()).toEqual(changed(reached, body.id));
      stream.close();
    });

    test('follow a change that was made elsewhere by the next heartbeat', async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'tasks-gateway-events-'));
      const variables = { GATEWAY_STORE: 'embedded', GATEWAY_DATA_DIR: dataDir };
      const beating = await TestGateway.start(variables, { heartbeatMs: 30 });
      const owner = await beating.user();
      const list = await newList(owner);
      const stream = await openAll(await joined(beating, owner, list, 'viewer'));
      const elsewhere = await EmbeddedAccountStore.open(dataDir, { role: 'command' });
      const stored = await elsewhere.lists.find(list);
      if (!stored) throw new Error('The list is not stored');
      await elsewhere.lists.change(stored, { members: stored.members.slice(0, 1) });
      expect((await stream.nextChange())?.type).toBe('lists-changed');
      stream.close();
      await elsewhere.close();
      await beating.stop();
      rmSync(dataDir, { recursive: true });
    });
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
    expect(performance.now() - disabledMs).toBeLessThan(20_000);
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

async function token(user: TestClient, fields: object = {}): Promise<{ id: string; token: string }> {
  const { body } = await user.post('/tokens', {
    name: 'reader',
    scopes: ['tasks:read'],
    ...fields,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  return body as { id: string; token: string };
}

async function bearer(user: TestClient, fields: object = {}): Promise<Record<string, string>> {
  return { authorization: `Bearer ${(await token(user, fields)).token}` };
}
