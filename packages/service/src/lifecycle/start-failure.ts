import { MIN_DESCRIPTORS, readDescriptorLimit } from '../config/descriptor-limit.js';

/** Names of the variables for the listening address. */
export interface ListenVariables {
  readonly host: string;
  readonly port: string;
}

/** The process may open too few files to start. */
class DescriptorError extends Error {
  override readonly name = 'DescriptorError';

  constructor(descriptors: number | undefined) {
    const count = descriptors === undefined ? 'too few' : `only ${String(descriptors)}`;
    super(
      `Can't start: this process may open ${count} files. Allow at least ${String(MIN_DESCRIPTORS)}, ` +
        'and one for each connection (ulimit -n, LimitNOFILE)',
    );
  }
}

/** Error of `node:net` for an address that can't be listened on. */
interface NetError extends Error {
  readonly syscall?: string;
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
}

/** An address can't be listened on; the message contains the address, the cause, and the variable to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** The start failed in another process, which has described why. */
export class ReportedStartError extends Error {
  override readonly name = 'ReportedStartError';

  constructor(readonly failure: StartFailure) {
    super(failure.message);
  }
}

/** Cause and advice by error code. */
const LISTEN_ADVICE: Readonly<Record<string, (variables: ListenVariables) => string>> = {
  EADDRINUSE: ({ port }) => `another process listens there; end it, or choose another port with ${port}`,
  EACCES: ({ port }) => `this user may not listen there; choose a port from 1024 on with ${port}`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no such address; choose another with ${host} (0.0.0.0 for all)`,
};

/** Errors whose message is complete. */
const SELF_EXPLAINING = new Set(['ConfigError', 'DescriptorError', 'ListenError']);

/** Programming errors: their stack is more useful than their message. */
const UNFORESEEN = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/**
 * Listens, and explains a failure.
 *
 * @param variables The variables that chose the address.
 * @throws ListenError when the address can't be listened on; other errors of `listen` unchanged.
 */
export async function listening<Result>(variables: ListenVariables, listen: () => Promise<Result>): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    throw explain(error, variables);
  }
}

function explain(error: unknown, variables: ListenVariables): unknown {
  // Not `instanceof`: an error of `node:net` may come from another realm.
  const { syscall, code, message, address = '', port } = (error ?? {}) as NetError;
  // A worker of node:cluster reports `bind`.
  if (syscall === 'listen' || syscall === 'bind') {
    // Port 0 has no number yet.
    const place = port === undefined ? address : `${address}:${String(port)}`;
    const advice =
      LISTEN_ADVICE[code ?? '']?.(variables) ?? `${message}; ${variables.host} and ${variables.port} choose where`;
    return new ListenError(`Can't listen on ${place} (${String(code)}): ${advice}`, { cause: error });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const advice = `its host name is unknown; choose another with ${variables.host} (0.0.0.0 for all)`;
    return new ListenError(`Can't listen (${message}): ${advice}`, { cause: error });
  }
  return error;
}

/** Why the service did not start. */
export interface StartFailure {
  readonly message: string;
  /** Set where its stack is needed to understand it. */
  readonly err?: unknown;
}

/** Describes why the service did not start. */
export function describeStartFailure(error: unknown): StartFailure {
  if (isReported(error)) return error.failure;
  if (isOutOfDescriptors(error)) return { message: new DescriptorError(readDescriptorLimit()).message };
  if (!(error instanceof Error)) return { message: `Can't start: ${String(error)}` };
  if (SELF_EXPLAINING.has(error.name)) return { message: error.message };
  return { message: `Can't start: ${error.message}`, ...(UNFORESEEN.has(error.name) && { err: error }) };
}

/** By its name: Node may load this module once by its link in node_modules, and once by its own path. */
function isReported(error: unknown): error is ReportedStartError {
  return error instanceof Error && error.name === 'ReportedStartError';
}

/** Also when a library wraps it. */
function isOutOfDescriptors(error: unknown): boolean {
  const { code, cause, message = '' } = (error ?? {}) as { code?: string; cause?: unknown; message?: string };
  if (code === 'EMFILE' || /\bEMFILE\b/.test(message)) return true;
  return cause !== undefined && cause !== error && isOutOfDescriptors(cause);
}

/** @throws DescriptorError when this process may open too few files to load the rest of itself. */
export function assertDescriptors(): void {
  const descriptors = readDescriptorLimit();
  if (descriptors !== undefined && descriptors < MIN_DESCRIPTORS) throw new DescriptorError(descriptors);
}
