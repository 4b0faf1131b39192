import { ThriftProtocolError } from '../errors.js';

/**
 * Whether a connection can't go on after a message that was refused. A frame's end is known whatever is in it; without
 * frames, a message that is not what it seemed may have ended somewhere else. Over a limit, the peer is not to go on.
 */
export function isFatal(error: unknown, isFramed: boolean): boolean {
  if (!(error instanceof ThriftProtocolError) || error.reason === 'missing-field') return false;
  return !isFramed || error.reason === 'size-limit' || error.reason === 'depth-limit';
}
