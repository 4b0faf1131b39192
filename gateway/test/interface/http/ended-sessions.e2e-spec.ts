import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HeldHasher } from '../../support/held-hasher.js';
import type { Answer, TestClient } from '../../support/test-client.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

const NEW_PASSWORD = 'another horse battery staple';

describe('a session that ends while its request verifies the password', () => {
  const hasher = new HeldHasher();
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start({}, { hasher });
  });

  afterAll(() => gateway.stop());

  const requests: Readonly<Record<string, (client: TestClient) => Promise<Answer>>> = {
    'POST /session/confirmation': (client) => client.post('/session/confirmation', { password: PASSWORD }),
    'PUT /account/password': (client) =>
      client.put('/account/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    'DELETE /account': (client) => client.delete('/account', { password: PASSWORD }),
  };

  async function during(request: string, happens: (thief: TestClient, name: string) => Promise<unknown>) {
    const thief = await gateway.user();
    const { username } = (await thief.get('/session')).body.account as { username: string };
    const verifying = hasher.hold();
    const answer = requests[request]?.(thief);
    await verifying;
    await happens(thief.copy(), username);
    hasher.release();
    return { status: (await answer)?.status, thief, username };
  }

  test.each(Object.keys(requests))('gets 401 and does nothing: %s', async (request) => {
    const { status, thief, username } = await during(request, (copy) => copy.delete('/session'));
    expect(status).toBe(401);
    expect((await thief.get('/session')).status).toBe(401);
    const owner = gateway.client();
    expect((await owner.post('/session', { username, password: PASSWORD })).status).toBe(200);
  });

  test.each(Object.keys(requests))('is done when the session goes on: %s', async (request) => {
    const { status } = await during(request, (copy) => copy.get('/session'));
    expect(status).toBe(204);
  });
});
