import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { isThriftErrorCode } from '../errors.js';
import { ThriftError, ThriftException } from './rpc-exceptions.js';

/** The error for the client of an exception that is meant for it; undefined for any other. */
export function toThriftError(exception: unknown): ThriftError | undefined {
  if (exception instanceof ThriftError) return exception;
  if (exception instanceof RpcException && !(exception instanceof ThriftException)) {
    return new ThriftError(codeOf(exception.getError()), exception.message, { cause: exception });
  }
  if (exception instanceof HttpException) {
    return new ThriftError('INTERNAL_ERROR', describeHttpException(exception), { cause: exception });
  }
  return undefined;
}

/**
 * Maps what Nest's chain of filters passes on to the error for the client, and whether it was unforeseen. A filter of the
 * application gives an exception, or the description of one: the text or the object of `RpcException.getError()`.
 */
export function describeThrown(thrown: unknown): { readonly error: ThriftError; readonly unforeseen: boolean } {
  const error = toThriftError(thrown) ?? fromDescription(thrown);
  if (error !== undefined) return { error, unforeseen: false };
  return { error: new ThriftError('INTERNAL_ERROR', 'Internal server error', { cause: thrown }), unforeseen: true };
}

/** `404 No such label`; the errors of ValidationPipe are joined: `400 name must be a string`. */
export function describeHttpException(exception: HttpException): string {
  const response = exception.getResponse();
  const message: unknown = typeof response === 'string' ? response : (response as { message?: unknown }).message;
  const parts = (Array.isArray(message) ? message : [message]).filter((part) => typeof part === 'string');
  return `${String(exception.getStatus())} ${parts.length === 0 ? exception.message : parts.join('; ')}`;
}

function fromDescription(thrown: unknown): ThriftError | undefined {
  if (typeof thrown === 'string') return new ThriftError('INTERNAL_ERROR', thrown, { cause: thrown });
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof Error) return undefined;
  const { message } = thrown as { readonly message?: unknown };
  return typeof message === 'string' ? new ThriftError(codeOf(thrown), message, { cause: thrown }) : undefined;
}

function codeOf(error: string | object): ThriftError['code'] {
  const code = typeof error === 'object' && 'code' in error ? error.code : undefined;
  return isThriftErrorCode(code) ? code : 'INTERNAL_ERROR';
}
