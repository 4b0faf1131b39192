import type { Logger } from 'pino';
import { LogStream, type LogDestination } from './log-destination.js';
import { describeError } from './logged-error.js';
import { PRETTY_OPTIONS, readableFields, type Readable } from './pretty-line.js';
import { withoutCredentials } from './redaction.js';
import { openStandardOutput } from './standard-output.js';

export type { LogDestination, Logger };

/** Options of a log. */
export interface LogOptions {
  readonly level: string;
  /** Undefined: pretty when standard output is a terminal, else JSON. */
  readonly format?: 'json' | 'pretty' | undefined;
  /** Default: standard output. */
  readonly destination?: LogDestination | undefined;
  /** Pretty forms of some messages. */
  readonly readable?: Readable;
  /** Fields of every line. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Whether other processes write to the same standard output: their lines must not mix. */
  readonly isShared?: boolean;
}

/**
 * One line per event: JSON with `level`, `time` and `msg`, or a pretty form. Logging never waits and never fails: when
 * the reader is too slow or stopped, lines are dropped, and the log reports how many.
 */
export async function createLog(options: LogOptions): Promise<Logger> {
  const { level, format, destination, readable = {}, fields, isShared = false } = options;
  const { pino, stdTimeFunctions } = await import('pino');
  const isPretty = format === undefined ? process.stdout.isTTY : format === 'pretty';
  const out =
    destination ??
    (await openStandardOutput(isShared, (dropped) => {
      log.warn({ dropped }, `${String(dropped)} log lines were dropped: the log's reader did not keep up`);
    }));
  const toPretty = isPretty ? await prettyFormat(readable) : undefined;
  const log: Logger = pino(
    {
      level,
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error), stack: hideInStack },
      hooks: { logMethod: hideCredentials },
    },
    new LogStream(out, toPretty),
  );
  return log;
}

/** Loaded only for pretty logs. */
async function prettyFormat(readable: Readable): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ ...PRETTY_OPTIONS, colorize: process.stdout.isTTY });
  return (line) => pretty(readableFields(line, readable));
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
