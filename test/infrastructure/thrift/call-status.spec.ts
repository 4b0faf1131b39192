import { describe, expect, it } from '@jest/globals';
import { callStatus, isFault } from '../../../src/infrastructure/thrift/call-status.js';
import { ThriftError, ThriftException, type CallEnd, type CallOutcome } from 'nestjs-thrift';

function end(outcome: CallOutcome, error?: unknown): CallEnd {
  return { outcome, error, durationMs: 1 } as CallEnd;
}

describe('The status of a call', () => {
  it.each([
    ['OK', false, end('ok')],
    ['404', false, end('exception', new ThriftException('BaseException', { code: 404, message: 'Task not found' }))],
    [
      '503',
      true,
      end('exception', new ThriftException('BaseException', { code: 503, message: 'Task store unavailable' })),
    ],
    ['Oops', true, end('exception', new ThriftException('Oops', { message: 'no code' }))],
    ['Oops', true, end('exception', new ThriftException('Oops', { code: 40_400 }))],
    ['400', false, end('error', new ThriftError('INTERNAL_ERROR', '400 userId must not be empty'))],
    ['INTERNAL_ERROR', true, end('error', new ThriftError('INTERNAL_ERROR', '4000 is no code'))],
    ['MISSING_RESULT', true, end('error', new ThriftError('MISSING_RESULT', 'add returned no value'))],
    ['INTERNAL_ERROR', true, end('error', 'not even an error')],
    ['deadline', true, end('deadline', new ThriftError('INTERNAL_ERROR', 'Deadline exceeded'))],
    ['dropped', false, end('dropped', new ThriftError('INTERNAL_ERROR', 'the client closed the connection'))],
  ])('is %s, and a fault of the service: %s', (status, fault, call) => {
    expect(callStatus(call)).toBe(status);
    expect(isFault(status)).toBe(fault);
  });
});
