import { describe, expect, it } from '@jest/globals';
import { InputBuffer } from '../../src/framing/input-buffer.js';

function text({ bytes, start, end }: InputBuffer): string {
  return bytes.toString('latin1', start, end);
}

describe('received bytes', () => {
  it('are used in place when nothing is left over', () => {
    const input = new InputBuffer();
    const chunk = Buffer.from('abcdef');
    input.append(chunk);
    expect(input.bytes).toBe(chunk);
    input.consume(6);
    expect([input.length, input.bytes.length]).toEqual([0, 0]);
  });

  it('are put together when a message comes in pieces', () => {
    const input = new InputBuffer();
    input.append(Buffer.from('abc'));
    input.consume(2);
    for (const piece of ['de', 'f', 'ghi']) input.append(Buffer.from(piece));
    expect(text(input)).toBe('cdefghi');
  });

  it('cost one pass, in any number of pieces', () => {
    const input = new InputBuffer();
    const moves = new Set<Buffer>();
    for (let i = 0; i < 10_000; i++) {
      input.append(Buffer.alloc(100, 'x'));
      moves.add(input.bytes);
    }
    expect(input.length).toBe(1_000_000);
    expect(moves.size).toBeLessThan(20);
  });

  it('do not keep a large buffer alive when few of them remain', () => {
    const input = new InputBuffer();
    input.append(Buffer.alloc(65_536, 'x'));
    input.consume(65_530);
    input.compact();
    expect(text(input)).toBe('xxxxxx');
    expect(input.bytes.length).toBeLessThan(1_024);
  });

  it('are not moved when there are many of them', () => {
    const input = new InputBuffer();
    const chunk = Buffer.alloc(65_536, 'x');
    input.append(chunk);
    input.consume(10_000);
    input.compact();
    expect(input.bytes).toBe(chunk);
  });
});
