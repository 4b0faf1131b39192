import { ThriftTransportError, type ThriftError, type TransportErrorReason } from '../errors.js';

const REFUSALS: readonly [prefix: string, reason: TransportErrorReason, executed: 'no' | 'maybe'][] = [
  ['Overloaded:', 'overloaded', 'no'],
  ['Shutting down:', 'shutting-down', 'no'],
  ['Deadline exceeded:', 'deadline', 'maybe'],
];

/** What a server's transport answered instead of a result, as an error that says whether the call may have run. */
export function asRefusal(error: ThriftError): ThriftTransportError | undefined {
  if (error.code !== 'INTERNAL_ERROR') return undefined;
  const refusal = REFUSALS.find(([prefix]) => error.message.startsWith(prefix));
  if (refusal === undefined) return undefined;
  const [, reason, executed] = refusal;
  return new ThriftTransportError(reason, executed, error.message, { cause: error });
}
