import type { HttpClient } from './http.js';
import { pathOfLists } from './paths.js';

/** Colors by name; `lists.css` chooses shades for light and dark. */
export type ListColor = 'red' | 'orange' | 'yellow' | 'green' | 'teal' | 'blue' | 'purple' | 'pink' | 'brown' | 'grey';

/** Viewers read, editors also change tasks, the owner also renames, shares and deletes. */
export type Role = 'owner' | 'editor' | 'viewer';
export type InvitedRole = Exclude<Role, 'owner'>;

/** Numbers of tasks in a list, by the reader's day. */
interface Totals {
  readonly open: number;
  readonly done: number;
  readonly overdue: number;
  readonly dueToday: number;
}

export interface List {
  readonly id: string;
  /** Null: a first list that was never renamed. */
  readonly name: string | null;
  readonly color: ListColor | null;
  /** The reader's own sort key. */
  readonly position: string | null;
  readonly role: Role;
  /** Number of members, the owner included. */
  readonly members: number;
  /** Whether it is the reader's first list, which is never deleted. */
  readonly isFirst: boolean;
  /** When it is removed, since its owner is gone: until then it can only be read. */
  readonly endsOn?: string;
  /** Missing in a list that was just added. */
  readonly totals?: Totals;
}

export type ListSettings = Partial<Pick<List, 'color' | 'position'>> & { readonly name?: string };

export interface Member {
  /** Identifies the member within the list. */
  readonly id: string;
  readonly name: string | null;
  readonly role: Role;
  /** Whether it is the account that asks. */
  readonly isSelf: boolean;
}

/** The routes for lists; `SharingApi` has those of their dialogs. Every method throws ApiError. */
export class ListsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** @param today The reader's day, as `2026-12-01`, by which due tasks are counted. */
  async all(today: string): Promise<readonly List[]> {
    return (await this.#http.getCached<{ items: List[] }>(pathOfLists(today))).body.items;
  }

  /** Adds a list, or returns the one with this id. */
  async create(id: string, settings: ListSettings): Promise<List> {
    return this.#http.send('POST', '/lists', { body: { id, ...settings } });
  }

  async update(id: string, settings: ListSettings): Promise<List> {
    return this.#http.send('PATCH', `/lists/${id}`, { body: settings });
  }

  async remove(id: string): Promise<void> {
    await this.#http.send('DELETE', `/lists/${id}`);
  }

  async restore(id: string): Promise<List> {
    return this.#http.send('POST', `/lists/${id}/restoration`);
  }

  async members(id: string): Promise<readonly Member[]> {
    return (await this.#http.send<{ items: Member[] }>('GET', `/lists/${id}/members`)).items;
  }

  /** Removes a member, or leaves the list. */
  async removeMember(id: string, member: string): Promise<void> {
    await this.#http.send('DELETE', `/lists/${id}/members/${member}`);
  }
}
