import type { HttpClient } from './http.js';
import type { InvitedRole, List, Role } from './lists-api.js';

/** Maximum length of the names of lists and members, in UTF-16 units. */
export const LIST_NAME_MAX_LENGTH = 100;

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
  readonly rejected: readonly RejectedLine[];
}

/** A part of a file that is not imported, by a code of the API. */
export interface RejectedLine {
  readonly line: number;
  readonly code: string;
  /** The field that breaks a rule. */
  readonly field?: string;
  /** In English, for a rule that only the task service knows. */
  readonly reason: string;
}

export type ExportFormat = 'json' | 'csv' | 'md';

/** The routes for members, invitations and files of lists. Every method throws ApiError. */
export class SharingApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async updateMember(id: string, member: string, changes: { role?: InvitedRole; name?: string }): Promise<void> {
    await this.#http.send('PATCH', `/lists/${id}/members/${member}`, { body: changes });
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
