import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { isLoopback, rejectionOf } from '../src/request-gate.js';

describe('Peers', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('%s is of this machine', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['10.0.0.7', '192.168.1.2', '0.0.0.0', '::', 'fe80::1', '::ffff:10.0.0.7', '2001:db8::1', undefined])(
    '%s is not',
    (address) => {
      expect(isLoopback(address)).toBe(false);
    },
  );
});

describe('Hosts', () => {
  const rejection = (host: string | undefined): string | undefined =>
    rejectionOf({ method: 'GET', headers: host === undefined ? {} : { host }, isPage: false });

  it.each(['localhost:6003', 'localhost', '127.0.0.1:6003', '[::1]:6003', 'localhost:7000'])(
    '%s is allowed',
    (host) => {
      expect(rejection(host)).toBeUndefined();
    },
  );

  it.each([
    ...[
      'evil.example',
      'evil.example:6003',
      'localhost.evil.example',
      'evil.example#localhost',
      '127.0.0.1.evil.example',
    ],
    ...['127.0.0.1@evil.example', '10.0.0.7:6003', '0.0.0.0:6003', 'localhost:6003x', '', undefined],
  ])('%s is rejected', (host) => {
    expect(rejection(host)).toContain('not to');
  });
});

describe('Origins', () => {
  const host = 'localhost:6003';
  const rejection = (headers: IncomingHttpHeaders, { isPage = false, method = 'POST' } = {}): string | undefined =>
    rejectionOf({ method, headers: { host, ...headers }, isPage });

  it.each<IncomingHttpHeaders>([
    {},
    { origin: 'http://localhost:6003' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('%j is allowed', (headers) => {
    expect(rejection(headers)).toBeUndefined();
  });

  it.each<IncomingHttpHeaders>([
    { origin: 'http://localhost:6004' },
    { origin: 'https://localhost:6003' },
    { origin: 'http://127.0.0.1:6003' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ])('%j is rejected', (headers) => {
    expect(rejection(headers)).toMatch(/another (?:site|origin)/);
  });

  it('of links lead to the page, but not into a frame', () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const page = { isPage: true, method: 'GET' };
    expect(rejection({ ...link, 'sec-fetch-dest': 'document' }, page)).toBeUndefined();
    expect(rejection({ ...link, 'sec-fetch-dest': 'iframe' }, page)).toContain('another site');
    expect(rejection({ ...link, 'sec-fetch-dest': 'document' }, { isPage: true })).toContain('another site');
  });
});
