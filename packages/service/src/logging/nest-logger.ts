import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Nest's messages about its own start are only useful for debugging. */
const CHATTER = /^(NestFactory|NestApplication|NestMicroservice|InstanceLoader|RoutesResolver|RouterExplorer)$/;

/** Returns the trace of the current call, if any. */
export interface ActiveTrace {
  traceId(): string | undefined;
}

/** Writes the log of Nest and its modules into the service's log, in the same form as all lines. */
export class NestLogger implements LoggerService {
  readonly #pino: Logger;
  readonly #traces: ActiveTrace | undefined;

  constructor(pino: Logger, traces?: ActiveTrace) {
    this.#pino = pino;
    this.#traces = traces;
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const isChatter = typeof context === 'string' && CHATTER.test(context);
    this.#write(isChatter ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Nest logs an error that stops the start and throws it as well; it is reported where it is caught.
    const isLoggedTwice = rest.at(-1) === 'ExceptionHandler' || rest.at(-1) === 'NestApplication';
    this.#write(isLoggedTwice ? 'debug' : 'error', message, rest);
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

  /** Nest passes an error or a stack after the message, and the context name last. */
  #write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const err = [message, ...rest].find((part) => part instanceof Error);
    const stack = rest.slice(0, -1).find((part) => typeof part === 'string');
    const text = message instanceof Error ? message.message : String(message);
    this.#pino[level]({ context, err, stack, trace_id: this.#traces?.traceId() }, text);
  }
}
