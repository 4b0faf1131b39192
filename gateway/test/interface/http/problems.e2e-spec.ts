import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answersIn, RawHttp } from '../../support/raw-http.js';
import { TaskServiceError } from '../../../src/application/tasks/task-service.error.js';
import { AccountError } from '../../../src/domain/account.errors.js';
import { ScryptPasswordHasher } from '../../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

/** Headers of every answer, from any source. */
const SECURITY_HEADERS = [
  'content-security-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'x-content-type-options',
];

const long = 'x'.repeat(20_000);

/** Requests that fail before a handler, and their answers. `body` is sent with its length. */
const CASES: readonly { name: string; request: string; body?: string; status: number; kind: string }[] = [
  { name: 'bytes that are not HTTP', request: '\x16\x03\x01\x02\x00\r\n\r\n', status: 400, kind: 'malformed-request' },
  {
    name: 'a path with broken percent-encoding',
    request: 'GET /api/v1/%zz HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  { name: 'no Host header', request: 'GET /api/v1/session HTTP/1.1\r\nHost:', status: 400, kind: 'malformed-request' },
  {
    name: 'broken JSON',
    request: 'POST /api/v1/session HTTP/1.1',
    body: '{"username":',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'JSON that is not UTF-8',
    request: 'POST /api/v1/session HTTP/1.1',
    body: '{"username":"\xff\xfe"}',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'JSON with a prototype',
    request: 'POST /api/v1/session HTTP/1.1',
    body: '{"__proto__":{"a":1}}',
    status: 400,
    kind: 'malformed-request',
  },
  { name: 'an empty body', request: 'POST /api/v1/session HTTP/1.1', body: '', status: 400, kind: 'malformed-request' },
  { name: 'no body', request: 'POST /api/v1/session HTTP/1.1', status: 400, kind: 'malformed-request' },
  { name: 'an unknown address', request: 'GET /api/v1/nothing HTTP/1.1', status: 404, kind: 'not-found' },
  { name: 'an unknown address beside the API', request: 'GET /nothing HTTP/1.1', status: 404, kind: 'not-found' },
  {
    name: 'a method that the resource lacks',
    request: 'PUT /api/v1/tasks HTTP/1.1',
    status: 405,
    kind: 'method-not-allowed',
  },
  {
    name: 'a method that nobody has',
    request: 'PROPFIND /api/v1/tasks HTTP/1.1',
    status: 501,
    kind: 'not-implemented',
  },
  {
    name: 'a body over 32 KiB',
    request: 'POST /api/v1/session HTTP/1.1',
    body: `{"username":"${'x'.repeat(33_000)}"}`,
    status: 413,
    kind: 'body-too-large',
  },
  {
    name: 'a path over 8 KiB',
    request: `GET /api/v1/tasks?text=${'x'.repeat(9_000)} HTTP/1.1`,
    status: 414,
    kind: 'uri-too-long',
  },
  {
    name: 'a path parameter over 128 bytes',
    request: `GET /api/v1/tasks/${'x'.repeat(200)} HTTP/1.1`,
    status: 414,
    kind: 'uri-too-long',
  },
  {
    name: 'a form',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded',
    body: 'a=1',
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'plain text',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Type: text/plain',
    body: '{}',
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'a merge patch where nothing is patched',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/merge-patch+json',
    body: '{}',
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'an expectation',
    request: 'GET /api/v1/session HTTP/1.1\r\nExpect: a-miracle',
    status: 417,
    kind: 'expectation-failed',
  },
  {
    name: 'another host',
    request: 'GET /api/v1/session HTTP/1.1\r\nHost: evil.example',
    status: 421,
    kind: 'wrong-host',
  },
  {
    name: 'an unknown member',
    request: 'POST /api/v1/session HTTP/1.1',
    body: '{"username":"a","password":"b","c":1}',
    status: 422,
    kind: 'invalid',
  },
  {
    name: 'no Host header beside the API',
    request: 'GET / HTTP/1.1\r\nHost:',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'two types',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json\r\nContent-Type: text/plain',
    body: '{}',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'two Authorization headers',
    request: 'GET /api/v1/session HTTP/1.1\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'two session cookies',
    request: 'GET /api/v1/session HTTP/1.1\r\nCookie: tasks-session=a; b=c; tasks-session=d',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'two Cookie headers with a session each',
    request: 'GET /api/v1/session HTTP/1.1\r\nCookie: tasks-session=a\r\nCookie: tasks-session=d',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'a fragment',
    request: 'GET /api/v1/openapi.json#x HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'a query with broken percent-encoding',
    request: 'GET /api/v1/openapi.json?text=%zz HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'a query that is not UTF-8',
    request: 'GET /api/v1/openapi.json?text=%ff HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'a query with bytes beyond ASCII',
    request: 'GET /api/v1/openapi.json?text=Ã© HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'an absolute target for another host',
    request: 'GET http://evil.example/api/v1/openapi.json HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'an absolute target with a name before the host',
    request: 'GET http://localhost@evil.example/api/v1/openapi.json HTTP/1.1',
    status: 400,
    kind: 'malformed-request',
  },
  {
    name: 'a compressed body',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Encoding: gzip',
    body: '{}',
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'a body in another charset',
    request: 'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json; charset=utf-16',
    body: '{}',
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'a transfer coding beside chunked',
    request: 'POST /api/v1/session HTTP/1.1\r\nTransfer-Encoding: gzip, chunked',
    status: 501,
    kind: 'not-implemented',
  },
  {
    name: 'headers over 16 KiB',
    request: `GET /api/v1/session HTTP/1.1\r\nX-Long: ${long}`,
    status: 431,
    kind: 'headers-too-large',
  },
];

describe('problem details', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test.each(CASES)('$status for $name', async ({ request, body, status, kind }) => {
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, whole(request, body)));
    expect({ status: answer?.status, type: answer?.headers['content-type']?.split(';')[0] }).toEqual({
      status,
      type: 'application/problem+json',
    });
    const problem = JSON.parse(answer?.body ?? '') as Record<string, unknown>;
    expect(problem).toMatchObject({ type: `urn:tasks:problem:${kind}`, status });
    expect(problem.instance).toMatch(/^urn:uuid:[\da-f-]{36}$/);
    expect(Object.keys(answer?.headers ?? {})).toEqual(expect.arrayContaining(SECURITY_HEADERS));
    expect(answer?.headers['cache-control']).toBe('no-store');
  });

  test.each([
    ['an absolute target', 'GET http://localhost/api/v1/openapi.json HTTP/1.1'],
    ['an absolute target with the port', 'GET http://localhost:80/api/v1/openapi.json HTTP/1.1'],
    ['an encoded query', 'GET /api/v1/openapi.json?text=%C3%A9+%25 HTTP/1.1'],
    [
      'a cookie of that name over https',
      'GET /api/v1/openapi.json HTTP/1.1\r\nCookie: __Host-tasks-session=a; tasks-session=b',
    ],
    ['the identity coding', 'GET /api/v1/openapi.json HTTP/1.1\r\nContent-Encoding: identity'],
  ])('200 for %s', async (_name, request) => {
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, whole(request, undefined)));
    expect(answer?.status).toBe(200);
    expect(answer?.headers['cache-control']).toBe('no-store');
  });

  test('UTF-8 may be named as charset', async () => {
    const request = 'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json; charset="UTF-8"';
    const body = '{"username":"nobody","password":"wrong"}';
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, whole(request, body)));
    expect(answer?.status).toBe(401);
  });

  test('405 names the existing methods', async () => {
    const { headers } = await gateway.client().put('/tasks', {});
    expect(headers.get('allow')).toBe('DELETE, GET, HEAD, POST');
  });

  test('422 names every invalid value', async () => {
    const { status, body } = await gateway.client().post('/session', { username: 7, extra: true });
    expect({ status, detail: body.detail }).toEqual({
      status: 422,
      detail: 'body /username: must be a string, and 2 more.',
    });
    expect(body.errors).toEqual([
      expect.objectContaining({ in: 'body', pointer: '/username', code: 'type' }),
      expect.objectContaining({ in: 'body', pointer: '/password', code: 'type' }),
      expect.objectContaining({ in: 'body', pointer: '/extra', code: 'unknown-member' }),
    ]);
  });

  test.each([
    ['{"username":"a",}', 'The body is not valid JSON at position 16.'],
    ['{"username":', 'The body is not valid JSON.'],
    ['{"__proto__":{}}', 'The body has a member that is not allowed: __proto__ or constructor.prototype.'],
    ['\xef\xbb\xbf{"__proto__":{}}', 'The body has a member that is not allowed: __proto__ or constructor.prototype.'],
    [' \r\n', 'The body is empty.'],
    ['\xef\xbb\xbf', 'The body is empty.'],
  ])('400 for the body %j: %s', async (body, detail) => {
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, whole('POST /api/v1/session HTTP/1.1', body)));
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 400, detail });
  });

  test.each([[[]], [null], ['text'], [7]])('422 for the JSON %j, which is no object', async (json) => {
    const [answer] = answersIn(
      await RawHttp.exchange(gateway.port, whole('POST /api/v1/session HTTP/1.1', JSON.stringify(json))),
    );
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      status: 422,
      detail: 'body: must be an object.',
      errors: [{ in: 'body', pointer: '', code: 'type', detail: 'must be an object' }],
    });
  });

  test('422 names the rule that a username and a password break', async () => {
    const { status, body } = await gateway.client().post('/accounts', { username: 'a b', password: 'short' });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { in: 'body', pointer: '/username', code: 'characters', detail: expect.any(String) },
      { in: 'body', pointer: '/password', code: 'too-short', detail: expect.any(String), limit: 15 },
    ]);
    expect(body.detail).toBe('body /username: has characters that are not allowed, and 1 more.');
  });

  test('422 names the field of a token that breaks a rule, and 201 for one that breaks none', async () => {
    const user = await gateway.user();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const token = { name: 'calendar', scopes: ['tasks:read'], expiresAt };
    const { status, body } = await user.post('/tokens', { ...token, expiresAt: '2020-01-01T00:00:00Z' });
    expect({ status, detail: body.detail }).toEqual({ status: 422, detail: 'body /expiresAt: must be in the future.' });
    expect((await user.post('/tokens', token)).status).toBe(201);
  });

  test('401 names the ways to authenticate', async () => {
    const nobody = await gateway.client().get('/tasks');
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer realm="tasks"');
    const stranger = await gateway.client().get('/tasks', { headers: { authorization: 'Bearer tasks_wrong' } });
    expect(stranger.headers.get('www-authenticate')).toBe('Bearer realm="tasks", error="invalid_token"');
  });

  test('values that the task service rejects are those of the query where there is no body', async () => {
    const user = await gateway.user();
    gateway.tasks.failure = new TaskServiceError('INVALID', 'today must be a day');
    const [read, added] = [await user.get('/lists?today=2026-12-01'), await user.post('/tasks', { name: 'milk' })];
    gateway.tasks.failure = undefined;
    expect(read.body).toMatchObject({ status: 422, errors: [{ in: 'query', detail: 'today must be a day' }] });
    expect(added.body).toMatchObject({ status: 422, errors: [{ in: 'body' }] });
  });

  test('an unforeseen error is 500, its cause in the log and not in the answer', async () => {
    const user = await gateway.user();
    gateway.tasks.failure = new Error('The secret cause');
    const { status, text, body } = await user.get('/tasks');
    gateway.tasks.failure = undefined;
    expect(status).toBe(500);
    expect(text).not.toContain('secret cause');
    const line = gateway.logged.find(({ instance }) => instance === body.instance);
    expect(JSON.stringify(line)).toContain('The secret cause');
  });

  test('a full password queue is logged once a second, without a stack', async () => {
    const full = await TestGateway.start({}, { hasher: new FullHasher() });
    const lines = (): number => full.logged.filter(({ problem }) => problem === 'unavailable').length;
    const startMs = performance.now();
    const attempts = Array.from({ length: 20 }, (_, n) =>
      full.client().post('/session', { username: `nobody-${String(n)}`, password: PASSWORD }),
    );
    const answers = await Promise.all(attempts);
    const seconds = Math.ceil((performance.now() - startMs) / 1_000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
    expect(lines()).toBeGreaterThanOrEqual(1);
    expect(lines()).toBeLessThanOrEqual(seconds);
    expect(JSON.stringify(full.logged)).not.toContain('AccountError');
    await full.stop();
  });

  test('a valid request to the same server works', async () => {
    expect((await (await gateway.user()).get('/tasks')).status).toBe(200);
  });
});

class FullHasher extends ScryptPasswordHasher {
  override verify(): Promise<never> {
    return Promise.reject(new AccountError('BUSY', { retryAfterSeconds: 2 }));
  }
}

/** Adds a host and a JSON type unless given, and closes the connection afterwards. */
function whole(request: string, body: string | undefined): string {
  if (!request.includes(' HTTP/1.1')) return request;
  const lines = [request];
  if (!/\r\nHost:/i.test(request)) lines.push('Host: localhost');
  if (body !== undefined && !/content-type:/i.test(request)) lines.push('Content-Type: application/json');
  if (body !== undefined) lines.push(`Content-Length: ${String(body.length)}`);
  return `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body ?? ''}`;
}
