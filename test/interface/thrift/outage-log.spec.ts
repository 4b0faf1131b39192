import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TaskError } from '../../../src/domain/task.errors.js';
import { OutageLog } from '../../../src/interface/thrift/outage-log.js';

describe('The log of outages', () => {
  let lines: unknown[];

  beforeEach(() => {
    lines = [];
    const note = (line: unknown): void => void lines.push(line);
    Logger.overrideLogger({ log: note, warn: note, error: note });
  });

  afterEach(() => {
    Logger.overrideLogger(true);
  });

  it('has a line a second while every call fails, with the number of those left out', () => {
    let nowMs = 10_000;
    const log = new OutageLog(() => nowMs);
    for (let call = 0; call < 2_500; call++) {
      log.add('add', TaskError.storeUnavailable(new Error('no route')));
      nowMs += 1;
    }
    expect(lines).toEqual([
      'add refused, Task store unavailable',
      'add refused, Task store unavailable (and 999 more calls since the last such line)',
      'add refused, Task store unavailable (and 999 more calls since the last such line)',
    ]);
  });
});
