import { setTimeout } from 'node:timers/promises';
import { Logger, type ArgumentsHost } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TaskError } from '../../../src/domain/task.errors.js';
import { loadSchema, ThriftError, ThriftException } from 'nestjs-thrift';
import { TaskErrorFilter } from '../../../src/interface/thrift/task-error.filter.js';
import { TASKS_IDL } from '../../support/app.js';

const methods = loadSchema(TASKS_IDL).services.get('Tasks')?.methods;

const RUNNING = new AbortController().signal;

/** The answer to a call of that method when its handler throws `thrown`. */
async function answer(method: string, thrown: unknown, signal = RUNNING): Promise<unknown> {
  const host = { switchToRpc: () => ({ getContext: () => ({ method: methods?.get(method), signal }) }) };
  const filter = new TaskErrorFilter();
  return lastValueFrom(filter.catch(thrown, host as unknown as ArgumentsHost)).catch((error: unknown) => error);
}

describe('The filter of errors', () => {
  let logged: unknown[][];

  beforeEach(() => {
    logged = [];
    const note = (...args: unknown[]): void => void logged.push(args);
    Logger.overrideLogger({ log: note, warn: note, error: note });
  });

  afterEach(() => {
    Logger.overrideLogger(true);
  });

  it.each([
    [400, TaskError.invalid('userId', 'must not be empty'), 'userId must not be empty'],
    [404, TaskError.notFound(), 'Task not found'],
    [409, TaskError.idTaken(), 'Task id is taken'],
    [503, TaskError.storeUnavailable(new Error('no route to host')), 'Task store unavailable'],
  ])('answers an error %d in the form of the method', async (code, error, message) => {
    const declared = await answer('update', error);
    expect(declared).toBeInstanceOf(ThriftException);
    expect(declared).toMatchObject({ type: 'BaseException', value: { code, message } });
    const undeclared = await answer('add', error);
    expect(undeclared).toBeInstanceOf(ThriftError);
    expect(undeclared).toMatchObject({ code: 'INTERNAL_ERROR', message: `${String(code)} ${message}` });
  });

  it('hides unforeseen errors from the client, and logs them completely', async () => {
    const bug = new TypeError('x.y is not a function');
    expect(await answer('update', bug)).toMatchObject({ code: 'INTERNAL_ERROR', message: 'Internal server error' });
    expect(logged).toEqual([['update failed', bug, 'Tasks']]);
  });

  it('logs nothing for a handler that stops when its client disconnects', async () => {
    const left = new Error('the client closed the connection');
    expect(await answer('all', left, AbortSignal.abort(left))).toBe(left);
    expect(logged).toEqual([]);
  });

  it('logs nothing for an AbortError whose cause is the reason of the signal', async () => {
    const left = new Error('the client closed the connection');
    const signal = AbortSignal.abort(left);
    const abort: unknown = await setTimeout(0, undefined, { signal }).catch((error: unknown) => error);
    expect(abort).toMatchObject({ name: 'AbortError', cause: left });
    expect(await answer('all', abort, signal)).toBe(abort);
    expect(logged).toEqual([]);
  });

  it('logs the AbortError of another signal', async () => {
    const other = AbortSignal.abort(new Error('another time limit'));
    const abort: unknown = await setTimeout(0, undefined, { signal: other }).catch((error: unknown) => error);
    const signal = AbortSignal.abort(new Error('the client closed the connection'));
    expect(await answer('all', abort, signal)).toMatchObject({ message: 'Internal server error' });
    expect(logged).toEqual([['all failed', abort, 'Tasks']]);
  });

  it('logs an unforeseen error after the client has disconnected', async () => {
    const bug = new TypeError('x.y is not a function');
    const signal = AbortSignal.abort(new Error('the client closed the connection'));
    expect(await answer('all', bug, signal)).toMatchObject({ message: 'Internal server error' });
    expect(logged).toEqual([['all failed', bug, 'Tasks']]);
  });

  it('survives a thrown value that is not an error', async () => {
    expect(await answer('add', null)).toMatchObject({ message: 'Internal server error' });
  });

  it('passes on errors thrown for the client', async () => {
    const rejection = new ThriftError('INTERNAL_ERROR', 'Forbidden');
    expect(await answer('add', rejection)).toBe(rejection);
    expect(logged).toEqual([]);
  });
});
