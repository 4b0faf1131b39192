import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answersIn, RawHttp } from '../../support/raw-http.js';
import { TestGateway } from '../../support/test-gateway.js';

const HTML = '<!doctype html><title>Tasks</title>';
const SCRIPT = 'export {};'.repeat(100);

describe('page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-page-'));
  let gateway: TestGateway;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), HTML);
    writeFileSync(join(folder, 'assets/app-1.js'), SCRIPT);
    writeFileSync(join(folder, 'assets/app-1.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, 'assets/app-1.js.gz'), gzipSync(SCRIPT));
    const [contentType, encodings] = ['text/html; charset=utf-8', {}];
    const list = {
      html: '/index.html',
      pages: ['/', '/login'],
      files: [
        { path: '/index.html', file: 'index.html', contentType, etag: '"html"', immutable: false, encodings },
        {
          path: '/assets/app-1.js',
          file: 'assets/app-1.js',
          contentType: 'text/javascript; charset=utf-8',
          etag: '"script"',
          immutable: true,
          encodings: { br: { file: 'assets/app-1.js.br' }, gzip: { file: 'assets/app-1.js.gz' } },
        },
      ],
    };
    writeFileSync(join(folder, 'assets.json'), JSON.stringify(list));
    gateway = await TestGateway.start({}, { pageFolder: pathToFileURL(`${folder}/`) });
  });

  afterAll(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(gateway.origin + path, { headers });

  test.each(['/', '/login', '/index.html'])('%s is the document, without caching', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(HTML);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(response.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
  ])('Accept-Encoding %s gets %s', async (accepted, encoding) => {
    const response = await get('/assets/app-1.js', { 'accept-encoding': accepted });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe(SCRIPT);
    const etag = response.headers.get('etag') ?? '';
    const again = await get('/assets/app-1.js', { 'accept-encoding': accepted, 'if-none-match': etag });
    expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
  });

  test.each(['', '\r\nHost:', '\r\nHost: evil.example'])(
    'is not returned for requests with %j instead of a host',
    async (host) => {
      const text = await RawHttp.exchange(gateway.port, `GET / HTTP/1.1${host}\r\nConnection: close\r\n\r\n`);
      const [answer] = answersIn(text);
      expect(answer?.status).toBe(host.endsWith('e') ? 421 : 400);
      expect(answer?.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer?.headers['cache-control']).toBe('no-store');
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: answer?.status });
    },
  );

  test.each([
    ['evil.example', 421],
    ['localhost', 404],
  ])('OPTIONS * for %s is %i, with the headers of every answer', async (host, status) => {
    const request = `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const [answer] = answersIn(await RawHttp.exchange(gateway.port, request));
    expect(answer).toMatchObject({ status, headers: { 'x-content-type-options': 'nosniff' } });
  });

  test("a browser's request for an unknown page gets the document with 404", async () => {
    const response = await get('/nowhere', { accept: 'text/html,*/*;q=0.8' });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 404, text: HTML });
    expect((await get('/nowhere', { accept: 'application/json' })).headers.get('content-type')).toContain(
      'problem+json',
    );
    expect((await get('/api/v1/nowhere', { accept: 'text/html' })).headers.get('content-type')).toContain(
      'problem+json',
    );
  });

  test.each(['/assets/../assets.json', '/assets.json', '/assets/%2e%2e/assets.json', '/package.json'])(
    '%s is not served',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('an asset is open to links of other sites, an answer that is none is not to be stored', async () => {
    for (const path of ['/', '/assets/app-1.js', '/nowhere']) {
      const { status, headers } = await get(path, { 'sec-fetch-site': 'cross-site', accept: 'text/html' });
      expect({ path, status }).toEqual({ path, status: path === '/nowhere' ? 404 : 200 });
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    }
    for (const path of ['/nowhere', '/api/v1/tasks', '/api/v1/nowhere', '/%6cogin']) {
      const { headers } = await get(path, { 'sec-fetch-site': 'same-origin' });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; base-uri 'none'/);
    }
  });

  test('other methods get 405', async () => {
    const { status, headers } = await fetch(`${gateway.origin}/login`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD' });
  });
});
