import { ThriftTransportError, type ThriftError } from '../errors.js';

/**
 * What a server that is overloaded or shutting down answers instead of running the call: an error to show for it, which
 * says that the call was not run. Undefined for every other error.
 */
export function asRefusal(error: ThriftError): ThriftTransportError | undefined {
  if (error.code !== 'INTERNAL_ERROR') return undefined;
  if (error.message.startsWith('Overloaded:')) {
    return new ThriftTransportError('overloaded', 'no', error.message, { cause: error });
  }
  if (error.message.startsWith('Shutting down:')) {
    return new ThriftTransportError('shutting-down', 'no', error.message, { cause: error });
  }
  return undefined;
}
