import { describe, expect, it } from '@jest/globals';
import { binaryProtocol, oldBinaryProtocol } from '../../src/protocol/binary/binary.js';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import { decode, encode, scan } from './dialects.js';
import { failureOf } from './failures.js';
import { messageHeaders } from './message-headers.js';
import { struct } from './schemas.js';

const nothing = struct('Nothing', []);

describe.each([
  ['binary', binaryProtocol],
  ['old-style binary', oldBinaryProtocol],
  ['compact', compactProtocol],
  ['json', jsonProtocol],
] as const)('in %s', (style, protocol) => {
  describe.each(messageHeaders)('$name', ({ header, bytes }) => {
    const message = bytes[style];
    const offsets = Array.from({ length: message.length + 1 }, (_, offset) => offset);
    const cuts = offsets.slice(0, -1);

    it('is written as these bytes', () => {
      expect(encode(protocol, nothing, {}, header).toString('hex')).toBe(message.toString('hex'));
    });

    it('is read from them', () => {
      expect(decode(protocol, nothing, message)).toEqual({ header, value: {} });
    });

    it('is an error when truncated', () => {
      const reasons = cuts.map((end) => failureOf(() => decode(protocol, nothing, message.subarray(0, end))).reason);
      expect(new Set(reasons)).toEqual(new Set(['truncated']));
    });

    it('has the same end when it arrives in any pieces', () => {
      const withNext = Buffer.concat([message, message]);
      const inTwoPieces = offsets.map((cut) => scan(protocol, withNext, [cut, withNext.length]));
      expect(new Set(inTwoPieces)).toEqual(new Set([message.length]));
      expect(scan(protocol, withNext, offsets)).toBe(message.length);
      expect(scan(protocol, withNext, cuts)).toBe(-1);
    });
  });
});
