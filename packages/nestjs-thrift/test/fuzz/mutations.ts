import fc from 'fast-check';
import type { ProtocolName } from '../../src/protocol/protocol.js';

/** Bytes with a meaning: sizes, stops, types of containers, ends of varints. */
const BINARY_PIECES = ['00', 'ff', '80', '7fffffff', '80000000', 'ffffffffffffffffff', '0c', '0d', '0f', '1c', '1b'];
const JSON_PIECES = [
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '-',
  '1e999',
  'NaN',
  '"rec"',
  '9'.repeat(20),
];

const PIECES: Readonly<Record<ProtocolName, readonly Buffer[]>> = {
  binary: BINARY_PIECES.map((piece) => Buffer.from(piece, 'hex')),
  compact: BINARY_PIECES.map((piece) => Buffer.from(piece, 'hex')),
  json: JSON_PIECES.map((piece) => Buffer.from(piece)),
};

/** A replacement of `removed` bytes from an offset on. */
interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly added: Buffer;
}

/** One to five changes to a message of that protocol. */
export function edits(protocol: ProtocolName): fc.Arbitrary<readonly Edit[]> {
  const added = fc.oneof(
    fc.constantFrom(...PIECES[protocol]),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  );
  const removed = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, fc.nat(50));
  return fc.array(fc.record({ at: fc.nat(), removed, added }), { minLength: 1, maxLength: 5 });
}

export function apply(changes: readonly Edit[], bytes: Buffer): Buffer {
  return changes.reduce((current, { at, removed, added }) => {
    const from = at % (current.length + 1);
    return Buffer.concat([current.subarray(0, from), added, current.subarray(from + removed)]);
  }, bytes);
}

/** Rising offsets into bytes of that length, ending at the last byte: the pieces in which the bytes arrive. */
export function cuts(length: number): fc.Arbitrary<readonly number[]> {
  return fc.uniqueArray(fc.nat(length), { maxLength: 20 }).map((offsets) => [...offsets.sort((a, b) => a - b), length]);
}
