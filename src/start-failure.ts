/** What `node:net` says of an address that can't be listened on. */
interface ListenError extends Error {
  readonly syscall: 'listen';
  readonly code: string;
  readonly address?: string;
  readonly port?: number;
}

const LISTEN_ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there, end it or choose another port',
  EACCES: 'this user may not listen there, choose a port from 1024 on',
  EADDRNOTAVAIL: 'this machine has no such address, choose another host (0.0.0.0 for all)',
};
const HOST_UNKNOWN = 'its host name is unknown, choose another host (0.0.0.0 for all)';
const VARIABLES = 'THRIFT_HOST and THRIFT_PORT, HTTP_HOST and HTTP_PORT say where to listen';

/** Errors that nobody wrote for the person who starts the service: their stack tells more than their message. */
const UNFORESEEN = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** Why the service did not start, in one line; `err` is set where its stack is needed to understand it. */
export function describeStartFailure(error: unknown): { readonly message: string; readonly err?: unknown } {
  if (!(error instanceof Error)) return { message: `Can't start: ${String(error)}` };
  if (isListenError(error)) {
    // Any free port has no number yet.
    const place = `${error.address ?? ''}${error.port === undefined ? '' : `:${String(error.port)}`}`;
    return {
      message: `Can't listen on ${place} (${error.code}): ${LISTEN_ADVICE[error.code] ?? error.message}. ${VARIABLES}`,
    };
  }
  if ('code' in error && (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')) {
    return { message: `Can't listen (${error.message}): ${HOST_UNKNOWN}. ${VARIABLES}` };
  }
  return { message: `Can't start: ${error.message}`, ...(UNFORESEEN.has(error.name) && { err: error }) };
}

function isListenError(error: Error): error is ListenError {
  return 'syscall' in error && error.syscall === 'listen';
}
