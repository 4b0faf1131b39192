import { EventEmitter } from 'node:events';

/**
 * Those who want to hear of events. A listener's fault is its own: what it throws is reported and goes no further, so that
 * what it listens to goes on. Listeners of the same event behind it don't hear of it then.
 */
export class Listeners<Events extends Record<keyof Events, (...args: never[]) => void>> {
  private readonly emitter = new EventEmitter();

  /** @param report gets what a listener threw, and which one it was. */
  constructor(private readonly report: (error: unknown, what: string) => void) {
    // Without a listener, an emitted error would be thrown.
    this.emitter.on('error', () => undefined);
  }

  /** From now on, `listener` is told of that event. */
  on<Name extends keyof Events & string>(event: Name, listener: Events[Name]): void {
    this.emitter.on(event, listener as unknown as (...args: unknown[]) => void);
  }

  /** Tells all listeners of that event. Never throws. */
  emit<Name extends keyof Events & string>(event: Name, ...args: Parameters<Events[Name]>): void {
    try {
      this.emitter.emit(event, ...(args as unknown[]));
    } catch (error) {
      this.report(error, `a listener of '${event}' failed`);
    }
  }
}
