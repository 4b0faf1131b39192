import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { resolveLimits } from '../../src/limits.js';
import { MessageSource } from '../../src/server/message-source.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';

const binary = dialects.find(({ name }) => name === 'binary framed') as Dialect;
/** 64 bytes, so that a full read ends with a message. */
const call = binary.call('echo', { text: 'x'.repeat(64 - binary.call('echo', { text: '' }).length) });
/** As much as Node reads from a socket at a time. */
const FULL_READ_BYTES = 65_536;

/** A chunk of this many bytes, from the start of a message. */
function chunkOf(bytes: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / call.length) }, () => call)).subarray(0, bytes);
}

describe('a message source whose socket is not read for a while', () => {
  let nowMs: number;
  let source: MessageSource;

  beforeEach(() => {
    nowMs = 100;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    source = new MessageSource(resolveLimits(), { used: 0 });
    source.append(chunkOf(10 * call.length));
    source.read();
    source.wait(false);
  });
  afterEach(() => {
    source.clear();
    jest.restoreAllMocks();
  });

  /** Reads everything, and then a chunk at 200 ms, which is left in the buffer. */
  function readChunk(bytes: number): void {
    while (source.read() !== undefined);
    source.compact();
    nowMs = 200;
    source.append(chunkOf(bytes));
    source.read();
    source.wait(false);
  }

  it('dates its messages from the pause', () => {
    readChunk(10 * call.length);
    expect(source.backlogSinceMs).toBe(100);
  });

  it.each([
    { read: 'a part of what waits there', bytes: FULL_READ_BYTES, sinceMs: 100 },
    { read: 'all that waits there', bytes: 10 * call.length, sinceMs: 200 },
  ])('dates the next ones from $sinceMs ms after it read $read', ({ bytes, sinceMs }) => {
    readChunk(bytes);
    while (source.read() !== undefined);
    nowMs = 300;
    source.append(chunkOf(10 * call.length));
    expect(source.backlogSinceMs).toBe(sinceMs);
  });

  it('dates them from no earlier time once the socket was polled', () => {
    while (source.read() !== undefined);
    source.endWait();
    nowMs = 300;
    source.append(chunkOf(10 * call.length));
    expect(source.backlogSinceMs).toBe(Infinity);
  });
});
