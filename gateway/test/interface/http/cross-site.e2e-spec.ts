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
    return answer?.status ?? 0;
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
