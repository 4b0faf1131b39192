import type { EmbeddedStore } from '@tasks/embedded-store';
import { TokenRepository } from '../../../application/accounts/token-repository.js';
import type { AccessToken } from '../../../domain/access-token.js';

import { DigestRows } from './digest-rows.js';

/** Access tokens in the embedded store. */
export class EmbeddedTokenRepository extends TokenRepository {
  readonly #tokens: DigestRows<AccessToken>;

  constructor(store: EmbeddedStore) {
    super();
    this.#tokens = new DigestRows(store, 'token');
  }

  override add(token: AccessToken): Promise<void> {
    return this.#tokens.add(token);
  }

  override find(digest: string): Promise<AccessToken | undefined> {
    return this.#tokens.find(digest);
  }

  override listByAccount(accountId: string): Promise<readonly AccessToken[]> {
    return this.#tokens.ofAccount(accountId);
  }

  override touch(digest: string, lastUsedOn: Date): Promise<void> {
    return this.#tokens.change(digest, { lastUsedOn });
  }

  override remove(digests: readonly string[]): Promise<void> {
    return this.#tokens.remove(digests);
  }

  override removeExpired(now: Date): Promise<number> {
    return this.#tokens.removeExpired(now);
  }
}
