import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What Nest tells about its own start is for those who debug it. */
const CHATTER = /^(NestFactory|NestApplication|NestMicroservice|InstanceLoader|RoutesResolver|RouterExplorer)$/;

/** Tells the trace of the call that is running now, if there is one. */
export interface ActiveTrace {
  traceId(): string | undefined;
}

/** Writes what Nest and its parts log into the service's log, in the form of every other line. */
export class NestLogger implements LoggerService {
  constructor(
    private readonly pino: Logger,
    private readonly traces?: ActiveTrace,
  ) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const isChatter = typeof context === 'string' && CHATTER.test(context);
    this.#write(isChatter ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Nest logs an error that stops the start and throws it as well; the catcher reports it.
    const isToldTwice = rest.at(-1) === 'ExceptionHandler' || rest.at(-1) === 'NestApplication';
    this.#write(isToldTwice ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  /** Nest passes an error or a stack after the message, and the name of the part that speaks last. */
  #write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const err = [message, ...rest].find((part) => part instanceof Error);
    const stack = rest.slice(0, -1).find((part) => typeof part === 'string');
    const text = message instanceof Error ? message.message : String(message);
    this.pino[level]({ context, err, stack, trace_id: this.traces?.traceId() }, text);
  }
}
