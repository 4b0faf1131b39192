import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { Invitations, type InvitationView } from '../../application/lists/invitations.js';
import { Members } from '../../application/lists/members.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { CurrentClient, type Client } from './client.js';
import { OneListParams } from './lists.schemas.js';
import {
  CreatedInvitationBody,
  InvitationParams,
  InvitationsBody,
  MemberBody,
  MemberParams,
  MemberPatch,
  MembersBody,
  NewInvitationBody,
} from './members.schemas.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';

/** The members of a list and the invitations to it. */
@Controller('lists/:list')
export class MembersController {
  readonly #members: Members;
  readonly #invitations: Invitations;

  constructor(members: Members, invitations: Invitations) {
    this.#members = members;
    this.#invitations = invitations;
  }

  @Get('members')
  @Operation({
    id: 'listMembers',
    summary: 'List the members of a list',
    access: 'session',
    answers: { 200: { description: 'The members, the owner included.', schema: MembersBody } },
    problems: ['not-found'],
  })
  async list(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
  ): Promise<object> {
    return { items: await this.#members.list(principal, list) };
  }

  @Patch('members/:member')
  @Operation({
    id: 'updateMember',
    summary: 'Change the role of a member (its owner), or your own name in the list',
    access: 'session',
    answers: { 200: { description: 'The member after the change.', schema: MemberBody } },
    problems: ['not-found', 'role-too-low', 'read-only', 'owner-stays', 'changed-meanwhile'],
  })
  update(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: MemberParams }) { list, member }: MemberParams,
    @Body({ schema: MemberPatch }) changes: MemberPatch,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    return this.#members.update(principal, list, member, changes, address);
  }

  @Delete('members/:member')
  @HttpCode(204)
  @Operation({
    id: 'removeMember',
    summary: 'Remove a member (its owner), or leave the list',
    access: 'session',
    answers: {
      204: {
        description: 'The list is gone for that member. If the owner removed it, all open invitations have ended.',
      },
    },
    problems: ['not-found', 'role-too-low', 'owner-stays', 'changed-meanwhile'],
  })
  async remove(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: MemberParams }) { list, member }: MemberParams,
    @CurrentClient() { address }: Client,
  ): Promise<void> {
    await this.#members.remove(principal, list, member, address);
  }

  @Get('invitations')
  @Operation({
    id: 'listInvitations',
    summary: 'List the open invitations to a list',
    access: 'session',
    answers: { 200: { description: 'Without their secrets.', schema: InvitationsBody } },
    problems: ['not-found', 'role-too-low', 'read-only'],
  })
  async listInvitations(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
  ): Promise<object> {
    return { items: (await this.#invitations.list(principal, list)).map(toInvitationBody) };
  }

  @Post('invitations')
  @Operation({
    id: 'createInvitation',
    summary: 'Invite others to a list by a secret',
    access: 'session',
    answers: {
      201: { description: 'The invitation; its secret is never shown again.', schema: CreatedInvitationBody },
    },
    problems: ['not-found', 'role-too-low', 'read-only', 'limit-reached', 'changed-meanwhile'],
  })
  async invite(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @Body({ schema: NewInvitationBody }) { role, expiresAt, uses }: NewInvitationBody,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    const expiresOn = expiresAt === undefined ? undefined : new Date(expiresAt);
    const asked = { role, expiresOn, uses, address };
    const { secret, ...invitation } = await this.#invitations.create(principal, list, asked);
    return { ...toInvitationBody(invitation), secret };
  }

  @Delete('invitations/:invitation')
  @HttpCode(204)
  @Operation({
    id: 'withdrawInvitation',
    summary: 'Withdraw an invitation',
    access: 'session',
    answers: { 204: { description: 'Its secret has stopped working.' } },
    problems: ['not-found', 'role-too-low', 'read-only', 'changed-meanwhile'],
  })
  async withdraw(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: InvitationParams }) { list, invitation }: InvitationParams,
    @CurrentClient() { address }: Client,
  ): Promise<void> {
    await this.#invitations.withdraw(principal, list, invitation, address);
  }
}

function toInvitationBody({ id, role, expiresOn, uses }: InvitationView): object {
  return { id, role, expiresAt: expiresOn, uses };
}
