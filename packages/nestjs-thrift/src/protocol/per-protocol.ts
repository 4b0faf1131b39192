import type { Protocol } from './protocol.js';

/** One object per protocol, created on first use and then reused: readers and writers hold memory. */
export class PerProtocol<T> {
  private readonly made = new Map<Protocol, T>();

  /** @param create creates the object for a protocol. */
  constructor(private readonly create: (protocol: Protocol) => T) {}

  of(protocol: Protocol): T {
    let one = this.made.get(protocol);
    if (one === undefined) {
      one = this.create(protocol);
      this.made.set(protocol, one);
    }
    return one;
  }
}
