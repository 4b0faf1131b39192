import { describe, expect, it } from '@jest/globals';
import { describeTarget, parseTarget, targetAt } from '../../src/client/target.js';

describe('a server in the options', () => {
  it.each([
    ['localhost:9090', { host: 'localhost', port: 9_090 }],
    ['10.0.0.1:1', { host: '10.0.0.1', port: 1 }],
    ['tasks_0.internal-1:65535', { host: 'tasks_0.internal-1', port: 65_535 }],
    ['[::1]:9090', { host: '::1', port: 9_090 }],
    ['[fe80::1%eth0]:9090', { host: 'fe80::1%eth0', port: 9_090 }],
  ])('%s is understood, and named alike', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
    expect(describeTarget(parseTarget(text))).toBe(text);
  });

  it.each([
    '',
    'localhost',
    ':9090',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    '::1:9090',
    'a b:1',
    'thrift://a:1',
    'a:1,b:1',
  ])('%j is an error', (text) => {
    expect(() => parseTarget(text)).toThrow(
      `servers has '${text}', it must be host:port, like 10.0.0.1:9090 or [::1]:9090`,
    );
  });

  it('at an address of its name has a certificate of the name', () => {
    expect(targetAt('10.0.0.1', { host: 'tasks', port: 9_090 })).toEqual({
      host: '10.0.0.1',
      port: 9_090,
      servername: 'tasks',
    });
  });
});
