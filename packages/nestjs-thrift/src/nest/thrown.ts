import { ThriftError } from './rpc-exceptions.js';

/** Maps what a handler threw to the error for the client, and whether it was unforeseen. */
export function describeThrown(thrown: unknown): { readonly error: ThriftError; readonly unforeseen: boolean } {
  if (thrown instanceof ThriftError) return { error: thrown, unforeseen: false };
  const known = isDescription(thrown);
  const message = known ? thrown.message : 'Internal server error';
  return { error: new ThriftError('INTERNAL_ERROR', message, { cause: thrown }), unforeseen: !known };
}

/** The result of Nest's filters for the client: an object with a message, but not an Error. */
function isDescription(thrown: unknown): thrown is { readonly message: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}
