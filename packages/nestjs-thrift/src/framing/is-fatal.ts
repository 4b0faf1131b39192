import { ThriftProtocolError } from '../errors.js';

/**
 * Whether the connection must close after a rejected message. The end of a frame is known whatever it contains. Without
 * frames, a malformed message may have ended somewhere else. A peer over a limit is not allowed to continue.
 */
export function isFatal(error: unknown, isFramed: boolean): boolean {
  if (!(error instanceof ThriftProtocolError) || error.reason === 'missing-field') return false;
  return !isFramed || error.reason === 'size-limit' || error.reason === 'depth-limit';
}
