import type { HttpClient } from './http.js';

/** Colors by name; `lists.css` chooses shades for light and dark. */
export const LIST_COLORS = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
  'brown',
  'grey',
] as const;
export type ListColor = (typeof LIST_COLORS)[number];

/** Maximum length of the names of lists and members, in UTF-16 units. */
export const LIST_NAME_MAX_LENGTH = 100;

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

/** An invitation that can still be used, without its secret. */
export interface Invitation {
  readonly id: string;
  readonly role: InvitedRole;
  readonly expiresAt: string;
  /** Number of accounts that can still join with it. */
  readonly uses: number;
}

export interface ImportReport {
  readonly added: number;
  /** Number of tasks that an earlier import of the same content had added. */
  readonly present: number;
  /** Of JSON, `line` is the number of the task. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

export type ExportFormat = 'json' | 'csv' | 'md';

/** The routes for lists, their members and invitations. Every method throws ApiError. */
export class ListsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** @param today The reader's day, as `2026-12-01`, by which due tasks are counted. */
  async all(today: string): Promise<readonly List[]> {
    return (await this.#http.getCached<{ items: List[] }>(`/lists?today=${today}`)).body.items;
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

  async updateMember(id: string, member: string, changes: { role?: InvitedRole; name?: string }): Promise<void> {
    await this.#http.send('PATCH', `/lists/${id}/members/${member}`, { body: changes });
  }

  /** Removes a member, or leaves the list. */
  async removeMember(id: string, member: string): Promise<void> {
    await this.#http.send('DELETE', `/lists/${id}/members/${member}`);
  }

  async invitations(id: string): Promise<readonly Invitation[]> {
    return (await this.#http.send<{ items: Invitation[] }>('GET', `/lists/${id}/invitations`)).items;
  }

  /** Makes an invitation for one account; only this answer contains its secret. */
  async invite(id: string, role: InvitedRole, expiresAt: string): Promise<Invitation & { readonly secret: string }> {
    return this.#http.send('POST', `/lists/${id}/invitations`, { body: { role, expiresAt } });
  }

  async withdraw(id: string, invitation: string): Promise<void> {
    await this.#http.send('DELETE', `/lists/${id}/invitations/${invitation}`);
  }

  async lookUp(secret: string): Promise<{ readonly list: { readonly name: string | null }; readonly role: Role }> {
    return this.#http.send('POST', '/invitations/lookup', { body: { secret } });
  }

  /** Joins a list. @param name How the member wants to be called there. */
  async accept(secret: string, name: string): Promise<List> {
    return this.#http.send('POST', '/invitations/acceptance', { body: { secret, name } });
  }

  /** Adds the tasks of a file. @param isDryRun Only reports. */
  async import(id: string, file: Blob, isDryRun: boolean): Promise<ImportReport> {
    return this.#http.upload(`/lists/${id}/import?dryRun=${String(isDryRun)}`, file);
  }

  async export(id: string, format: ExportFormat): Promise<Blob> {
    return this.#http.download(`/lists/${id}/export?format=${format}`);
  }
}
