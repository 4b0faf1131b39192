import type { Account, AccountChanges, AccountExpectation, AccountStatus } from '../../domain/account.js';

/** A slice of all accounts, by id. */
export interface AccountPage {
  readonly limit: number;
  /** Only accounts after this id. */
  readonly after?: string | undefined;
  readonly status?: AccountStatus | undefined;
}

/**
 * Stores accounts. Every method is one atomic step, and rejects with AccountError STORE_UNAVAILABLE when the store
 * fails or doesn't answer in time; a write that failed with it may have been executed nevertheless.
 */
export abstract class AccountRepository {
  /**
   * Stores a new account under its name. Of several accounts with one canonical name, concurrent or not, one is added.
   *
   * @returns Whether it was added; false: the name is taken.
   */
  abstract add(account: Account): Promise<boolean>;

  abstract findById(id: string): Promise<Account | undefined>;

  abstract findByName(canonicalName: string): Promise<Account | undefined>;

  /** Accounts in the order of their ids. */
  abstract list(page: AccountPage): Promise<readonly Account[]>;

  /**
   * Changes the account if it is as expected.
   *
   * @returns The account afterwards; undefined when it differs from `expected` or does not exist, and nothing was changed.
   */
  abstract change(id: string, expected: AccountExpectation, changes: AccountChanges): Promise<Account | undefined>;

  /** Removes the account and frees its name. Does nothing if it does not exist. */
  abstract remove(account: Pick<Account, 'id' | 'canonicalName'>): Promise<void>;
}
