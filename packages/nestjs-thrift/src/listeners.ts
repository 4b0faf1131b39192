import { EventEmitter } from 'node:events';

/**
 * Listeners of events. An error thrown by a listener is reported and does not affect the emitter; later listeners of
 * that event are skipped.
 */
export class Listeners<Events extends Record<keyof Events, (...args: never[]) => void>> {
  readonly #emitter = new EventEmitter();
  readonly #report: (error: unknown, what: string) => void;

  /** @param report receives the thrown error, and which listener threw it. */
  constructor(report: (error: unknown, what: string) => void) {
    this.#report = report;
    // Without a listener, an emitted error would be thrown.
    this.#emitter.on('error', () => undefined);
  }

  on<Name extends keyof Events & string>(event: Name, listener: Events[Name]): void {
    this.#emitter.on(event, listener as unknown as (...args: unknown[]) => void);
  }

  has(event: keyof Events & string): boolean {
    return this.#emitter.listenerCount(event) > 0;
  }

  /** Calls all listeners of an event. Never throws. */
  emit<Name extends keyof Events & string>(event: Name, ...args: Parameters<Events[Name]>): void {
    try {
      this.#emitter.emit(event, ...(args as unknown[]));
    } catch (error) {
      this.#report(error, `a listener of '${event}' failed`);
    }
  }
}
