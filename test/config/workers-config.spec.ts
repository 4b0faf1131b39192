import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';

const MONGO = { MONGO_HOST: 'db' };

describe('WORKERS', () => {
  it.each([
    ['unset', {}, 1],
    ['1', { WORKERS: '1' }, 1],
    ['4', { WORKERS: '4' }, 4],
    ['auto', { WORKERS: 'auto' }, availableParallelism()],
  ])('%s is as many processes', (_, variables, workers) => {
    expect(parseConfig({ ...MONGO, ...variables })).toMatchObject({ workers });
  });

  it.each(['0', '257', '2.5', 'all'])('may not be %s', (WORKERS) => {
    expect(() => parseConfig({ ...MONGO, WORKERS })).toThrow(
      `WORKERS is "${WORKERS}", it must be a whole number from 1 to 256, or auto`,
    );
  });

  it('may be 1 with any store, and more with MongoDB alone', () => {
    expect(parseConfig({ STORE: 'memory', WORKERS: '1' })).toMatchObject({ workers: 1 });
    expect(() => parseConfig({ STORE: 'memory', WORKERS: '2' })).toThrow(
      /WORKERS means 2 processes, but tasks are kept in memory \(STORE=memory\), where each process would have its own/,
    );
    for (const [variables, choice] of [[{}, 'default'] as const, [{ STORE: 'embedded' }, 'STORE=embedded'] as const]) {
      expect(() => parseConfig({ ...variables, WORKERS: '2' })).toThrow(
        `tasks are kept in a folder (${choice}), which one process alone can open`,
      );
    }
  });

  it('may not be more than there are connections to divide', () => {
    expect(parseConfig({ ...MONGO, WORKERS: '3', THRIFT_MAX_CONNECTIONS: '3' })).toMatchObject({ workers: 3 });
    expect(() => parseConfig({ ...MONGO, WORKERS: '4', THRIFT_MAX_CONNECTIONS: '3' })).toThrow(
      'THRIFT_MAX_CONNECTIONS is 3, fewer than the 4 processes of WORKERS',
    );
  });
});
