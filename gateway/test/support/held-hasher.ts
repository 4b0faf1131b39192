import type { PasswordHasher, PasswordVerdict } from '../../src/application/accounts/password-hasher.js';
import { ScryptPasswordHasher } from '../../src/infrastructure/hashing/scrypt-password-hasher.js';

/** A fast hasher whose verifications can be held, so that a test can act during the hash. */
export class HeldHasher extends ScryptPasswordHasher {
  #released: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #onVerify: () => void = () => undefined;

  constructor() {
    super({ logN: 1, r: 1, p: 1 }, { concurrency: 4, maxWaitMs: 60_000 });
  }

  /** Blocks verifications until `release`; resolves once so many wait. */
  hold(count = 1): Promise<void> {
    this.#released = new Promise((resolve) => (this.#release = resolve));
    let waiting = 0;
    return new Promise((resolve) => {
      this.#onVerify = () => {
        if (++waiting === count) resolve();
      };
    });
  }

  release(): void {
    this.#onVerify = () => undefined;
    this.#release();
  }

  override async verify(...args: Parameters<PasswordHasher['verify']>): Promise<PasswordVerdict> {
    this.#onVerify();
    await this.#released;
    return super.verify(...args);
  }
}
