import { ThriftError, ThriftException, type CallEnd } from 'nestjs-thrift';
import type { SpanOutcome } from 'nestjs-thrift/opentelemetry';

const CODE = /^[45]\d\d\b/;

/**
 * Outcome of a call as one of a few words: `OK`, the code of an error reply (`400`, `404`, `503`), `deadline`,
 * `dropped`, the name of the application exception (`INTERNAL_ERROR`) or that of an exception of the IDL without a
 * code.
 */
export function callStatus({ outcome, error }: CallEnd): string {
  if (outcome === 'ok') return 'OK';
  if (outcome === 'deadline' || outcome === 'dropped') return outcome;
  if (error instanceof ThriftException) return codeIn(error.value as object) ?? error.type;
  // Methods without declared exceptions have the code in the message: `400 userId must not be empty`.
  if (error instanceof ThriftError) return CODE.exec(error.message)?.[0] ?? error.code;
  return 'INTERNAL_ERROR';
}

/** Whether the service is at fault, rather than the caller's input or a disconnect. */
export function isFault(status: string): boolean {
  return status !== 'OK' && status !== 'dropped' && !/^4\d\d$/.test(status);
}

/** The outcome of a call on its span. */
export function spanOutcome(end: CallEnd): SpanOutcome {
  const status = callStatus(end);
  return { status, isFault: isFault(status) };
}

function codeIn(exception: object): string | undefined {
  return 'code' in exception ? CODE.exec(String(exception.code))?.[0] : undefined;
}
