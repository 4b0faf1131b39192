import { HttpException, Logger } from '@nestjs/common';
import { ThriftTransportError, type ThriftErrorCode, type TransportErrorReason } from '../errors.js';
import { ThriftError, ThriftException } from './rpc-exceptions.js';

/** HTTP statuses of exceptions by their names in the IDL: a status, or a function of the exception's fields. */
export type ThriftHttpStatuses = Readonly<Record<string, number | ((value: never) => number)>>;

const BAD_GATEWAY = 502;
const NOT_IMPLEMENTED = 501;

/** Any other code is a fault between the two services. */
const OF_CODES: Readonly<Partial<Record<ThriftErrorCode, number>>> = { UNKNOWN_METHOD: NOT_IMPLEMENTED };

const OF_REASONS: Readonly<Record<TransportErrorReason, number>> = {
  'connect-failed': 503,
  'connection-lost': BAD_GATEWAY,
  deadline: 504,
  aborted: 499,
  closed: 503,
  overloaded: 503,
  'shutting-down': 503,
};

const MESSAGES: Readonly<Record<number, string>> = {
  499: 'Client closed request',
  500: 'Internal server error',
  501: 'Not implemented',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
};

const logger = new Logger('toHttpException');

/**
 * Maps the error of a call to an HttpException, for a REST API in front of a Thrift service. It has the service's
 * message if the service chose the status; other messages stay in `cause`. An error without a status of its own becomes
 * a 500 and is logged: Nest itself logs no HttpException.
 * @param statuses those of the exceptions that the IDL declares; 500 for any other exception.
 */
export function toHttpException(error: unknown, statuses: ThriftHttpStatuses = {}): HttpException {
  if (error instanceof HttpException) return error;
  if (error instanceof ThriftException) {
    const given = Object.hasOwn(statuses, error.type) ? statuses[error.type] : undefined;
    if (given === undefined) return unexpected(error);
    const status = typeof given === 'number' ? given : given(error.value as never);
    return new HttpException(error.message, status, { cause: error });
  }
  if (error instanceof ThriftError) {
    const { status, message, code } = error;
    if (status === undefined) return withoutDetail(OF_CODES[code] ?? BAD_GATEWAY, error);
    return new HttpException(message.slice('404 '.length), status, { cause: error });
  }
  return error instanceof ThriftTransportError ? withoutDetail(OF_REASONS[error.reason], error) : unexpected(error);
}

function unexpected(error: unknown): HttpException {
  logger.error(error);
  return withoutDetail(500, error);
}

function withoutDetail(status: number, cause: unknown): HttpException {
  return new HttpException(MESSAGES[status] ?? '', status, { cause });
}
