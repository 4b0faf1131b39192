import { DAY_MS } from './days.js';

/** What a member may do: viewers read, editors also change tasks, the owner also renames, shares and deletes the list. */
export type Role = 'owner' | 'editor' | 'viewer';

/** A role that an invitation can give. */
export type InvitedRole = Exclude<Role, 'owner'>;

/** Colors by name, so that a page chooses shades for light and dark. */
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

/** Maximum number of lists that an account owns or has joined, deleted ones that can be restored included. */
export const MAX_LISTS = 200;
export const MAX_MEMBERS = 50;
/** Maximum number of open invitations to a list. */
export const MAX_INVITATIONS = 20;
/** Maximum length of the names of lists and members, in UTF-16 units. */
export const LIST_NAME_MAX_LENGTH = 100;

/** Time in which a deleted list can be restored, and in which a list without an owner can be read. */
const GRACE_MS = 7 * DAY_MS;

/**
 * Status of a list.
 *
 *     active --> deleted --> removing     7 days later, or with the owner's account
 *       |  <-------'                      restored
 *       '------> ownerless --> removing   7 days later, or when the last member has left
 *
 * - `active`: works.
 * - `deleted`: hidden from everybody but its owner, who can restore it.
 * - `ownerless`: its owner's account is gone; the other members can read it.
 * - `removing`: hidden from everybody; its tasks are being removed, then the list itself.
 */
export type ListStatus = 'active' | 'deleted' | 'ownerless' | 'removing';

/** An account's part in a list. */
export interface Member {
  /** Identifies the member within the list: other members never see its account. */
  readonly id: string;
  readonly accountId: string;
  /** How the member wants to be called here; null: not said. */
  readonly name: string | null;
  readonly role: Role;
  /** The member's own color of the list; null: none. */
  readonly color: ListColor | null;
  /** The member's own sort key of the list; null: none. */
  readonly position: string | null;
}

/** A way to become a member. The secret is never stored. */
export interface Invitation {
  readonly id: string;
  /** SHA-256 of the secret, hexadecimal. */
  readonly digest: string;
  readonly role: InvitedRole;
  readonly expiresOn: Date;
  /** Number of accounts that can still join with it. */
  readonly uses: number;
}

/** A list of tasks. Immutable: a change is a new value, stored in one atomic step. */
export interface List {
  /** Random, 32 hexadecimal digits; chosen by the client. */
  readonly id: string;
  /**
   * The `userId` of its tasks in Tasks: for the first list of an account the account's id, else random. In no answer, log
   * or error.
   */
  readonly ownerId: string;
  /** Null: a first list that was never renamed. */
  readonly name: string | null;
  readonly createdOn: Date;
  readonly status: ListStatus;
  /** Time of the last change of `status`. */
  readonly statusSince: Date;
  /** Those who may use it, the owner included; at most 50. */
  readonly members: readonly Member[];
  /** At most 20; expired ones count until they are swept by the next change. */
  readonly invitations: readonly Invitation[];
  /** Increases with each change. 0: a first list that was never stored. */
  readonly version: number;
}

/** The mutable fields of a list; unset ones are left unchanged. */
export type ListChanges = Partial<Pick<List, 'name' | 'status' | 'statusSince' | 'members' | 'invitations'>>;

const RANKS: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, owner: 2 };

/** Whether a role may do what needs another one. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANKS[role] >= RANKS[needed];
}

export function memberOf({ members }: Pick<List, 'members'>, accountId: string): Member | undefined {
  return members.find((member) => member.accountId === accountId);
}

export function ownerOf({ members }: Pick<List, 'members'>): Member | undefined {
  return members.find(({ role }) => role === 'owner');
}

/** Whether it is the first list of the account: it is never deleted, and its tasks belong to the account itself. */
export function isFirstOf({ ownerId }: Pick<List, 'ownerId'>, accountId: string): boolean {
  return ownerId === accountId;
}

/** Whether it is as every account's first list begins: without a name, a color, a position, other members and invitations. */
export function isUnusedFirst({ name, status, members, invitations }: List): boolean {
  const [owner, ...others] = members;
  const isPlain = owner?.color === null && owner.position === null;
  return name === null && status === 'active' && isPlain && others.length === 0 && invitations.length === 0;
}

/** When a list that is deleted or without an owner is removed; undefined for others. */
export function endOf({ status, statusSince }: Pick<List, 'status' | 'statusSince'>): Date | undefined {
  return status === 'deleted' || status === 'ownerless' ? new Date(statusSince.getTime() + GRACE_MS) : undefined;
}

/** The members with one of them changed. */
export function withMember(members: readonly Member[], changed: Member): readonly Member[] {
  return members.map((member) => (member.id === changed.id ? changed : member));
}

/** The invitations that still work. */
export function openInvitations({ invitations }: Pick<List, 'invitations'>, now: Date): readonly Invitation[] {
  return invitations.filter(({ expiresOn, uses }) => expiresOn > now && uses > 0);
}
