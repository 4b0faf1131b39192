import { ThriftError, ThriftProtocolError } from '../errors.js';
import { givenUpMessage } from '../given-up.js';
import type { RejectionReason } from './events.js';

/** Why a call is not run. */
export interface Refusal {
  readonly reason: RejectionReason;
  readonly error: ThriftError;
}

// One error each for all calls: refusing must cost little, or it would not help.

/** The server closes and the call came too late. */
export const SHUTTING_DOWN: Refusal = {
  reason: 'shutting-down',
  error: new ThriftError('INTERNAL_ERROR', givenUpMessage('shutting-down')),
};

/** There is more to do than can be done in time. */
export const OVERLOADED: Refusal = {
  reason: 'overloaded',
  error: new ThriftError('INTERNAL_ERROR', givenUpMessage('overloaded')),
};

/** Under which reason a message that can't be read is counted. */
export function rejectionReason(error: ThriftError): RejectionReason {
  if (!(error instanceof ThriftProtocolError)) return 'malformed';
  return error.reason === 'size-limit' || error.reason === 'depth-limit' ? error.reason : 'malformed';
}
