import type { Protocol } from './protocol.js';

/** One of a kind for each protocol, made when it is first needed and then used again: readers and writers hold memory. */
export class PerProtocol<T> {
  private readonly made = new Map<Protocol, T>();

  /** @param create makes the one of a protocol. */
  constructor(private readonly create: (protocol: Protocol) => T) {}

  /** The one of that protocol. */
  of(protocol: Protocol): T {
    let one = this.made.get(protocol);
    if (one === undefined) {
      one = this.create(protocol);
      this.made.set(protocol, one);
    }
    return one;
  }
}
