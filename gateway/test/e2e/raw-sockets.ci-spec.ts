import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HTTP_LIMITS } from '../../src/interface/http/http-limits.js';
import { answersIn, RawHttp } from '../support/raw-http.js';
import { TestGateway } from '../support/test-gateway.js';

interface Answered {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly afterMs: number;
}

const HIDDEN = 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n';
const POST = 'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Requests whose end is ambiguous between two servers. A request hidden in them must not be answered. */
const SMUGGLED: Readonly<Record<string, string>> = {
  'Content-Length and Transfer-Encoding': `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'two different lengths': `${POST}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}${HIDDEN}`,
  'a list of lengths': `${POST}Content-Length: 2, 60\r\n\r\n{}${HIDDEN}`,
  'a length with a sign': `${POST}Content-Length: +2\r\n\r\n{}${HIDDEN}`,
  'a coding that is not chunked': `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunked twice': `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunked, hidden by a tab': `${POST}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a header name with a blank': `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a folded header': `${POST}X-Folded: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a bare line feed between headers': `${POST}Content-Length: 2\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk size with a prefix': `${POST}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk size that overflows': `${POST}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk that is longer than its size': `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
  'a null byte in a header': `${POST}X-Null: a\x00b\r\nContent-Length: 2\r\n\r\n{}${HIDDEN}`,
};

describe('raw sockets', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test.each(Object.keys(SMUGGLED))('%s: one answer, 400, then the connection closes', async (name) => {
    const answers = answersIn(await RawHttp.exchange(gateway.port, SMUGGLED[name] ?? ''));
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });

  test('the same request without tricks works, and the next one after it', async () => {
    const body = JSON.stringify({ username: 'nobody', password: 'wrong' });
    const closing = HIDDEN.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const request = `${POST}Content-Length: ${String(body.length)}\r\n\r\n${body}${closing}`;
    const answers = answersIn(await RawHttp.exchange(gateway.port, request));
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
  });

  test('a chunked body works', async () => {
    const body = JSON.stringify({ username: 'nobody', password: 'wrong' });
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const request = `${POST}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`;
    expect(answersIn(await RawHttp.exchange(gateway.port, request))[0]?.status).toBe(401);
  });

  test('an absolute target must name its own host', async () => {
    const ask = async (target: string): Promise<number | undefined> => {
      const request = `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      return answersIn(await RawHttp.exchange(gateway.port, request))[0]?.status;
    };
    expect(await ask('http://localhost/api/v1/openapi.json')).not.toBe(500);
    expect(await ask('/api/v1/openapi.json')).toBe(200);
    expect(await ask('//evil.example/api/v1/session')).toBe(404);
  });

  test('headers and a body without end get 408; slow headers with an end are answered', async () => {
    const limits: Record<'headersTimeoutMs' | 'requestTimeoutMs' | 'checkIntervalMs', number> = HTTP_LIMITS;
    const shorter = { headersTimeoutMs: 5_000, requestTimeoutMs: 8_000, checkIntervalMs: 200 };
    const replaced = Object.entries(shorter).map(([name, ms]) =>
      jest.replaceProperty(limits, name as keyof typeof shorter, ms),
    );
    const strict = await TestGateway.start().finally(() => {
      for (const limit of replaced) limit.restore();
    });
    try {
      const open = (): Promise<RawHttp> => RawHttp.open(strict.port);
      const [headers, body, good] = [await open(), await open(), await open()];
      headers.write('GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
      body.write(`${POST}Content-Length: 1000\r\n\r\n{`);
      good.write('GET /api/v1/openapi.json HTTP/1.1\r\n');
      const startMs = performance.now();
      const answered = async (raw: RawHttp, piece: string): Promise<Answered> => {
        const timer = setInterval(() => {
          raw.write(piece);
        }, 100);
        const [answer] = answersIn(await raw.untilClosed());
        clearInterval(timer);
        return { status: answer?.status, type: answer?.headers['content-type'], afterMs: performance.now() - startMs };
      };
      const slow = Promise.all([answered(headers, 'x'), answered(body, ' ')]);
      await delay(500);
      good.write('Host: localhost\r\nConnection: close\r\n\r\n');
      expect(answersIn(await good.untilClosed())[0]?.status).toBe(200);
      const [ofHeaders, ofBody] = await slow;
      expect(ofHeaders).toMatchObject({ status: 408, type: 'application/problem+json' });
      expect(ofBody).toMatchObject({ status: 408 });
      expect(ofBody.afterMs).toBeGreaterThan(ofHeaders.afterMs);
      // By itself, Node would wait for one and five minutes.
      expect(ofBody.afterMs).toBeLessThan(30_000);
    } finally {
      await strict.stop();
    }
  });

  test('a thousand pipelined requests on one connection are all answered, in order', async () => {
    const request = 'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const answers = answersIn(await RawHttp.exchange(gateway.port, request.repeat(999) + last));
    expect(answers).toHaveLength(1_000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  });

  const ASK = 'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const halfSent: RawHttp[] = [];

  async function openHalf(port: number, address: string): Promise<void> {
    const raw = await RawHttp.open(port, address);
    raw.write('GET /api/v1/session HTTP/1.1\r\nX-Slow: ');
    halfSent.push(raw);
  }

  /** The status that a new connection from this address gets; undefined if it is closed. */
  async function statusFrom(port: number, address: string): Promise<number | undefined> {
    const raw = await RawHttp.open(port, address);
    raw.write(ASK);
    return answersIn(await raw.untilClosed())[0]?.status;
  }

  test('half-sent headers of one address keep nobody out, not even at the same address', async () => {
    const small = await TestGateway.start({ GATEWAY_MAX_CONNECTIONS: '10' });
    const kept = await RawHttp.open(small.port, '127.0.0.3');
    kept.write(ASK.replace('Connection: close\r\n', ''));
    await kept.until(/HTTP\/1\.1 401/);
    for (let round = 0; round < 10; round++) {
      for (let n = 0; n < 20; n++) await openHalf(small.port, '127.0.0.9');
      expect(await statusFrom(small.port, '127.0.0.2')).toBe(401);
      expect(await statusFrom(small.port, '127.0.0.9')).toBe(401);
    }
    kept.write(ASK);
    expect(answersIn(await kept.untilClosed())).toHaveLength(2);
    for (const raw of halfSent.splice(0)) raw.close();
    await small.stop();
  });

  test('connections of a trusted proxy are closed for no other network', async () => {
    const small = await TestGateway.start({ GATEWAY_MAX_CONNECTIONS: '4', TRUSTED_PROXIES: '127.0.0.8' });
    const user = await small.user();
    const cookie = [...user.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const running: { readonly raw: RawHttp; readonly release: () => void }[] = [];
    for (let n = 0; n < 4; n++) {
      const [raw, release] = [await RawHttp.open(small.port, '127.0.0.8'), small.tasks.hold()];
      running.push({ raw, release });
      raw.write(ASK.replace('session', 'tasks').replace('Host: localhost', `Host: localhost\r\nCookie: ${cookie}`));
      await small.tasks.reached();
    }
    for (let n = 0; n < 10; n++) await openHalf(small.port, '127.0.0.9');
    expect(await statusFrom(small.port, '127.0.0.2')).toBeUndefined();
    for (const { release } of running) release();
    for (const { raw } of running) expect(answersIn(await raw.untilClosed())[0]?.status).toBe(200);
    expect(await statusFrom(small.port, '127.0.0.2')).toBe(401);
    for (const raw of halfSent.splice(0)) raw.close();
    await small.stop();
  });
});
