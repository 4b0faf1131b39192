import type { List, ListChanges, ListStatus } from '../../domain/list.js';

/** A slice of all lists, by id. */
export interface ListPage {
  readonly limit: number;
  /** Only lists after this id. */
  readonly after?: string | undefined;
  readonly status?: ListStatus | undefined;
}

/** Stores lists with their members and invitations. Atomicity and errors: as AccountRepository. */
export abstract class ListRepository {
  /** Stores a new list. @returns Whether it was added; false: there is one with its id. */
  abstract add(list: List): Promise<boolean>;

  abstract find(id: string): Promise<List | undefined>;

  /** Every list that has the account among its members, in any status and in arbitrary order. */
  abstract listByAccount(accountId: string): Promise<readonly List[]>;

  /** Lists in the order of their ids. */
  abstract list(page: ListPage): Promise<readonly List[]>;

  /**
   * Changes a list if it is still at this version.
   *
   * @returns The list afterwards, at the next version; undefined when it was changed or removed, and nothing was done.
   */
  abstract change(list: List, changes: ListChanges): Promise<List | undefined>;

  /** Removes a list if it is still at this version; returns whether it did. */
  abstract remove(list: Pick<List, 'id' | 'version'>): Promise<boolean>;
}

const PAGE = 100;

/** Reads all lists page by page, in the order of their ids. @throws AccountError STORE_UNAVAILABLE */
export async function* everyList(lists: ListRepository, status?: ListStatus): AsyncGenerator<List> {
  for (let after: string | undefined; ;) {
    const page = await lists.list({ limit: PAGE, after, status });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}
