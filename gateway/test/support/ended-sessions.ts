import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HeldHasher } from './held-hasher.js';
import type { Answer, TestClient } from './test-client.js';
import { PASSWORD, type TestGateway } from './test-gateway.js';

const NEW_PASSWORD = 'another horse battery staple';

/** Instances on one account store; the first one has the hasher. */
export type StartInstances = (hasher: HeldHasher) => Promise<readonly [TestGateway, ...TestGateway[]]>;

/** A session that ends on the last instance while its request verifies the password on the first one. */
export function describeEndedSessions(name: string, start: StartInstances): void {
  describe(name, () => {
    const hasher = new HeldHasher();
    let instances: readonly [TestGateway, ...TestGateway[]];

    beforeAll(async () => {
      instances = await start(hasher);
    });

    afterAll(async () => {
      for (const instance of instances) await instance.stop();
    });

    const requests: Readonly<Record<string, (client: TestClient) => Promise<Answer>>> = {
      'POST /session/confirmation': (client) => client.post('/session/confirmation', { password: PASSWORD }),
      'PUT /account/password': (client) =>
        client.put('/account/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      'DELETE /account': (client) => client.delete('/account', { password: PASSWORD }),
    };

    async function during(request: string, happens: (thief: TestClient) => Promise<unknown>) {
      const thief = await instances[0].user();
      const { username } = (await thief.get('/session')).body.account as { username: string };
      const verifying = hasher.hold();
      const answer = requests[request]?.(thief);
      await verifying;
      await happens(thief.copy(instances.at(-1)?.origin));
      hasher.release();
      return { status: (await answer)?.status, thief, username };
    }

    test.each(Object.keys(requests))('gets 401 and does nothing: %s', async (request) => {
      const { status, thief, username } = await during(request, (copy) => copy.delete('/session'));
      expect(status).toBe(401);
      expect((await thief.get('/session')).status).toBe(401);
      const owner = instances[0].client();
      expect((await owner.post('/session', { username, password: PASSWORD })).status).toBe(200);
    });

    test.each(Object.keys(requests))('is done when the session goes on: %s', async (request) => {
      const { status } = await during(request, (copy) => copy.get('/session'));
      expect(status).toBe(204);
    });
  });
}
