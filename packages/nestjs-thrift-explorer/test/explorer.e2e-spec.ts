import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ThriftServer } from 'nestjs-thrift';
import type { Description } from '../src/description.js';
import { HTTP_LIMITS } from '../src/http-listener.js';
import { ThriftExplorer } from '../src/index.js';
import { Bookshop, BOOKSHOP, visits } from './support/bookshop.js';
import { call, send, sendCall } from './support/request.js';

describe('The explorer', () => {
  let shop: Bookshop;
  let port: number;
  beforeAll(async () => {
    shop = await Bookshop.open();
    ({ port } = shop);
  });
  afterAll(() => shop.close());

  it('calls a method with JSON and answers with the value and its time', async () => {
    const answer = await call(port, 'find', { text: 'city', genre: 'SCIENCE' });
    expect(answer).toMatchObject({ outcome: 'value', value: [{ title: 'The City of God', genre: 'SCIENCE' }] });
    expect(answer.durationMs).toBeGreaterThan(0);
  });

  it('answers with a declared exception, and with i64 that numbers of JSON can not hold', async () => {
    const order = { lines: [{ isbn: '1', copies: 4 }], payment: { voucher: '9223372036854775807' } };
    expect(await call(port, 'order', order)).toMatchObject({
      outcome: 'exception',
      name: 'OutOfStock',
      value: { isbn: '1', left: 3 },
    });
    expect(await call(port, 'order', { ...order, lines: [{ isbn: '1', copies: 3 }] })).toMatchObject({
      value: { number: '1152921504606846976', total: { cents: 2697 } },
    });
  });

  it('sends a oneway call', async () => {
    expect(await call(port, 'visit', { page: '/' })).toMatchObject({ outcome: 'value' });
    // On the same connection, so it comes later.
    await call(port, 'caller', {});
    expect(visits).toEqual(['/']);
  });

  it('passes the guards of the service, with headers', async () => {
    expect((await call(port, 'caller', {}, { headers: { 'x-user': 'ada' } })).value).toContain('x-user=ada');
    const banned = await call(port, 'caller', {}, { headers: { banned: 'yes' } });
    expect(banned).toMatchObject({ outcome: 'error' });
    expect(banned.value).toBeUndefined();
  });

  it('passes a deadline, which ends the call', async () => {
    const answer = await call(port, 'wait', { milliseconds: 60_000 }, { timeoutMs: 500 });
    expect(answer).toMatchObject({ outcome: 'error', executed: 'maybe' });
  });

  it('names the path of an argument that does not fit', async () => {
    const { status, body } = await sendCall(port, {
      service: 'Bookshop',
      method: 'find',
      args: { text: 'a', limit: 'b' },
    });
    expect(status).toBe(400);
    expect(body).toContain('limit: expected i32');
  });

  it('describes the contract and the address of the server', async () => {
    const { body } = await send(port, '/api/description');
    const description = JSON.parse(body) as Description;
    expect(description.services.map(({ name }) => name)).toEqual(['Bookshop']);
    expect(description.target?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it.each([
    ['a foreign host', { host: 'evil.example' }],
    ['a foreign host with the right port', { host: 'evil.example:6003' }],
    ['a name that only looks local', { host: 'localhost.evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of localhost', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['an origin that is hidden', { origin: 'null' }],
    ['a link to data', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ])('rejects a request of %s', async (_name, headers) => {
    const read = await send(port, '/api/description', { headers });
    expect([read.status, read.body.includes('Bookshop')]).toEqual([403, false]);
    const written = await sendCall(port, { service: 'Bookshop', method: 'visit', args: { page: '/stolen' } }, headers);
    expect(written.status).toBe(403);
    expect(visits).not.toContain('/stolen');
  });

  it('rejects what other sites can send without asking: a form', async () => {
    const headers = { 'content-type': 'text/plain' };
    const body = JSON.stringify({ service: 'Bookshop', method: 'visit', args: { page: '/stolen' } });
    expect((await send(port, '/api/calls', { method: 'POST', headers, body })).status).toBe(415);
    expect(
      (await send(port, '/api/calls', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
    expect(visits).not.toContain('/stolen');
  });

  it('answers the same requests of its own page', async () => {
    const headers = {
      host: `localhost:${String(port)}`,
      origin: `http://localhost:${String(port)}`,
      'sec-fetch-site': 'same-origin',
    };
    expect((await send(port, '/api/description', { headers })).status).toBe(200);
    expect((await sendCall(port, { service: 'Bookshop', method: 'find', args: { text: '' } }, headers)).status).toBe(
      200,
    );
  });

  it('lets links lead to the page, with a strict policy', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const page = await send(port, '/', { headers: { ...link, 'sec-fetch-dest': 'document' } });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await send(port, '/', { headers: { ...link, 'sec-fetch-dest': 'iframe' } })).status).toBe(403);
  });

  it('rejects a body that is too large, with or without its length', async () => {
    const body = 'x'.repeat(HTTP_LIMITS.bodyBytes + 1);
    const headers = { 'content-type': 'application/json' };
    const declared = { ...headers, 'content-length': String(body.length) };
    expect((await send(port, '/api/calls', { method: 'POST', headers: declared })).status).toBe(413);
    const chunked = send(port, '/api/calls', {
      method: 'POST',
      headers: { ...headers, 'transfer-encoding': 'chunked' },
      body,
    });
    // The answer may come while the body is sent, which then fails.
    expect(
      await chunked.then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413);
    expect((await send(port, '/api/calls', { method: 'POST', headers, body: '{' })).status).toBe(400);
  });

  it('closes further connections at its limit', async () => {
    const sockets = Array.from({ length: HTTP_LIMITS.maxConnections + 1 }, () => connect(port, '127.0.0.1'));
    await Promise.race(sockets.map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
  });

  it('does not listen on other addresses of the machine', async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const outer = others.find(({ family, internal }) => family === 'IPv4' && !internal);
    if (outer === undefined) return;
    const socket = connect(port, outer.address);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('An explorer with less', () => {
  const opened: Bookshop[] = [];
  const open = async (...options: Parameters<typeof Bookshop.open>): Promise<Bookshop> => {
    const shop = await Bookshop.open(...options);
    opened.push(shop);
    return shop;
  };
  afterAll(() => Promise.all(opened.map((shop) => shop.close())));

  it('makes no calls when it is read-only', async () => {
    const { port } = await open({ readOnly: true });
    expect((await sendCall(port, { service: 'Bookshop', method: 'find', args: { text: '' } })).status).toBe(403);
    expect((await send(port, '/api/description')).body).toContain('"isReadOnly":true');
  });

  it('has no methods that are denied', async () => {
    const { port } = await open({ allow: ['Bookshop'], deny: ['Bookshop.clear'] });
    expect((await sendCall(port, { service: 'Bookshop', method: 'clear', args: {} })).status).toBe(404);
    expect((await send(port, '/api/description')).body).not.toContain('Empties the shop');
    expect((await sendCall(port, { service: 'Bookshop', method: 'caller', args: {} })).status).toBe(200);
  });

  it('asks its guard about each request', async () => {
    const { port } = await open({ guard: ({ headers }) => headers.authorization === 'Bearer 1' });
    expect((await send(port, '/')).status).toBe(403);
    expect((await send(port, '/', { headers: { authorization: 'Bearer 1' } })).status).toBe(200);
  });

  it('is no part of a server that requires client certificates, without a guard', () => {
    const encrypted = { certFile: 'cert.pem', keyFile: 'key.pem' };
    const server = new ThriftServer({ idl: BOOKSHOP, tls: { ...encrypted, caFile: 'ca.pem' } });
    expect(() => new ThriftExplorer({ server })).toThrow('The server requires client certificates');
    expect(() => new ThriftExplorer({ server, guard: () => false })).not.toThrow();
    expect(() => new ThriftExplorer({ server: new ThriftServer({ idl: BOOKSHOP, tls: encrypted }) })).not.toThrow();
  });
});
