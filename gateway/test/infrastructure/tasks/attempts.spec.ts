import { describe, expect, test } from '@jest/globals';
import { ThriftTransportError } from 'nestjs-thrift';
import { TaskServiceError } from '../../../src/application/tasks/task-service.error.js';
import { attempt, type Attempt } from '../../../src/infrastructure/tasks/attempts.js';

const notRun = new ThriftTransportError('overloaded', 'no', 'Overloaded');
const mayHaveRun = new ThriftTransportError('connection-lost', 'maybe', 'Lost');
const LIMITS = { attemptMs: 1_000, requestMs: 600_000, notRunMs: 150 };

/** A call that fails with these errors in order, then succeeds. */
function failing(...errors: readonly Error[]): { call: (attempt: Attempt) => Promise<string>; attempts: Attempt[] } {
  const attempts: Attempt[] = [];
  return {
    attempts,
    call: (one) => {
      const error = errors[attempts.push(one) - 1];
      return error === undefined ? Promise.resolve('answer') : Promise.reject(error);
    },
  };
}

const codeOf = async (result: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof TaskServiceError ? error.code : error;
};

describe('attempts', () => {
  test('returns the first answer', async () => {
    const { call, attempts } = failing();
    expect(await attempt('writes', call, LIMITS)).toBe('answer');
    expect(attempts).toEqual([{ timeoutMs: expect.any(Number), isRepeated: false }]);
  });

  test('repeats calls that were not run until they are', async () => {
    const { call, attempts } = failing(notRun, notRun, notRun);
    expect(await attempt('writes', call, { ...LIMITS, notRunMs: 60_000 })).toBe('answer');
    expect(attempts.map(({ isRepeated }) => isRepeated)).toEqual([false, false, false, false]);
  });

  test('stops repeating a call that is not run for too long: UNAVAILABLE', async () => {
    // The request itself would take longer than the test may.
    expect(await codeOf(attempt('writes', () => Promise.reject(notRun), LIMITS))).toBe('UNAVAILABLE');
  });

  test('repeats a call that may have run once, and marks the second attempt', async () => {
    const { call, attempts } = failing(mayHaveRun);
    expect(await attempt('writes', call, LIMITS)).toBe('answer');
    expect(attempts.map(({ isRepeated }) => isRepeated)).toEqual([false, true]);
  });

  test('stops after a call may have run twice: TIMEOUT', async () => {
    const { call, attempts } = failing(mayHaveRun, mayHaveRun);
    expect(await codeOf(attempt('writes', call, LIMITS))).toBe('TIMEOUT');
    expect(attempts).toHaveLength(2);
  });

  test('a call that may have run, and then was not run, is TIMEOUT, never UNAVAILABLE', async () => {
    let isFirst = true;
    const call = (): Promise<never> => {
      const error = isFirst ? mayHaveRun : notRun;
      isFirst = false;
      return Promise.reject(error);
    };
    expect(await codeOf(attempt('writes', call, LIMITS))).toBe('TIMEOUT');
  });

  test('a read without connection after a broken one is UNAVAILABLE', async () => {
    let isFirst = true;
    const call = (): Promise<never> => {
      const error = isFirst ? mayHaveRun : notRun;
      isFirst = false;
      return Promise.reject(error);
    };
    expect(await codeOf(attempt('reads', call, LIMITS))).toBe('UNAVAILABLE');
  });

  test('an attempt is limited to the remaining time of the request', async () => {
    const { call, attempts } = failing(mayHaveRun);
    await attempt('writes', call, { attemptMs: 60_000, requestMs: 30_000, notRunMs: 10 });
    expect(attempts.every(({ timeoutMs }) => timeoutMs <= 30_000)).toBe(true);
  });

  test('passes on every other error at once', async () => {
    const other = new Error('other');
    const { call, attempts } = failing(other);
    expect(await codeOf(attempt('writes', call, LIMITS))).toBe(other);
    expect(attempts).toHaveLength(1);
  });
});
