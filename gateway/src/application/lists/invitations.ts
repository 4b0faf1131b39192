import { AccountError } from '../../domain/account.errors.js';
import { DAY_MS } from '../../domain/days.js';
import { expiryProblem } from '../../domain/expiry.js';
import {
  type Invitation,
  type InvitedRole,
  type List,
  MAX_INVITATIONS,
  MAX_LISTS,
  MAX_MEMBERS,
  memberOf,
  openInvitations,
} from '../../domain/list.js';
import { ListError } from '../../domain/list.errors.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import type { LogInThrottle } from '../accounts/log-in-throttle.js';
import { changeList, type ListParts, type ListView, viewOf } from './manage-lists.js';

/** An open invitation as the owner of the list sees it. */
export type InvitationView = Omit<Invitation, 'digest'>;

/** A new invitation, with its secret, which is shown once. */
export interface CreatedInvitation extends InvitationView {
  readonly secret: string;
}

interface NewInvitation {
  readonly role: InvitedRole;
  /** Default: seven days from now. */
  readonly expiresOn?: Date | undefined;
  readonly uses: number;
  /** Origin of the request. */
  readonly address: string;
}

/** What an invitation leads to. */
export interface InvitationOffer {
  readonly list: Pick<List, 'name'>;
  readonly role: InvitedRole;
}

interface Acceptance {
  readonly secret: string;
  /** How the new member wants to be called in the list. */
  readonly name: string;
  readonly address: string;
}

interface InvitationParts extends ListParts {
  readonly throttle: LogInThrottle;
}

const LIFE_MS = 7 * DAY_MS;

/** The id of the list, by which the invitation is found, and a secret of 256 bits. */
const SECRET = /^([0-9a-f]{32})\.[\w-]{43}$/;

/** Invites others to lists. Methods reject with ListError, or AccountError STORE_UNAVAILABLE. */
export class Invitations {
  readonly #parts: InvitationParts;

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** Also rejects with TOO_MANY_INVITATIONS. @throws AccountError INVALID_INPUT */
  async create(
    principal: SessionPrincipal,
    listId: string,
    { role, expiresOn, uses, address }: NewInvitation,
  ): Promise<CreatedInvitation> {
    const { access, secrets, audit, now } = this.#parts;
    const expiry = expiresOn && expiryProblem(expiresOn, now());
    if (expiry) throw AccountError.invalidInput([expiry]);
    const secret = `${listId}.${secrets.newToken()}`;
    const invitation: Invitation = {
      id: secrets.newId(),
      digest: secrets.digest(secret),
      role,
      expiresOn: expiresOn ?? new Date(now().getTime() + LIFE_MS),
      uses,
    };
    await changeList(
      this.#parts,
      () => access.requireList(principal, listId, 'owner'),
      (list) => {
        const open = openInvitations(list, now());
        if (open.length >= MAX_INVITATIONS) throw new ListError('TOO_MANY_INVITATIONS');
        return { invitations: [...open, invitation] };
      },
    );
    audit.record({ type: 'invitation-created', accountId: principal.accountId, listId, role, address });
    return { ...invitationView(invitation), secret };
  }

  /** Lists the open invitations. */
  async list(principal: SessionPrincipal, listId: string): Promise<readonly InvitationView[]> {
    const list = await this.#parts.access.requireList(principal, listId, 'owner');
    return openInvitations(list, this.#parts.now()).map(invitationView);
  }

  async withdraw(principal: SessionPrincipal, listId: string, invitationId: string, address: string): Promise<void> {
    const { access, audit, now } = this.#parts;
    await changeList(
      this.#parts,
      () => access.requireList(principal, listId, 'owner'),
      (list) => {
        const open = openInvitations(list, now());
        const invitations = open.filter(({ id }) => id !== invitationId);
        if (invitations.length === open.length) throw new ListError('NOT_FOUND');
        return { invitations };
      },
    );
    audit.record({ type: 'invitation-withdrawn', accountId: principal.accountId, listId, address });
  }

  /** Shows what a secret leads to. Wrong ones are counted by network. @throws AccountError TOO_MANY_ATTEMPTS */
  lookUp({ secret, address }: Pick<Acceptance, 'secret' | 'address'>): Promise<InvitationOffer> {
    return this.#counted(address, async () => {
      const list = await this.#invitingList(secret);
      const { role } = this.#requireOpen(list, secret);
      return { list: { name: list.name }, role };
    });
  }

  /**
   * Joins a list. The use is counted and the member added in one step. An account that is a member already keeps its role.
   * Wrong secrets are counted by network. Also rejects with TOO_MANY_MEMBERS, TOO_MANY_LISTS.
   *
   * @throws AccountError TOO_MANY_ATTEMPTS
   */
  accept(principal: SessionPrincipal, { secret, name, address }: Acceptance): Promise<ListView> {
    return this.#counted(address, async () => {
      const { accountId } = principal;
      if ((await this.#parts.access.listsOf(accountId)).length >= MAX_LISTS)
        await this.#requireMembership(accountId, secret);
      let before: List | undefined;
      const list = await changeList(
        this.#parts,
        () => this.#invitingList(secret),
        (current) => {
          before = current;
          return memberOf(current, accountId) ? undefined : this.#joined(current, secret, accountId, name);
        },
      );
      if (list !== before) this.#parts.audit.record({ type: 'list-joined', accountId, listId: list.id, address });
      return viewOf(list, accountId);
    });
  }

  /** The changes by which an account becomes a member. */
  #joined(list: List, secret: string, accountId: string, name: string): Pick<List, 'members' | 'invitations'> {
    const { secrets, now } = this.#parts;
    const invitation = this.#requireOpen(list, secret);
    if (list.members.length >= MAX_MEMBERS) throw new ListError('TOO_MANY_MEMBERS');
    const { role, uses } = invitation;
    const used = { ...invitation, uses: uses - 1 };
    const others = openInvitations(list, now()).filter(({ id }) => id !== invitation.id);
    return {
      members: [...list.members, { id: secrets.newId(), accountId, name, role, color: null, position: null }],
      invitations: used.uses > 0 ? [...others, used] : others,
    };
  }

  /** @throws ListError TOO_MANY_LISTS unless the account is a member already. */
  async #requireMembership(accountId: string, secret: string): Promise<void> {
    if (!memberOf(await this.#invitingList(secret), accountId)) throw new ListError('TOO_MANY_LISTS');
  }

  /** The list that a secret names, if it takes members. @throws ListError NOT_FOUND */
  async #invitingList(secret: string): Promise<List> {
    const listId = SECRET.exec(secret)?.[1];
    const list = listId === undefined ? undefined : await this.#parts.lists.find(listId);
    if (list?.status !== 'active') throw new ListError('NOT_FOUND');
    return list;
  }

  /** @throws ListError NOT_FOUND */
  #requireOpen(list: List, secret: string): Invitation {
    const digest = this.#parts.secrets.digest(secret);
    const invitation = openInvitations(list, this.#parts.now()).find((open) => open.digest === digest);
    if (!invitation) throw new ListError('NOT_FOUND');
    return invitation;
  }

  /** Counts the attempt as a failure if the secret turns out to be wrong. */
  async #counted<Result>(address: string, act: () => Promise<Result>): Promise<Result> {
    const attempt = await this.#parts.throttle.begin({ kind: 'invitation', address });
    try {
      const result = await act();
      await attempt.succeeded();
      return result;
    } catch (error) {
      if (!(error instanceof ListError) || error.code !== 'NOT_FOUND') await attempt.withdrawn();
      throw error;
    }
  }
}

function invitationView({ id, role, expiresOn, uses }: Invitation): InvitationView {
  return { id, role, expiresOn, uses };
}
