import { ThriftError } from '../errors.js';

/** The error that a client gets for what a handler threw, and whether it is one that nobody foresaw. */
export function describeThrown(thrown: unknown): { readonly error: ThriftError; readonly unforeseen: boolean } {
  if (thrown instanceof ThriftError) return { error: thrown, unforeseen: false };
  const known = isNestError(thrown);
  const message = known ? thrown.message : 'Internal server error';
  return { error: new ThriftError('INTERNAL_ERROR', message, { cause: thrown }), unforeseen: !known };
}

/** What Nest makes of an exception that is no business of the transport: `{ status: 'error', message }`. */
function isNestError(thrown: unknown): thrown is { status: string; message: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'status' in thrown &&
    thrown.status === 'error' &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}
