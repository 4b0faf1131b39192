import { ThriftError } from '../rpc-exceptions.js';

/** The error that a client gets for what a handler threw, and whether it is one that nobody foresaw. */
export function describeThrown(thrown: unknown): { readonly error: ThriftError; readonly unforeseen: boolean } {
  if (thrown instanceof ThriftError) return { error: thrown, unforeseen: false };
  const known = isDescription(thrown);
  const message = known ? thrown.message : 'Internal server error';
  return { error: new ThriftError('INTERNAL_ERROR', message, { cause: thrown }), unforeseen: !known };
}

/** What filters of Nest make of an exception for the client: an object with a message, which is no Error. */
function isDescription(thrown: unknown): thrown is { readonly message: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}
