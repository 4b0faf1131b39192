/** The holder of a slot, which a newcomer may replace. */
export interface SlotHolder {
  /** Since when it is idle, on the clock of `performance.now()`; undefined while it must keep its slot. */
  readonly idleSinceMs: number | undefined;
}

/**
 * A limited number of slots for sockets. Once all are taken, a newcomer replaces the holder that has been idle longest. Each
 * address has an equal share of the slots, and only addresses that hold at least their share lose one, so no address can lock
 * out the others.
 */
export class FairSlots<Holder extends SlotHolder> {
  /** The holders, with their address groups. */
  readonly #holders = new Map<Holder, string>();
  readonly #perAddress = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** Slots that are taken. */
  get size(): number {
    return this.#holders.size;
  }

  get isFull(): boolean {
    return this.size >= this.limit;
  }

  /** Longest held first. */
  holders(): IterableIterator<Holder> {
    return this.#holders.keys();
  }

  /** The longest idle holder that a newcomer from `address` may replace; undefined when there is none. */
  replaceableBy(address: string): Holder | undefined {
    const ownCount = this.#perAddress.get(address) ?? 0;
    const share = this.limit / (this.#perAddress.size + (ownCount === 0 ? 1 : 0));
    let longest: Holder | undefined;
    let longestSinceMs = Infinity;
    for (const [holder, other] of this.#holders) {
      if (ownCount >= share ? other !== address : (this.#perAddress.get(other) ?? 0) < share) continue;
      const sinceMs = holder.idleSinceMs ?? Infinity;
      if (sinceMs >= longestSinceMs) continue;
      longest = holder;
      longestSinceMs = sinceMs;
    }
    return longest;
  }

  take(holder: Holder, address: string): void {
    this.#holders.set(holder, address);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  /** Frees the slot of a holder; does nothing when it has none. */
  free(holder: Holder): void {
    const address = this.#holders.get(holder);
    if (address === undefined) return;
    this.#holders.delete(holder);
    const left = (this.#perAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}
