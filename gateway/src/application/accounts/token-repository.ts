import type { AccessToken } from '../../domain/access-token.js';

/** Where access tokens are kept, by the digests of their secrets. Atomicity and errors: as AccountRepository. */
export abstract class TokenRepository {
  abstract add(token: AccessToken): Promise<void>;

  abstract find(digest: string): Promise<AccessToken | undefined>;

  /** Every stored token of the account, expired and outdated ones included, in no particular order. */
  abstract listByAccount(accountId: string): Promise<readonly AccessToken[]>;

  /** Notes that the token was used. One that is gone stays gone. */
  abstract touch(digest: string, lastUsedOn: Date): Promise<void>;

  /** Removes these tokens; those that are gone don't matter. */
  abstract remove(digests: readonly string[]): Promise<void>;

  /** Removes tokens that have expired, some at a time; returns how many, 0 = none left. */
  abstract removeExpired(now: Date): Promise<number>;
}
