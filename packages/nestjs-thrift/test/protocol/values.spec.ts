import { describe, expect, it } from '@jest/globals';
import { baseValues } from './base-values.js';
import { containerValues } from './container-values.js';
import { call, decode, encode, limits, protocols, scan } from './dialects.js';
import { failureOf } from './failures.js';
import { struct } from './schemas.js';
import { structValues } from './struct-values.js';
import { inMessage } from './table.js';

const nothing = struct('Nothing', []);

describe.each(protocols)('the $name protocol', (protocol) => {
  describe.each([...baseValues, ...containerValues, ...structValues])('$name', ({ schema, value, bytes }) => {
    const message = inMessage(protocol.name, bytes[protocol.name]);
    const offsets = Array.from({ length: message.length + 1 }, (_, offset) => offset);
    const cuts = offsets.slice(0, -1);

    it('is written as these bytes', () => {
      expect(encode(protocol, schema, value).toString('latin1')).toBe(message.toString('latin1'));
    });

    it('is read from them', () => {
      expect(decode(protocol, schema, message)).toEqual({ header: call, value });
    });

    it('is skipped when the IDL does not have it', () => {
      expect(decode(protocol, nothing, message)).toEqual({ header: call, value: {} });
    });

    it.each([
      ['read', schema],
      ['passed over', nothing],
    ])('is an error when truncated, if it is %s', (_, known) => {
      const reasons = cuts.map((end) => failureOf(() => decode(protocol, known, message.subarray(0, end))).reason);
      expect(new Set(reasons)).toEqual(new Set(['truncated']));
    });

    it('ends at the same byte in any pieces', () => {
      const withNext = Buffer.concat([message, message]);
      const inTwoPieces = offsets.map((cut) => scan(protocol, withNext, [cut, withNext.length]));
      expect(new Set(inTwoPieces)).toEqual(new Set([message.length]));
      expect(scan(protocol, withNext, [withNext.length])).toBe(message.length);
      expect(scan(protocol, withNext, offsets)).toBe(message.length);
      expect(scan(protocol, withNext, cuts)).toBe(-1);
    });

    it('fits a message limit of its own size, and no smaller one', () => {
      const exact = { ...limits, maxMessageBytes: message.length };
      const smaller = { ...limits, maxMessageBytes: message.length - 1 };
      expect(scan(protocol, message, offsets, exact)).toBe(message.length);
      expect(failureOf(() => scan(protocol, message, offsets, smaller)).reason).toBe('size-limit');
    });
  });
});
