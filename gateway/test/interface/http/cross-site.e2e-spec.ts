import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answersIn, RawHttp } from '../../support/raw-http.js';
import { TestGateway } from '../../support/test-gateway.js';

interface Case {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

const COOKIE = { cookie: 'tasks-session=none' };

/** Log-ins with wrong credentials: 401 means that the request passed the gate. */
const CASES: readonly Case[] = [
  { name: 'from the same origin', headers: { 'sec-fetch-site': 'same-origin' }, status: 401 },
  { name: 'typed by the user', headers: { 'sec-fetch-site': 'none' }, status: 401 },
  { name: 'from the same site', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { name: 'from another site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  {
    name: 'from another site with our Origin',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'OWN' },
    status: 403,
  },
  {
    name: 'from the same origin with any Origin',
    headers: { 'sec-fetch-site': 'same-origin', origin: 'null' },
    status: 401,
  },
  { name: 'with our Origin', headers: { origin: 'OWN' }, status: 401 },
  { name: 'with another Origin', headers: { origin: 'https://evil.example' }, status: 403 },
  { name: 'with another port in Origin', headers: { origin: 'http://127.0.0.1:1' }, status: 403 },
  { name: 'with another scheme in Origin', headers: { origin: 'OWN-HTTPS' }, status: 403 },
  { name: 'with the Origin null', headers: { origin: 'null' }, status: 403 },
  { name: 'without both, with a cookie', headers: COOKIE, status: 403 },
  { name: 'without both, without a cookie', headers: {}, status: 401 },
];

describe('cross-site requests', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test.each(CASES)('a POST $name gets $status', async ({ headers, status }) => {
    expect(await send('POST', '/api/v1/session', headers)).toBe(status);
  });

  test.each(['cross-site', 'same-site'])('a GET of the API from %s gets 403', async (site) => {
    expect(await send('GET', '/api/v1/session', { 'sec-fetch-site': site })).toBe(403);
    expect(await send('GET', '/api/v1/session', { 'sec-fetch-site': 'same-origin' })).toBe(401);
  });

  /** Spellings of the API that the router takes for it. */
  const SPELLINGS = ['/%61pi', '/a%70i', '/ap%69', '/%61%70%69', '/%61p%69', 'http://HOST/%61pi'];

  test.each(SPELLINGS)('%s is 400: another site reads no task and starts no export', async (prefix) => {
    const { cookies } = await gateway.user();
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const path = prefix.replace('HOST', gateway.origin.slice('http://'.length));
    for (const rest of ['/v1/tasks', '/v1/account/export', '/v1/session']) {
      for (const site of ['cross-site', 'same-origin']) {
        const { status, headers } = await exchange('GET', path + rest, { cookie, 'sec-fetch-site': site });
        expect({ status, cache: headers['cache-control'] }).toEqual({ status: 400, cache: 'no-store' });
      }
    }
    expect(await send('GET', '/api/v1/tasks', { cookie, 'sec-fetch-site': 'same-origin' })).toBe(200);
    const exports = gateway.logged.filter(({ msg }) => msg === 'account-exported');
    expect(exports).toEqual([]);
  });

  test.each(['/api/v1/%73ession', '/api/v1/session%2Dx', '/%7e', '/%5F', '/%39', '/%2E%2e/api/v1/session'])(
    '%s is 400: it encodes a character that needs no encoding',
    async (path) => {
      expect(await send('GET', path, { 'sec-fetch-site': 'same-origin' })).toBe(400);
    },
  );

  test.each(['/api/v1/session?%61=b', '/api%2Fv1/session', '/api/v1/%C3%A9', '/a%20b'])(
    '%s is not: the query may encode anything, and the path what needs it',
    async (path) => {
      expect([401, 404]).toContain(await send('GET', path, { 'sec-fetch-site': 'same-origin' }));
    },
  );

  test('whatever has a route and is no asset is closed to other sites, whatever its method', async () => {
    const protectedPaths = gateway.paths.filter((path) => path !== '*').map((path) => path.replaceAll(/:\w+/g, 'x'));
    for (const path of protectedPaths) {
      for (const method of ['GET', 'OPTIONS', 'QUERY']) {
        const status = await send(method, path, { 'sec-fetch-site': 'cross-site' });
        expect({ method, path, status }).toEqual({ method, path, status: 403 });
      }
    }
    expect(protectedPaths.length).toBeGreaterThan(15);
  });

  test('a link from another site opens the page', async () => {
    expect(await send('GET', '/somewhere', { 'sec-fetch-site': 'cross-site' })).toBe(404);
  });

  test('a token needs no other check', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', authorization: 'Bearer tasks_none' };
    expect(await send('DELETE', '/api/v1/tasks?done=true', headers)).toBe(401);
  });

  test('no answer can be read by other origins', async () => {
    const { headers } = await gateway.client().get('/session', { headers: { origin: 'https://evil.example' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  async function send(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
    return (await exchange(method, path, headers)).status;
  }

  async function exchange(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>> }> {
    const own = gateway.origin;
    const values = { OWN: own, 'OWN-HTTPS': own.replace('http:', 'https:') } as Readonly<Record<string, string>>;
    const body = method === 'POST' ? '{"username":"nobody","password":"wrong"}' : '';
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${own.slice('http://'.length)}`,
      'Connection: close',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${values[value] ?? value}`),
      ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${String(body.length)}`]),
    ];
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, `${lines.join('\r\n')}\r\n\r\n${body}`));
    return answer ?? { status: 0, headers: {} };
  }
});

describe('hosts', () => {
  const ask = async (gateway: TestGateway, host: string): Promise<number> => {
    const request = `GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    return answersIn(await RawHttp.exchange(gateway.port, request))[0]?.status ?? 0;
  };

  test.each([
    ['localhost', 401],
    ['LOCALHOST:8080', 401],
    ['127.0.0.1:8080', 401],
    ['192.168.1.20', 401],
    ['[::1]:8080', 401],
    ['tasks.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['evil.example#localhost', 421],
  ])('without PUBLIC_URL %s gets %i', async (host, status) => {
    const gateway = await TestGateway.start();
    expect(await ask(gateway, host)).toBe(status);
    await gateway.stop();
  });

  test.each([
    ['tasks.example', 401],
    ['Tasks.Example:443', 401],
    ['tasks.example:8443', 421],
    ['localhost', 421],
    ['127.0.0.1', 421],
    ['other.example', 421],
  ])('with PUBLIC_URL %s gets %i', async (host, status) => {
    const gateway = await TestGateway.start({ PUBLIC_URL: 'https://tasks.example' });
    expect(await ask(gateway, host)).toBe(status);
    await gateway.stop();
  });

  test('two Host headers get 400', async () => {
    const gateway = await TestGateway.start();
    const request = 'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(answersIn(await RawHttp.exchange(gateway.port, request))[0]?.status).toBe(400);
    await gateway.stop();
  });

  test('the 403 names PUBLIC_URL', async () => {
    const gateway = await TestGateway.start();
    const { body } = await gateway.client().post('/session', {}, { headers: { origin: 'http://tasks.home' } });
    expect(body.detail).toContain('PUBLIC_URL');
    await gateway.stop();
  });
});
