import { EventEmitter } from 'node:events';

/**
 * Listeners of events. An error thrown by a listener is reported and does not affect the emitter; later listeners of
 * that event are skipped.
 */
export class Listeners<Events extends Record<keyof Events, (...args: never[]) => void>> {
  private readonly emitter = new EventEmitter();

  /** @param report receives the thrown error, and which listener threw it. */
  constructor(private readonly report: (error: unknown, what: string) => void) {
    // Without a listener, an emitted error would be thrown.
    this.emitter.on('error', () => undefined);
  }

  /** Adds a listener of an event. */
  on<Name extends keyof Events & string>(event: Name, listener: Events[Name]): void {
    this.emitter.on(event, listener as unknown as (...args: unknown[]) => void);
  }

  /** Calls all listeners of an event. Never throws. */
  emit<Name extends keyof Events & string>(event: Name, ...args: Parameters<Events[Name]>): void {
    try {
      this.emitter.emit(event, ...(args as unknown[]));
    } catch (error) {
      this.report(error, `a listener of '${event}' failed`);
    }
  }
}
