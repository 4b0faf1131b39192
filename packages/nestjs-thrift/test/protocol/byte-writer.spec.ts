import { describe, expect, it } from '@jest/globals';
import { ByteWriter, unpin } from '../../src/protocol/byte-writer.js';
import { failureOf } from './failures.js';

/** Writes a message of `size` bytes, each with the given value, in portions. */
function write(writer: ByteWriter, size: number, value: number, portion = 7): void {
  for (let left = size; left > 0; left -= portion) {
    const count = Math.min(portion, left);
    const at = writer.reserve(count);
    writer.bytes.fill(value, at, at + count);
  }
}

describe('ByteWriter', () => {
  it('keeps the bytes of a message when it has to grow', () => {
    const writer = new ByteWriter();
    writer.begin(1_000_000);
    write(writer, 300_000, 7);
    const { slab, start, end } = writer.finish();
    expect(end - start).toBe(300_000);
    expect(slab.bytes.subarray(start, end).every((byte) => byte === 7)).toBe(true);
  });

  it('does not reuse the memory of a message before it is released', () => {
    const writer = new ByteWriter();
    const messages = Array.from({ length: 100 }, (_, index) => {
      writer.begin(1_000_000);
      write(writer, 1_500, index);
      return writer.finish();
    });
    for (const [index, { slab, start, end }] of messages.entries()) {
      expect(slab.bytes.subarray(start, end).equals(Buffer.alloc(1_500, index))).toBe(true);
    }
    expect(new Set(messages.map(({ slab }) => slab)).size).toBeLessThan(4);
  });

  it('reuses memory once all messages in it are sent', () => {
    const writer = new ByteWriter();
    writer.begin(100);
    write(writer, 10, 1);
    const first = writer.finish();
    unpin(first);
    writer.begin(100);
    write(writer, 10, 2);
    expect(writer.finish()).toEqual(first);
  });

  it('has little more memory than expected for a large message, and reuses it', () => {
    const writer = new ByteWriter();
    writer.begin(10_000_000, 1_000_000);
    write(writer, 1_000_000, 1, 999);
    const { slab, ...first } = writer.finish();
    expect(slab.bytes.length).toBeLessThan(1_200_000);
    unpin({ slab, ...first });
    writer.begin(10_000_000, 900_000);
    write(writer, 900_000, 2, 999);
    expect(writer.finish().slab).toBe(slab);
    writer.begin(10_000_000, 900_000);
    write(writer, 900_000, 3, 999);
    expect(writer.finish().slab).not.toBe(slab);
  });

  it('does not keep memory for a large message with a small one', () => {
    const writer = new ByteWriter();
    writer.begin(10_000_000, 1_000_000);
    write(writer, 10, 1);
    const { slab, start, end } = writer.finish();
    expect(slab.bytes.length).toBe(10);
    expect(slab.bytes.subarray(start, end)).toEqual(Buffer.alloc(10, 1));
  });

  it('expects no more than the limit', () => {
    const writer = new ByteWriter();
    writer.begin(100_000, 1e9);
    write(writer, 100_000, 1);
    expect(writer.finish().slab.bytes.length).toBe(100_000);
  });

  it('discards an abandoned message', () => {
    const writer = new ByteWriter();
    writer.begin(100);
    write(writer, 10, 1);
    const { end } = writer.finish();
    writer.begin(100);
    write(writer, 20, 2);
    writer.abandon();
    writer.begin(100);
    write(writer, 1, 3);
    expect(writer.finish()).toMatchObject({ start: end, end: end + 1 });
  });

  it.each([
    { limit: 1_000, size: 1_000_000 },
    { limit: 100_000, size: 100_001 },
  ])('names the size of a message of $size bytes with the limit $limit', ({ limit, size }) => {
    const writer = new ByteWriter();
    writer.begin(limit);
    write(writer, size, 1);
    expect(writer.length).toBe(size);
    expect(failureOf(() => writer.finish()).message).toBe(
      `the message has ${String(size)} bytes, more than the limit of ${String(limit)}`,
    );
    writer.abandon();
    writer.begin(limit);
    write(writer, limit, 2);
    expect(writer.finish().slab.bytes.length).toBeLessThanOrEqual(2 * Math.max(limit, 65_536));
  });

  it('rejects a value larger than any message without allocating it', () => {
    const writer = new ByteWriter();
    writer.begin(1_000);
    expect(failureOf(() => writer.reserve(1e9)).message).toBe(
      'the message has at least 1000000000 bytes, more than the limit of 1000',
    );
  });
});
