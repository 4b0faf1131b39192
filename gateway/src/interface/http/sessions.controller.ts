import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { EndOtherSessions, EndSession, ListSessions } from '../../application/accounts/sessions.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { toSessionBody } from './account-bodies.js';
import { IdParams, SessionsBody } from './accounts.schemas.js';
import { CurrentClient, type Client } from './client.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';

@Controller('sessions')
export class SessionsController {
  readonly #list: ListSessions;
  readonly #end: EndSession;
  readonly #endOthers: EndOtherSessions;

  constructor(list: ListSessions, end: EndSession, endOthers: EndOtherSessions) {
    this.#list = list;
    this.#end = end;
    this.#endOthers = endOthers;
  }

  @Get()
  @Operation({
    id: 'listSessions',
    summary: 'List the sessions of the account',
    access: 'session',
    answers: { 200: { description: 'The one seen last comes first.', schema: SessionsBody } },
  })
  async list(@CurrentSession() principal: SessionPrincipal): Promise<object> {
    return { items: (await this.#list.execute(principal)).map(toSessionBody) };
  }

  @Delete()
  @HttpCode(204)
  @Operation({
    id: 'endOtherSessions',
    summary: 'End all other sessions of the account',
    access: 'session',
    answers: { 204: { description: 'Only this session is left.' } },
  })
  async endOthers(@CurrentSession() principal: SessionPrincipal, @CurrentClient() { address }: Client): Promise<void> {
    await this.#endOthers.execute({ principal, address });
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    id: 'endSession',
    summary: 'End a session of the account',
    access: 'session',
    answers: { 204: { description: 'The session has ended.' } },
    problems: ['not-found'],
  })
  async end(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: IdParams }) { id }: { id: string },
    @CurrentClient() { address }: Client,
  ): Promise<void> {
    await this.#end.execute({ principal, address, id });
  }
}
