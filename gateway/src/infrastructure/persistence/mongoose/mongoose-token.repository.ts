import { TokenRepository } from '../../../application/accounts/token-repository.js';
import type { AccessToken } from '../../../domain/access-token.js';
import type { AccountDatabase } from './account-database.js';
import { DigestCollection } from './digest-collection.js';

/** The collection of this repository. */
export const TOKENS = 'tokens';

/** Access tokens in MongoDB. */
export class MongooseTokenRepository extends TokenRepository {
  readonly #tokens: DigestCollection<AccessToken>;

  constructor(database: AccountDatabase) {
    super();
    this.#tokens = new DigestCollection(database, TOKENS);
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
