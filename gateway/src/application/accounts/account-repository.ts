import type { Account, AccountChanges, AccountExpectation, AccountStatus } from '../../domain/account.js';

/** A slice of all accounts, by id. */
export interface AccountPage {
  /** Maximum number of accounts. */
  readonly limit: number;
  /** Only accounts after this id. */
  readonly after?: string | undefined;
  /** Only accounts of this status. */
  readonly status?: AccountStatus | undefined;
}

/**
 * Where accounts are kept. Every method is one atomic step, and rejects with AccountError STORE_UNAVAILABLE when the
 * store fails or doesn't answer in time; a write that was rejected so may have been carried out all the same.
 */
export abstract class AccountRepository {
  /**
   * Stores a new account under its name. Of any number of accounts of one canonical name, at once or in turn, one is added.
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
   * @returns The account afterwards; undefined when it differs from `expected` or is gone, and nothing was changed.
   */
  abstract change(id: string, expected: AccountExpectation, changes: AccountChanges): Promise<Account | undefined>;

  /** Removes the account and frees its name. Nothing happens if it is gone. */
  abstract remove(account: Pick<Account, 'id' | 'canonicalName'>): Promise<void>;
}
