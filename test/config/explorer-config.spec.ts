import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';

const WORKERS = { WORKERS: '2', MONGO_HOST: 'db' };

describe('EXPLORER', () => {
  it.each([{}, { EXPLORER: '' }, { EXPLORER: 'off' }, { EXPLORER_PORT: '7000' }, { EXPLORER_ALLOW: 'Tasks' }])(
    'is off by %j',
    (variables) => {
      expect(parseConfig(variables).explorer).toBeUndefined();
    },
  );

  it('is on with all methods', () => {
    const expected = { port: 6_003, readOnly: false, allow: undefined, deny: [], isOptional: false };
    expect(parseConfig({ EXPLORER: 'on' }).explorer).toEqual(expected);
    expect(parseConfig({ EXPLORER: 'read-only' }).explorer).toEqual({ ...expected, readOnly: true });
    expect(parseConfig({ EXPLORER: 'auto' }).explorer).toEqual({ ...expected, isOptional: true });
  });

  it('has a port and lists of methods', () => {
    const variables = {
      EXPLORER: 'on',
      EXPLORER_PORT: '7000',
      EXPLORER_ALLOW: 'Tasks',
      EXPLORER_DENY: ' Tasks.add, Tasks.move,',
    };
    expect(parseConfig(variables).explorer).toMatchObject({
      port: 7_000,
      allow: ['Tasks'],
      deny: ['Tasks.add', 'Tasks.move'],
    });
  });

  it('is refused beside several processes, where auto leaves it off', () => {
    expect(() => parseConfig({ ...WORKERS, EXPLORER: 'on' })).toThrow('EXPLORER is on, but WORKERS means 2 processes');
    expect(() => parseConfig({ ...WORKERS, EXPLORER: 'read-only' })).toThrow('EXPLORER is read-only, but');
    expect(parseConfig({ ...WORKERS, EXPLORER: 'auto' }).explorer).toBeUndefined();
  });

  it('may not be anything else', () => {
    expect(() => parseConfig({ EXPLORER: 'yes' })).toThrow(
      'EXPLORER is "yes", it must be one of off, on, read-only, auto',
    );
  });
});
