import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser, launchBrowser } from '@tasks/testing/describe-in-browser';
import { Certificates } from '@tasks/testing/certificates';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PASSWORD, TestGateway } from '../support/test-gateway.js';
import { endTls, serveDocument, type TestServer } from '../support/two-origins.js';

const PATIENCE_MS = 60_000;
/** The attacker's host name, whose DNS entry is changed to the gateway's address after the page was loaded. */
const REBOUND_HOST = 'rebound.example';

/** A page without scripts, at the gateway's origin. */
function pageIn(folder: string): URL {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Tasks</title>');
  const files = [
    {
      path: '/index.html',
      file: 'index.html',
      contentType: 'text/html; charset=utf-8',
      etag: '"1"',
      immutable: false,
      encodings: {},
    },
  ];
  writeFileSync(join(folder, 'assets.json'), JSON.stringify({ html: '/index.html', pages: ['/'], files }));
  return pathToFileURL(`${folder}/`);
}

interface PageRequest {
  readonly method?: string;
  readonly mode?: 'no-cors';
  readonly credentials?: 'include';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Runs a function in a page; passed as text, since these sources have no DOM types. */
function run(page: Page, code: string, ...args: readonly unknown[]): Promise<unknown> {
  return page.evaluate(`(${code})(...${JSON.stringify(args)})`);
}

/** Result of a fetch in a page: a status, or the page's error. */
async function fetchIn(page: Page, url: string, init: PageRequest = {}): Promise<string> {
  const code = '(url, init) => fetch(url, init).then(({ type, status }) => `${type} ${status}`, String)';
  return String(await run(page, code, url, init));
}

/** Loads a file of another site into a page: 'loaded' or 'blocked'. */
function load(page: Page, tag: 'img' | 'script', url: string): Promise<unknown> {
  return run(
    page,
    `(tag, src) => new Promise((resolve) => {
      const element = document.createElement(tag);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('blocked');
      element.src = src;
      document.body.append(element);
    })`,
    tag,
    url,
  );
}

let names = 0;
const unique = (name: string): string => `${name}-${String(++names)}`;

const json = (body: object): PageRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describeInBrowser('other sites', () => {
  const folder = new ScratchFolder();
  let browser: Browser;
  let gateway: TestGateway;
  let attacker: TestServer;
  let context: BrowserContext;
  let own: Page;
  let api: string;

  beforeAll(async () => {
    browser = await launchBrowser(`--host-resolver-rules=MAP ${REBOUND_HOST} 127.0.0.1`);
    gateway = await TestGateway.start({}, { pageFolder: pageIn(folder.path) });
    attacker = await serveDocument('<!doctype html><title>Win a prize</title><body></body>');
    context = await browser.newContext();
    own = await context.newPage();
    const origin = gateway.origin.replace('127.0.0.1', 'localhost');
    api = `${origin}/api/v1`;
    await own.goto(origin);
    expect(await fetchIn(own, `${api}/accounts`, json({ username: 'victim', password: PASSWORD }))).toBe('basic 201');
    expect(await fetchIn(own, `${api}/tasks`, json({ name: 'mine' }))).toBe('basic 201');
  }, PATIENCE_MS);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await attacker.close();
    folder[Symbol.dispose]();
  });

  /** @param host `localhost` is another origin of the same site: the browser sends the cookies of the gateway. */
  const evil = async (host = '127.0.0.1'): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`http://${host}:${String(attacker.port)}/`);
    return page;
  };

  const openTasks = (): Promise<unknown> =>
    run(own, '(url) => fetch(url).then((response) => response.json()).then(({ open }) => open)', `${api}/tasks/counts`);

  test('cookies are HttpOnly and SameSite=Lax, and invisible to scripts', async () => {
    const cookies = await context.cookies(api);
    expect(cookies.map(({ name }) => name).sort()).toEqual(['tasks-device', 'tasks-session']);
    for (const cookie of cookies)
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: false });
    expect(await run(own, '() => document.cookie')).toBe('');
  });

  test('the page of the gateway itself may do everything', async () => {
    const before = await openTasks();
    expect(await fetchIn(own, `${api}/tasks`, json({ name: 'mine, too' }))).toBe('basic 201');
    expect(await openTasks()).toBe(Number(before) + 1);
  });

  test.each<[string, PageRequest]>([
    ['a simple POST', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"name":"theirs"}' }],
    ['a POST of JSON', { ...json({ name: 'theirs' }), credentials: 'include' }],
    ['a DELETE', { method: 'DELETE', credentials: 'include' }],
    ['a PATCH', { method: 'PATCH', credentials: 'include', body: '{}' }],
  ])('%s from another site changes nothing', async (_name, init) => {
    const before = await openTasks();
    const page = await evil();
    const outcome = await fetchIn(page, `${api}/tasks${init.method === 'DELETE' ? '?done=true' : ''}`, init);
    expect(['opaque 0', 'TypeError: Failed to fetch']).toContain(outcome);
    await page.close();
    expect(await openTasks()).toBe(before);
  });

  test('a form of another site changes nothing, and logs nobody in', async () => {
    const before = await openTasks();
    for (const [path, value] of [
      ['/tasks', '{"name":"theirs","x":"'],
      ['/session', `{"username":"attacker","password":"${PASSWORD}","x":"`],
    ] as const) {
      const page = await evil();
      await run(
        page,
        `(action, name) => {
          const form = document.createElement('form');
          Object.assign(form, { action, method: 'post', enctype: 'text/plain' });
          const input = document.createElement('input');
          Object.assign(input, { name, value: '"}' });
          form.append(input);
          document.body.append(form);
        }`,
        api + path,
        value,
      );
      const [response] = await Promise.all([
        page.waitForResponse((one) => one.url() === api + path),
        run(page, '() => document.forms[0].submit()'),
      ]);
      expect(response.status()).toBe(403);
      await page.close();
    }
    expect(await openTasks()).toBe(before);
  });

  const SPELLINGS = ['/api', '/%61pi', '/a%70i', '/ap%69', '/%61%70%69', '/%61p%69'];

  test.each(SPELLINGS)('an image of another origin at %s starts no export', async (spelling) => {
    const exports = (): number => gateway.logged.filter(({ msg }) => msg === 'account-exported').length;
    const page = await evil('localhost');
    const url = `${api.replace('/api', spelling)}/account/export`;
    const before = exports();
    expect(await load(page, 'img', url)).toBe('blocked');
    await page.close();
    const file = await run(own, '(url) => fetch(url).then((response) => response.text())', `${api}/account/export`);
    expect(file).toContain('"complete":true');
    expect(exports()).toBe(before + 1);
  });

  test.each(SPELLINGS)('Back after log-out shows no tasks of %s', async (spelling) => {
    const visitor = await browser.newContext();
    const page = await visitor.newPage();
    await page.goto(api.replace('/api/v1', '/'));
    expect(await fetchIn(page, `${api}/accounts`, json({ username: unique('visitor'), password: PASSWORD }))).toBe(
      'basic 201',
    );
    expect(await fetchIn(page, `${api}/tasks`, json({ name: 'a secret' }))).toBe('basic 201');
    const shown = await page.goto(`${api.replace('/api', spelling)}/tasks`);
    expect({ status: shown?.status(), isShown: (await page.content()).includes('a secret') }).toEqual(
      spelling === '/api' ? { status: 200, isShown: true } : { status: 400, isShown: false },
    );
    await page.goto(api.replace('/api/v1', '/'));
    expect(await fetchIn(page, `${api}/session`, { method: 'DELETE' })).toBe('basic 204');
    await page.goBack();
    expect(await page.content()).not.toContain('a secret');
    await visitor.close();
  });

  test('another site reads nothing, by fetch, image, script or event stream', async () => {
    const page = await evil();
    expect(await fetchIn(page, `${api}/tasks`, { credentials: 'include' })).toBe('TypeError: Failed to fetch');
    expect(await fetchIn(page, `${api}/tasks`, { credentials: 'include', mode: 'no-cors' })).not.toContain('200');
    expect(await load(page, 'img', `${api}/tasks`)).toBe('blocked');
    expect(await load(page, 'script', `${api}/tasks`)).toBe('blocked');
    const streams = await run(
      page,
      `(url) => new Promise((resolve) => {
        const source = new EventSource(url, { withCredentials: true });
        source.onopen = () => resolve('open');
        source.onerror = () => resolve('blocked');
      })`,
      `${api}/events`,
    );
    expect(streams).toBe('blocked');
    await page.close();
  });

  test('no other site can frame the page', async () => {
    const page = await evil();
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.url().startsWith(api.replace('/api/v1', ''))),
      run(
        page,
        `(src) => {
          const frame = document.createElement('iframe');
          frame.src = src;
          document.body.append(frame);
        }`,
        api.replace('/api/v1', '/'),
      ),
    ]);
    expect(response.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
    await page.waitForFunction("document.querySelector('iframe').contentDocument === null");
    await page.close();
  });

  test('a name whose DNS entry points to the gateway later is rejected', async () => {
    const page = await context.newPage();
    const response = await page.goto(`http://${REBOUND_HOST}:${String(gateway.port)}/`);
    expect(response?.status()).toBe(421);
    expect(await fetchIn(page, '/api/v1/tasks')).not.toContain('200');
    await page.close();
  });

  test(
    'over https, cookies are Secure and bound to one host and port',
    async () => {
      using certificates = new Certificates();
      const { certFile, keyFile } = certificates.issue('localhost', 'server');
      const secure: { gateway?: TestGateway } = {};
      const proxy = await endTls(
        { cert: readFileSync(certFile), key: readFileSync(keyFile) },
        () => secure.gateway?.port ?? 0,
      );
      const origin = `https://localhost:${String(proxy.port)}`;
      secure.gateway = await TestGateway.start({ PUBLIC_URL: origin }, { pageFolder: pageIn(folder.path) });
      const secureContext = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await secureContext.newPage();
      const response = await page.goto(origin);
      expect(response?.headers()).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'cross-origin-opener-policy': 'same-origin',
      });
      const account = json({ username: 'secure', password: PASSWORD });
      expect(await fetchIn(page, `${origin}/api/v1/accounts`, account)).toBe('basic 201');
      const cookies = await secureContext.cookies(origin);
      expect(cookies.map(({ name }) => name).sort()).toEqual(['__Host-tasks-device', '__Host-tasks-session']);
      for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
      expect(await fetchIn(page, `${origin}/api/v1/session`)).toBe('basic 200');
      const other = await secureContext.newPage();
      await other.goto(`http://localhost:${String(attacker.port)}/`);
      const stolen = await fetchIn(other, `${origin}/api/v1/tasks`, {
        method: 'POST',
        mode: 'no-cors',
        credentials: 'include',
        body: '{"name":"theirs"}',
      });
      expect(['opaque 0', 'TypeError: Failed to fetch']).toContain(stolen);
      expect(await fetchIn(page, `${origin}/api/v1/tasks/counts`)).toBe('basic 200');
      await secureContext.close();
      await secure.gateway.stop();
      await proxy.close();
    },
    PATIENCE_MS,
  );
});
