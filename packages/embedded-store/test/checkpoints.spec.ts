import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Checkpoints } from '../src/checkpoints.js';
import type { Connection } from '../src/connection.js';
import type { FileIdentity } from '../src/file-identity.js';

const HELD = { busy: 1, log: -1, checkpointed: -1 };
const MEGABYTE = 1_048_576;

/** What SQLite answers to a checkpoint; an Error is thrown. */
let answers: (object | Error)[];
let modes: string[];
let warnings: string[];
let logBytes: number;
let checkpoints: Checkpoints;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
  [answers, modes, warnings, logBytes] = [[], [], [], 0];
  const connection = {
    get: (sql: string) => {
      modes.push(/\((\w+)\)/.exec(sql)?.[1] ?? '');
      const answer = answers.shift() ?? { busy: 0, log: 1_000, checkpointed: 1_000 };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Connection;
  const identity = {
    get logBytes() {
      return logBytes;
    },
    update: () => undefined,
  } as unknown as FileIdentity;
  checkpoints = new Checkpoints(connection, identity, (message) => warnings.push(message));
});
afterEach(() => {
  jest.useRealTimers();
});

it('copies the log once enough has changed, and counts anew', () => {
  for (let n = 0; n < 249; n++) checkpoints.afterBatch(1);
  expect(modes).toEqual([]);
  checkpoints.afterBatch(1);
  expect(modes).toEqual(['PASSIVE']);
  checkpoints.afterBatch(1);
  expect(modes).toEqual(['PASSIVE']);
});

it('tries again after a second when another program holds back a checkpoint', () => {
  answers = [HELD];
  checkpoints.afterBatch(1_000);
  checkpoints.afterBatch(1);
  expect(modes).toEqual(['PASSIVE']);
  jest.advanceTimersByTime(1_001);
  checkpoints.afterBatch(1);
  expect(modes).toEqual(['PASSIVE', 'PASSIVE']);
  expect(warnings).toEqual([]);
});

it('reports once that another program holds back checkpoints while the log grows beyond 64 MB', () => {
  logBytes = 65 * MEGABYTE;
  answers = [HELD, HELD, HELD];
  for (let n = 0; n < 3; n++) {
    checkpoints.afterBatch(100_000);
    jest.advanceTimersByTime(1_001);
  }
  expect(modes).toEqual(['PASSIVE', 'PASSIVE', 'PASSIVE']);
  expect(warnings).toEqual([expect.stringContaining('The log has grown to 65 MB')]);
});

it('goes on after a checkpoint that fails, and reports it once', () => {
  answers = [new Error('disk I/O error'), new Error('disk I/O error')];
  for (let n = 0; n < 3; n++) {
    checkpoints.afterBatch(1_000);
    jest.advanceTimersByTime(1_001);
  }
  expect(modes).toHaveLength(3);
  expect(warnings).toEqual([expect.stringContaining("The log can't be copied into the data file (disk I/O error)")]);
});

it('truncates a log of more than 64 MB, and reports once that another program holds it', () => {
  logBytes = 65 * MEGABYTE;
  answers = [{ busy: 0, log: 16_000, checkpointed: 10 }, HELD, { busy: 0, log: 16_000, checkpointed: 10 }, HELD];
  for (let n = 0; n < 3; n++) {
    checkpoints.afterBatch(100_000);
    jest.advanceTimersByTime(1_001);
  }
  expect(modes).toEqual(['PASSIVE', 'TRUNCATE', 'PASSIVE', 'TRUNCATE', 'PASSIVE', 'TRUNCATE']);
  expect(warnings).toEqual([expect.stringContaining('The log has grown to 65 MB')]);
});

it('leaves a log of less than 64 MB as large as it is', () => {
  logBytes = 63 * MEGABYTE;
  checkpoints.afterBatch(100_000);
  expect(modes).toEqual(['PASSIVE']);
});
