import { ThriftTransportError, type ThriftError } from '../errors.js';
import { readGivenUp } from '../given-up.js';

/** What a server's transport answered instead of a result, as an error that says whether the call may have run. */
export function asRefusal(error: ThriftError): ThriftTransportError | undefined {
  if (error.code !== 'INTERNAL_ERROR') return undefined;
  const givenUp = readGivenUp(error.message);
  if (givenUp === undefined) return undefined;
  return new ThriftTransportError(givenUp.reason, givenUp.executed, error.message, { cause: error });
}
