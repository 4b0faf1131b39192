import { z } from 'zod';
import { MAX_LIFETIME_DAYS } from '../../domain/expiry.js';
import { LIST_NAME_MAX_LENGTH, MAX_MEMBERS } from '../../domain/list.js';
import { ListBody, RoleName } from './lists.schemas.js';
import { ListId } from './tasks.schemas.js';
import { ExpiresAt, RandomId, visibleName } from './text.schemas.js';

const MemberName = visibleName(LIST_NAME_MAX_LENGTH).describe('How the member wants to be called in this list.');
const InvitedRole = z.enum(['editor', 'viewer']);
const Secret = z.string().min(1).max(128).describe('The secret of the invitation.');
const When = z.iso.datetime();

export const MemberParams = z.strictObject({ list: ListId, member: RandomId });
export type MemberParams = z.infer<typeof MemberParams>;

export const InvitationParams = z.strictObject({ list: ListId, invitation: RandomId });
export type InvitationParams = z.infer<typeof InvitationParams>;

export const MemberPatch = z
  .strictObject({
    role: InvitedRole.optional().describe('By the owner.'),
    name: MemberName.nullish().describe('By the member itself; null removes it.'),
  })
  .meta({ id: 'MemberPatch' });
export type MemberPatch = z.infer<typeof MemberPatch>;

export const NewInvitationBody = z
  .strictObject({
    role: InvitedRole,
    expiresAt: ExpiresAt.optional().describe(
      `At most ${String(MAX_LIFETIME_DAYS)} days from now. Default: seven days.`,
    ),
    uses: z.int().min(1).max(MAX_MEMBERS).default(1).describe('How many accounts can join with it.'),
  })
  .meta({ id: 'NewInvitation' });
export type NewInvitationBody = z.infer<typeof NewInvitationBody>;

export const LookupBody = z.strictObject({ secret: Secret }).meta({ id: 'InvitationLookup' });
export type LookupBody = z.infer<typeof LookupBody>;

export const AcceptanceBody = z.strictObject({ secret: Secret, name: MemberName }).meta({ id: 'InvitationAcceptance' });
export type AcceptanceBody = z.infer<typeof AcceptanceBody>;

export const MemberBody = z
  .object({
    id: z.string().describe('Identifies the member within the list.'),
    name: z.string().nullable(),
    role: RoleName,
    isSelf: z.boolean().describe('Whether it is the account that asks.'),
  })
  .meta({ id: 'Member' });

export const MembersBody = z.object({ items: z.array(MemberBody) }).meta({ id: 'Members' });

const InvitationBody = z
  .object({ id: z.string(), role: InvitedRole, expiresAt: When, uses: z.int().min(1) })
  .meta({ id: 'Invitation' });

export const InvitationsBody = z.object({ items: z.array(InvitationBody) }).meta({ id: 'Invitations' });

export const CreatedInvitationBody = InvitationBody.extend({
  secret: z.string().describe('Shown once. The link to share is `/join#` and this secret.'),
}).meta({ id: 'CreatedInvitation' });

export const OfferBody = z
  .object({ list: ListBody.pick({ name: true }), role: InvitedRole })
  .meta({ id: 'InvitationOffer' });
