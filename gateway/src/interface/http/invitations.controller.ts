import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Invitations } from '../../application/lists/invitations.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { CurrentClient, type Client } from './client.js';
import { ListBody } from './lists.schemas.js';
import { AcceptanceBody, LookupBody, OfferBody } from './members.schemas.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';

/** Joining a list by the secret of an invitation. */
@Controller('invitations')
export class InvitationsController {
  readonly #invitations: Invitations;

  constructor(invitations: Invitations) {
    this.#invitations = invitations;
  }

  @Post('lookup')
  @HttpCode(200)
  @Operation({
    id: 'lookUpInvitation',
    summary: 'Show what an invitation leads to',
    access: 'session',
    answers: { 200: { description: 'The name of the list, and the role.', schema: OfferBody } },
    problems: ['not-found'],
  })
  lookUp(
    @CurrentSession() _principal: SessionPrincipal,
    @Body({ schema: LookupBody }) { secret }: LookupBody,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    return this.#invitations.lookUp({ secret, address });
  }

  @Post('acceptance')
  @HttpCode(200)
  @Operation({
    id: 'acceptInvitation',
    summary: 'Join a list; a member keeps its role',
    access: 'session',
    answers: { 200: { description: 'The list.', schema: ListBody } },
    problems: ['not-found', 'limit-reached', 'changed-meanwhile'],
  })
  accept(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: AcceptanceBody }) { secret, name }: AcceptanceBody,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    return this.#invitations.accept(principal, { secret, name, address });
  }
}
