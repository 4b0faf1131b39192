import { totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mappedFileBytes, memoryLimitBytes } from '../../src/metrics/process-metrics.js';

const MIB = 1_048_576;

describe('The memory limit', () => {
  it.each([
    ['the control group', 512 * MIB, 512 * MIB],
    ['the machine, where the control group may use more', 4_096 * MIB, 2_048 * MIB],
    ['the machine, where Node reports undefined', undefined, 2_048 * MIB],
    ['the machine, where Node reports 0', 0, 2_048 * MIB],
    ['the machine, where Node reports the greatest number', 2 ** 64, 2_048 * MIB],
  ])('is that of %s', (_what, constrained, expected) => {
    // The default replaces undefined, so that a machine without control groups is not read.
    expect(memoryLimitBytes(constrained ?? NaN, 2_048 * MIB)).toBe(expected);
  });

  it('is no more than this machine has', () => {
    expect(memoryLimitBytes()).toBeGreaterThan(0);
    expect(memoryLimitBytes()).toBeLessThanOrEqual(totalmem());
  });
});

describe('The memory of mapped files', () => {
  it('is a part of the resident memory', () => {
    const bytes = mappedFileBytes();
    expect(bytes).toBeLessThan(process.memoryUsage.rss());
    if (process.platform === 'linux') expect(bytes).toBeGreaterThan(MIB);
  });

  it('is 0 where the system does not report it', () => {
    expect(mappedFileBytes(join(import.meta.dirname, 'missing'))).toBe(0);
    expect(mappedFileBytes(import.meta.filename)).toBe(0);
  });
});
