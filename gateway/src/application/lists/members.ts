import { type InvitedRole, type List, type Member, memberOf, withMember } from '../../domain/list.js';
import { ListError } from '../../domain/list.errors.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { changeList, isSame, type ListParts } from './manage-lists.js';

/** A member as the others see it: never its account or log-in name. */
export interface MemberView extends Pick<Member, 'id' | 'name' | 'role'> {
  /** Whether it is the account that asks. */
  readonly isSelf: boolean;
}

/** Changes of a member; unset ones are left unchanged. */
interface MemberChanges {
  /** By the owner, of another member. */
  readonly role?: InvitedRole | undefined;
  /** By the member itself; null removes it. */
  readonly name?: string | null | undefined;
}

/** Who uses a list with whom. Methods reject with ListError, or AccountError STORE_UNAVAILABLE. */
export class Members {
  readonly #parts: ListParts;

  constructor(parts: ListParts) {
    this.#parts = parts;
  }

  /** Lists the members, the owner included. */
  async list(principal: SessionPrincipal, listId: string): Promise<readonly MemberView[]> {
    const { members } = await this.#parts.access.requireList(principal, listId, 'viewer');
    return members.map((member) => viewOf(member, principal));
  }

  /** Also rejects with OWNER_STAYS for the role of the owner, and NAME_OF_ANOTHER. */
  async update(
    principal: SessionPrincipal,
    listId: string,
    memberId: string,
    { role, name }: MemberChanges,
    address: string,
  ): Promise<MemberView> {
    let before: Member | undefined;
    const list = await changeList(
      this.#parts,
      () => this.#parts.access.requireList(principal, listId, role === undefined ? 'viewer' : 'owner'),
      (current) => {
        const member = requireMember(current, memberId);
        before = member;
        if (name !== undefined && member.accountId !== principal.accountId) throw new ListError('NAME_OF_ANOTHER');
        if (role !== undefined && member.role === 'owner') throw new ListError('OWNER_STAYS');
        const changed = { ...member, role: role ?? member.role, name: name === undefined ? member.name : name };
        return isSame(changed, member) ? undefined : { members: withMember(current.members, changed) };
      },
    );
    const member = requireMember(list, memberId);
    if (member.role !== before?.role) {
      const { accountId } = principal;
      const { role: newRole, accountId: memberAccountId } = member;
      this.#parts.audit.record({ type: 'role-changed', accountId, listId, role: newRole, memberAccountId, address });
    }
    return viewOf(member, principal);
  }

  /**
   * Removes a member: by the owner another one, or the member itself. A member whom the owner removes may know
   * invitations: all end. Also rejects with OWNER_STAYS.
   */
  async remove(principal: SessionPrincipal, listId: string, memberId: string, address: string): Promise<void> {
    const { access, audit, now } = this.#parts;
    const { accountId } = principal;
    let removed: Member | undefined;
    await changeList(
      this.#parts,
      () => access.requireList(principal, listId, 'viewer'),
      (list) => {
        const member = requireMember(list, memberId);
        const isSelf = member.accountId === accountId;
        if (!isSelf && memberOf(list, accountId)?.role !== 'owner') throw new ListError('ROLE_TOO_LOW');
        if (member.role === 'owner') throw new ListError('OWNER_STAYS');
        removed = member;
        const members = list.members.filter(({ id }) => id !== memberId);
        if (members.length === 0) return { members, status: 'removing', statusSince: now() };
        return isSelf ? { members } : { members, invitations: [] };
      },
    );
    const isSelf = removed?.accountId === accountId;
    audit.record(
      isSelf
        ? { type: 'list-left', accountId, listId, address }
        : { type: 'member-removed', accountId, listId, memberAccountId: removed?.accountId, address },
    );
  }
}

function requireMember({ members }: List, memberId: string): Member {
  const member = members.find(({ id }) => id === memberId);
  if (!member) throw new ListError('NOT_FOUND');
  return member;
}

function viewOf({ id, name, role, accountId }: Member, principal: SessionPrincipal): MemberView {
  return { id, name, role, isSelf: accountId === principal.accountId };
}
