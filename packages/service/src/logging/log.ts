import type { DestinationStream, Logger } from 'pino';
import { withoutCredentials } from './redaction.js';

export type { Logger };

/** How to log. */
export interface LogOptions {
  readonly level: string;
  /** Undefined: pretty when standard output is a terminal, else JSON. */
  readonly format?: 'json' | 'pretty' | undefined;
  /** Default: standard output. */
  readonly destination?: DestinationStream | undefined;
}

/** An error as it is logged. Nothing else of it: errors of drivers carry the documents they were about. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

const GREATEST_CAUSE_DEPTH = 5;

/** So much is kept of what can't be written, for when it can be again; lines after that are lost. */
const UNWRITTEN_MAX_BYTES = 1_048_576;

/**
 * One line per event: JSON with `level`, `time` and `msg`, or the same for people. Written before the call returns, or
 * not at all: a full disk and a reader that is gone are no reason for a call to fail.
 */
export async function createLog({ level, format, destination }: LogOptions): Promise<Logger> {
  const isPretty = format === undefined ? process.stdout.isTTY : format === 'pretty';
  const { pino, stdTimeFunctions } = await import('pino');
  return pino(
    {
      level,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error), stack: hideInStack },
      hooks: { logMethod: hideCredentials },
    },
    isPretty ? await prettyStream(destination) : (destination ?? (await standardOutput())),
  );
}

/** Loaded when a person looks on. */
async function prettyStream(destination: DestinationStream | undefined): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize: process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss.l' });
  const out = destination ?? (await standardOutput());
  return {
    write: (line) => {
      out.write(pretty(line));
    },
  };
}

/** Without pino's own `flushSync`, which after a `fatal` line tries again for ever while the disk is full. */
async function standardOutput(): Promise<DestinationStream> {
  const { pino } = await import('pino');
  const out = pino.destination({ dest: 1, sync: true, maxLength: UNWRITTEN_MAX_BYTES });
  // Pino itself forgives only a closed pipe, and throws everything else at whoever logs.
  out.on('error', () => undefined);
  return {
    write: (line) => {
      out.write(line);
    },
  };
}

function hideCredentials(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']): void {
  method.apply(
    this,
    args.map((arg: unknown) => (typeof arg === 'string' ? withoutCredentials(arg) : arg)) as typeof args,
  );
}

function hideInStack(stack: unknown): unknown {
  return typeof stack === 'string' ? withoutCredentials(stack) : stack;
}

/** @param depth how deep among causes it stands: they may go around in a circle. */
function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: withoutCredentials(message),
    code: 'code' in error ? error.code : undefined,
    stack: stack === undefined ? undefined : withoutCredentials(stack),
    cause: cause === undefined || depth === GREATEST_CAUSE_DEPTH ? undefined : describeError(cause, depth + 1),
  };
}
