import { describe, expect, it } from '@jest/globals';
import { compressNow, ZlibQueue } from '../../src/framing/zlib-queue.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';

const ZLIB = [1];
const [header] = dialects.filter(({ framing }) => framing === 'header') as [Dialect];
const frameOf = (text: string): Buffer => header.call('echo', { text });

describe('The zlib queue', () => {
  it('runs one job at a time, in order, and skips those no longer needed', () => {
    const queue = new ZlibQueue();
    const started: string[] = [];
    const ends: (() => void)[] = [];
    const add = (name: string, isNeeded = true): void => {
      queue.add((done) => {
        if (!isNeeded) return false;
        started.push(name);
        ends.push(done);
        return true;
      });
    };
    add('a');
    add('b', false);
    add('c');
    expect([started, queue.running, queue.waiting]).toEqual([['a'], 1, 2]);
    ends[0]?.();
    expect([started, queue.running, queue.waiting]).toEqual([['a', 'c'], 1, 0]);
    ends[1]?.();
    expect(queue.running).toBe(0);
  });

  it('skips any number of jobs without growing the stack', () => {
    const queue = new ZlibQueue();
    let end: (() => void) | undefined;
    queue.add((done) => {
      end = done;
      return true;
    });
    for (let n = 0; n < 50_000; n++) queue.add(() => false);
    end?.();
    expect([queue.running, queue.waiting]).toEqual([0, 0]);
  });

  it('compresses small replies at once, others in the pool, large ones not at all', () => {
    const queue = new ZlibQueue();
    expect(queue.compressionOf(4_096, ZLIB)).toBe('at-once');
    expect(queue.compressionOf(4_097, ZLIB)).toBe('in-pool');
    expect(queue.compressionOf(1_048_576, ZLIB)).toBe('in-pool');
    expect(queue.compressionOf(1_048_577, ZLIB)).toBe('none');
    expect(queue.compressionOf(100, [0])).toBe('none');
  });

  it('leaves replies plain while 4 MiB of others wait', () => {
    const queue = new ZlibQueue();
    queue.add(() => true);
    const frame = Buffer.alloc(1_000_000);
    for (let n = 0; n < 4; n++) queue.compress(frame, ZLIB, () => true, fail);
    expect(queue.compressionOf(frame.length, ZLIB)).toBe('none');
    expect(queue.compressionOf(100_000, ZLIB)).toBe('in-pool');
  });

  it('compresses to the same bytes as at once', async () => {
    const frame = frameOf('abc'.repeat(10_000));
    const queue = new ZlibQueue();
    const compressed = await new Promise<Buffer>((resolve) => {
      queue.compress(frame, ZLIB, () => true, resolve);
    });
    expect(compressed.length).toBeLessThan(frame.length / 100);
    expect(compressed.equals(compressNow(frame, ZLIB))).toBe(true);
  });

  it('leaves a frame plain that does not get smaller', () => {
    const frame = frameOf('x');
    expect(compressNow(frame, ZLIB)).toBe(frame);
  });
});

function fail(): void {
  throw new Error('called before its turn');
}
