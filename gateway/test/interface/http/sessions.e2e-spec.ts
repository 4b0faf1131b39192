import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

const NEW_PASSWORD = 'another horse battery staple';

describe('sessions', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test('sign-up logs in and shows the recovery code', async () => {
    const client = gateway.client();
    const { status, body } = await client.post('/accounts', { username: 'Grace', password: PASSWORD });
    expect(status).toBe(201);
    expect(body).toEqual({
      account: { id: expect.stringMatching(/^[\da-f]{32}$/), username: 'Grace', createdOn: expect.any(String) },
      recoveryCode: expect.any(String),
    });
    expect((await client.get('/session')).body.account).toMatchObject({ username: 'Grace' });
  });

  test('a name is taken in any case', async () => {
    await gateway.user('taken');
    const { status, body } = await gateway.client().post('/accounts', { username: 'TAKEN', password: PASSWORD });
    expect({ status, type: body.type }).toEqual({ status: 409, type: 'urn:tasks:problem:username-taken' });
  });

  test('SIGN_UP=closed rejects every sign-up', async () => {
    const closed = await TestGateway.start({ SIGN_UP: 'closed' });
    const { status, body } = await closed.client().post('/accounts', { username: 'someone', password: PASSWORD });
    await closed.stop();
    expect({ status, type: body.type }).toEqual({ status: 403, type: 'urn:tasks:problem:sign-up-closed' });
  });

  test('the rules for accounts are known before a sign-up', async () => {
    const { body } = await gateway.client().get('/accounts/rules');
    expect(body).toEqual({ signUp: 'open', passwordMinLength: 15 });
    const closed = await TestGateway.start({ SIGN_UP: 'closed', PASSWORD_MIN_LENGTH: '20' });
    const { body: other } = await closed.client().get('/accounts/rules');
    await closed.stop();
    expect(other).toEqual({ signUp: 'closed', passwordMinLength: 20 });
  });

  test('log-in answers a wrong password and an unknown name identically', async () => {
    await gateway.user('known');
    const wrong = await gateway.client().post('/session', { username: 'known', password: 'wrong' });
    const unknown = await gateway.client().post('/session', { username: 'unknown', password: 'wrong' });
    expect(wrong.status).toBe(401);
    expect({ ...wrong.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect([...wrong.headers.keys()]).toEqual([...unknown.headers.keys()]);
  });

  test('every log-in gets a new token', async () => {
    const client = await gateway.user('fixation');
    const before = client.cookies.get('tasks-session');
    await client.post('/session', { username: 'fixation', password: PASSWORD });
    expect(client.cookies.get('tasks-session')).not.toBe(before);
    const planted = gateway.client();
    planted.cookies.set('tasks-session', 'planted-by-somebody-else');
    await planted.post('/session', { username: 'fixation', password: PASSWORD });
    expect(planted.cookies.get('tasks-session')).not.toBe('planted-by-somebody-else');
  });

  test('log-out ends the session, clears storage and keeps the device', async () => {
    const client = await gateway.user();
    const copy = client.copy();
    const { status, headers } = await client.delete('/session');
    expect(status).toBe(204);
    expect(headers.get('clear-site-data')).toBe('"storage"');
    expect([...client.cookies.keys()]).toEqual(['tasks-device']);
    expect((await copy.get('/session')).status).toBe(401);
  });

  test('lists sessions and ends one, or all others', async () => {
    const first = await gateway.user('several');
    const [second, third] = [gateway.client(), gateway.client()];
    for (const client of [second, third]) await client.post('/session', { username: 'several', password: PASSWORD });
    const sessions = (await first.get('/sessions')).body.items as { id: string; current: boolean }[];
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, false, true]);
    const { id } = (await second.get('/session')).body.session as { id: string };
    expect((await first.delete(`/sessions/${id}`)).status).toBe(204);
    expect((await second.get('/session')).status).toBe(401);
    expect((await third.get('/session')).status).toBe(200);
    expect((await first.delete('/sessions')).status).toBe(204);
    expect((await third.get('/session')).status).toBe(401);
    expect((await first.get('/session')).status).toBe(200);
  });

  test('a new password ends other sessions and renews this one', async () => {
    const client = await gateway.user('changing');
    const other = gateway.client();
    await other.post('/session', { username: 'changing', password: PASSWORD });
    const old = client.copy();
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    expect((await client.put('/account/password', { ...change, currentPassword: 'wrong' })).status).toBe(403);
    expect((await client.put('/account/password', change)).status).toBe(204);
    expect((await client.get('/session')).status).toBe(200);
    expect((await old.get('/session')).status).toBe(401);
    expect((await other.get('/session')).status).toBe(401);
    expect((await other.post('/session', { username: 'changing', password: NEW_PASSWORD })).status).toBe(200);
  });

  test('the recovery code works once and gives another', async () => {
    const client = gateway.client();
    const { body } = await client.post('/accounts', { username: 'forgetful', password: PASSWORD });
    const recovery = { username: 'forgetful', recoveryCode: body.recoveryCode, newPassword: NEW_PASSWORD };
    const stranger = gateway.client();
    const recovered = await stranger.post('/session/recovery', recovery);
    expect(recovered.status).toBe(200);
    expect(recovered.body.recoveryCode).not.toBe(body.recoveryCode);
    expect((await client.get('/session')).status).toBe(401);
    expect((await stranger.get('/session')).status).toBe(200);
    expect((await gateway.client().post('/session/recovery', recovery)).status).toBe(401);
  });

  test('an operation with recent confirmation asks for the password once', async () => {
    let now = new Date();
    const later = await TestGateway.start({}, { now: () => now });
    const client = await later.user();
    now = new Date(now.getTime() + 11 * 60_000);
    const rejected = await client.post('/account/recovery-code');
    expect({ status: rejected.status, type: rejected.body.type }).toEqual({
      status: 403,
      type: 'urn:tasks:problem:confirmation-required',
    });
    expect((await client.post('/session/confirmation', { password: 'wrong' })).status).toBe(403);
    expect((await client.post('/session/confirmation', { password: PASSWORD })).status).toBe(204);
    expect((await client.post('/account/recovery-code')).status).toBe(200);
    await later.stop();
  });

  test('failures slow down a name, existing or not', async () => {
    for (const username of ['slow-known', 'slow-unknown']) {
      if (username === 'slow-known') await gateway.user(username);
      const statuses: number[] = [];
      for (let i = 0; i < 6; i++) {
        statuses.push((await gateway.client().post('/session', { username, password: 'wrong' })).status);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      const { headers } = await gateway.client().post('/session', { username, password: 'wrong' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test('a deleted account can not log in any more', async () => {
    const client = await gateway.user('leaving');
    expect((await client.delete('/account', { password: 'wrong' })).status).toBe(403);
    const { status, headers } = await client.delete('/account', { password: PASSWORD });
    expect(status).toBe(204);
    expect(headers.get('clear-site-data')).toBe('"storage"');
    const again = await gateway.client().post('/session', { username: 'leaving', password: PASSWORD });
    expect(again.status).toBe(401);
  });
});

describe('cookies', () => {
  const cookiesOf = async (variables: Readonly<Record<string, string>>, headers = {}): Promise<string[]> => {
    const gateway = await TestGateway.start(variables);
    const answer = await gateway.client().post('/accounts', { username: 'baker', password: PASSWORD }, { headers });
    await gateway.stop();
    expect(answer.status).toBe(201);
    return answer.headers.getSetCookie();
  };

  test('over http they are HttpOnly and SameSite', async () => {
    const [session, device] = await cookiesOf({});
    expect(session).toMatch(
      /^tasks-session=[0-9a-f]{32}\.[\w-]{43}; Max-Age=25\d{5}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(device).toMatch(/^tasks-device=[\w-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('over https they are Secure and belong to this very host', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', 'x-test': '1' };
    const gateway = await TestGateway.start({ PUBLIC_URL: 'https://tasks.example' });
    const { getSetCookies, hsts } = await signUpBehindTls(gateway, headers);
    await gateway.stop();
    expect(getSetCookies[0]).toMatch(
      /^__Host-tasks-session=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(getSetCookies[1]).toMatch(
      /^__Host-tasks-device=[\w-]+; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(hsts).toBe('max-age=31536000');
  });
});

/** As forwarded by a proxy that terminates TLS. */
async function signUpBehindTls(
  gateway: TestGateway,
  headers: Readonly<Record<string, string>>,
): Promise<{ getSetCookies: string[]; hsts: string | undefined }> {
  const { request } = await import('node:http');
  const body = JSON.stringify({ username: 'baker', password: PASSWORD });
  return new Promise((resolve, reject) => {
    request(
      {
        port: gateway.port,
        method: 'POST',
        path: '/api/v1/accounts',
        headers: {
          host: 'tasks.example',
          'content-type': 'application/json',
          'content-length': body.length,
          ...headers,
        },
      },
      (response) => {
        response.resume().once('end', () => {
          resolve({
            getSetCookies: response.headers['set-cookie'] ?? [],
            hsts: response.headers['strict-transport-security'],
          });
        });
      },
    )
      .once('error', reject)
      .end(body);
  });
}
