import { ConflictException, HttpException, Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ThriftProtocolError, ThriftTransportError } from '../../src/errors.js';
import { toHttpException } from '../../src/nest/http-status.js';
import { ThriftError, ThriftException } from '../../src/nest/rpc-exceptions.js';

const statuses = { Full: 409, 'shared.NotFound': 404, BaseException: ({ code }: { code: number }) => code };

const logged: unknown[] = [];

beforeEach(() => {
  logged.length = 0;
  Logger.overrideLogger({ log: jest.fn(), warn: jest.fn(), error: (error: unknown) => logged.push(error) });
});
afterEach(() => {
  Logger.overrideLogger(new Logger());
});

describe('toHttpException', () => {
  it.each<[string, unknown, number, string]>([
    ['the status and message of an HttpException', new ThriftError('INTERNAL_ERROR', '404 No label'), 404, 'No label'],
    ['a declared exception by its name', new ThriftException('Full', { message: 'no room' }), 409, 'no room'],
    ['one of an included file', new ThriftException('shared.NotFound', { message: 'gone' }), 404, 'gone'],
    ['one by its fields', new ThriftException('BaseException', { code: 412, message: 'old' }), 412, 'old'],
    ['an exception without a status', new ThriftException('toString', { message: 'a' }), 500, 'Internal server error'],
    ['an error without a status', new ThriftError('INTERNAL_ERROR', 'secret'), 502, 'Bad gateway'],
    ['text that only looks like a status', new ThriftError('INTERNAL_ERROR', '200 cars'), 502, 'Bad gateway'],
    ['a status of another code', new ThriftError('PROTOCOL_ERROR', '404 bytes'), 502, 'Bad gateway'],
    ['an unknown method', new ThriftError('UNKNOWN_METHOD', 'a'), 501, 'Not implemented'],
    ['an overloaded server', new ThriftTransportError('overloaded', 'no', 'a'), 503, 'Service unavailable'],
    ['a lost connection', new ThriftTransportError('connection-lost', 'maybe', 'a'), 502, 'Bad gateway'],
    ['a deadline', new ThriftTransportError('deadline', 'maybe', 'a'), 504, 'Gateway timeout'],
    ['a wrong argument', new ThriftProtocolError('bad-value', 'a'), 500, 'Internal server error'],
    ['any other value', 'text', 500, 'Internal server error'],
  ])('maps %s', (_, error, status, message) => {
    const exception = toHttpException(error, statuses);
    expect(exception).toBeInstanceOf(HttpException);
    expect([exception.getStatus(), exception.message]).toEqual([status, message]);
    expect(exception.cause).toBe(error);
    expect(logged).toEqual(status === 500 ? [error] : []);
  });

  it('leaves an HttpException unchanged', () => {
    const exception = new ConflictException();
    expect(toHttpException(exception)).toBe(exception);
  });
});
