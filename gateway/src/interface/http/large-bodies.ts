import { Problem } from './problem.js';

/** Maximum number of large bodies at a time: of one network, and of all. Bounds the memory that they take. */
const MAX_PER_NETWORK = 4;
const MAX_TOTAL = 16;
/** Retry-After, in seconds. */
const RETRY_S = 5;

/** Bodies that are larger than those of most routes: they are read whole, before anybody is authenticated. */
export class LargeBodies {
  readonly #networkOf: (address: string) => string;
  readonly #byNetwork = new Map<string, number>();
  #total = 0;

  /** @param networkOf Returns the part of an address that its owner can't change at will. */
  constructor(networkOf: (address: string) => string) {
    this.#networkOf = networkOf;
  }

  /** Returns the function that ends it. @throws Problem `too-many-requests` of the network, `unavailable` of all. */
  begin(address: string): () => void {
    const network = this.#networkOf(address);
    const count = this.#byNetwork.get(network) ?? 0;
    const headers = { 'retry-after': String(RETRY_S) };
    if (count >= MAX_PER_NETWORK) {
      const detail = `A network can send ${String(MAX_PER_NETWORK)} large bodies at a time.`;
      throw new Problem('too-many-requests', detail, { headers });
    }
    if (this.#total >= MAX_TOTAL)
      throw new Problem('unavailable', 'Too many large bodies are being read.', { headers });
    this.#byNetwork.set(network, count + 1);
    this.#total++;
    return () => {
      this.#total--;
      const left = (this.#byNetwork.get(network) ?? 1) - 1;
      if (left === 0) this.#byNetwork.delete(network);
      else this.#byNetwork.set(network, left);
    };
  }
}
