import { describe, expect, test } from '@jest/globals';
import { tidyForwardedFor } from '../../../src/interface/http/forwarded-for.js';

describe('X-Forwarded-For', () => {
  test.each([
    ['203.0.113.1', '203.0.113.1'],
    ['203.0.113.1, 10.0.0.1', '203.0.113.1, 10.0.0.1'],
    ['2001:db8::1,10.0.0.1', '2001:db8::1, 10.0.0.1'],
  ])('%s is unchanged', (value, expected) => {
    expect(tidied(value)).toBe(expected);
  });

  test.each([
    ['203.0.113.1:40000', '203.0.113.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['203.0.113.1:1, 10.0.0.1:2', '203.0.113.1, 10.0.0.1'],
  ])('%s loses its ports', (value, expected) => {
    expect(tidied(value)).toBe(expected);
  });

  test.each([
    ['garbage', undefined],
    ['unknown, 10.0.0.1', '10.0.0.1'],
    ['203.0.113.1, garbage, 10.0.0.1', '10.0.0.1'],
    ['203.0.113.1, ', undefined],
    ['203.0.113.1:40000:5', undefined],
    ['[203.0.113.1', undefined],
    ['300.1.1.1', undefined],
    ['7', undefined],
    ['fe80::1%eth0', undefined],
    ['', undefined],
  ])('%s ends at an invalid address', (value, expected) => {
    expect(tidied(value)).toBe(expected);
  });
});

function tidied(value: string): unknown {
  const headers = { 'x-forwarded-for': value };
  tidyForwardedFor(headers);
  return headers['x-forwarded-for'];
}
