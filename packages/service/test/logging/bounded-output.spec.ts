import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BoundedOutput, UNWRITTEN_MAX_BYTES } from '../../src/logging/bounded-output.js';

const LINE = `${'x'.repeat(1_023)}\n`;
const LINES_KEPT = UNWRITTEN_MAX_BYTES / LINE.length;

/** A reader that reads on the test's request. */
class Reader extends Writable {
  readonly lines: string[] = [];
  #readOn: (() => void) | undefined;
  isReading = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.lines.push(chunk.toString());
    if (this.isReading) done();
    else this.#readOn = done;
  }

  /** Reads everything now and from now on. */
  resume(): void {
    this.isReading = true;
    this.#readOn?.();
  }
}

let reader: Reader;
let output: BoundedOutput;
let reported: number[];

beforeEach(() => {
  reader = new Reader();
  reported = [];
  output = new BoundedOutput(reader, (dropped) => {
    reported.push(dropped);
    output.write(`${String(dropped)} dropped\n`);
  });
});

describe('The log without a reader', () => {
  it('keeps a bounded number of lines, drops the rest, and reports how many', async () => {
    for (let n = 0; n < LINES_KEPT + 500; n++) output.write(LINE);
    expect(reader.writableLength).toBe(UNWRITTEN_MAX_BYTES);
    reader.resume();
    await new Promise<void>((resolve) => {
      output.flush(resolve);
    });
    expect(reported).toEqual([500]);
    expect(reader.lines.filter((line) => line === LINE)).toHaveLength(LINES_KEPT);
    await setImmediate();
    expect(reader.lines).toContain('500 dropped\n');
  });

  it('keeps fatal lines regardless of pending ones', async () => {
    for (let n = 0; n < LINES_KEPT + 1; n++) output.write(LINE);
    output.write('fatal\n', true);
    reader.resume();
    await new Promise<void>((resolve) => {
      output.flush(resolve);
    });
    expect(reader.lines).toContain('fatal\n');
  });

  it('survives a reader that disconnected', () => {
    reader.destroy(new Error('EPIPE'));
    expect(() => {
      output.write(LINE);
    }).not.toThrow();
    let isFlushed = false;
    output.flush(() => (isFlushed = true));
    expect(isFlushed).toBe(true);
  });
});

describe('The log while it is read', () => {
  it('drops nothing, and reports nothing', () => {
    reader.resume();
    for (let n = 0; n < 5_000; n++) output.write(LINE);
    expect(reader.lines).toHaveLength(5_000);
    expect(reported).toEqual([]);
  });
});
