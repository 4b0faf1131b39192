import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { affordableConnections, describeShortage, readDescriptorLimit } from '../../src/config/descriptor-limit.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             63718                63718                processes
Max open files            1024                 524288               files
`;

describe('The limit of file descriptors', () => {
  it('is the soft one', () => {
    using folder = new ScratchFolder();
    const file = join(folder.path, 'limits');
    writeFileSync(file, LIMITS);
    expect(readDescriptorLimit(file)).toBe(1_024);
  });

  it('is unknown where the system does not tell', () => {
    using folder = new ScratchFolder();
    const file = join(folder.path, 'limits');
    expect(readDescriptorLimit(file)).toBeUndefined();
    writeFileSync(file, LIMITS.replace('1024     ', 'unlimited'));
    expect(readDescriptorLimit(file)).toBeUndefined();
  });

  it.each([
    [10_000, undefined, true, 10_000],
    [10_000, 1_048_576, true, 10_000],
    [10_000, 10_384, true, 10_000],
    [10_000, 10_383, true, 9_999],
    [10_000, 1_024, true, 640],
    [10_000, 1_024, false, 896],
    [100, 1_024, true, 100],
    [10_000, 100, true, 50],
  ] as const)(
    'reserves some: %s connections of %s descriptors, operations %s, make %s',
    (wanted, descriptors, hasOperations, affordable) => {
      const use = { hasOperations, handshakeShare: 0 };
      expect(affordableConnections(wanted, descriptors, use)).toBe(affordable);
    },
  );

  it.each([
    [10_000, undefined, 10_000],
    [10_000, 12_884, 10_000],
    [10_000, 12_883, 9_999],
    [10_000, 1_024, 512],
    [100, 1_024, 100],
  ] as const)(
    'has room for TLS handshakes: %s connections of %s descriptors make %s',
    (wanted, descriptors, affordable) => {
      const use = { hasOperations: true, handshakeShare: 1 / 4 };
      expect(affordableConnections(wanted, descriptors, use)).toBe(affordable);
    },
  );

  it('is reported with the numbers and with advice', () => {
    const use = { hasOperations: true, handshakeShare: 0 };
    expect(describeShortage(10_000, 1_024, 640, use, 'THRIFT_MAX_CONNECTIONS')).toBe(
      'This process may open 1024 files, so it takes 640 connections instead of 10000 (THRIFT_MAX_CONNECTIONS): ' +
        'allow 10384 (ulimit -n, LimitNOFILE), or set fewer',
    );
    const withTls = { ...use, handshakeShare: 1 / 4 };
    expect(describeShortage(10_000, 1_024, 512, withTls, 'THRIFT_MAX_CONNECTIONS')).toContain('allow 12884 ');
    expect(describeShortage(10_000, 512, 256, use, 'THRIFT_MAX_CONNECTIONS')).toContain('allow 10384 ');
  });
});
