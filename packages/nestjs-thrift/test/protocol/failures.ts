import { expect, it } from '@jest/globals';
import type { ProtocolErrorReason } from '../../src/errors.js';
import { ThriftProtocolError } from '../../src/errors.js';
import type { Protocol, ReadLimits } from '../../src/protocol/protocol.js';
import type { StructSchema } from '../../src/schema.js';
import { decode, limits, scan } from './dialects.js';
import { struct } from './schemas.js';

/** Rejected bytes: by reader or scanner, and the reason. */
export interface Failure {
  readonly name: string;
  readonly message: Buffer;
  /** The struct in the IDL; without it the fields of the message are unknown. */
  readonly schema?: StructSchema;
  readonly limits?: Partial<ReadLimits>;
  readonly reason: ProtocolErrorReason;
  /** Text of the error. */
  readonly says: RegExp | string;
  /** Whether the scanner rejects the message too. */
  readonly scanned?: boolean;
}

/** Returns the error thrown by the function, which must be one of ours. */
export function failureOf(run: () => unknown): ThriftProtocolError {
  const { stackTraceLimit } = Error;
  // Whole stacks cost more than the failures themselves.
  Error.stackTraceLimit = 1;
  try {
    run();
  } catch (error) {
    if (error instanceof ThriftProtocolError) return error;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  throw new Error('nothing was thrown');
}

/** One test per row: the reader rejects the message, and the scanner too if `scanned` is set. */
export function testFailures(protocol: Protocol, failures: readonly Failure[]): void {
  it.each(failures)('$name', ({ message, schema, limits: some, reason, says, scanned }) => {
    const within = { ...limits, ...some };
    const error = failureOf(() => decode(protocol, schema ?? struct('Nothing', []), message, within));
    expect({ reason: error.reason, message: error.message }).toEqual({
      reason,
      message: typeof says === 'string' ? says : expect.stringMatching(says),
    });
    if (scanned === true) {
      const everyOffset = Array.from({ length: message.length + 1 }, (_, offset) => offset);
      failureOf(() => scan(protocol, message, everyOffset, within));
      failureOf(() => scan(protocol, message, [message.length], within));
    }
  });
}
