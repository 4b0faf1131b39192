import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CreateToken, ListTokens, RevokeToken } from '../../application/accounts/tokens.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { toCreatedTokenBody, toTokenBody } from './account-bodies.js';
import { CreatedTokenBody, IdParams, NewTokenBody, TokensBody } from './accounts.schemas.js';
import { CurrentClient, type Client } from './client.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';

/** Tokens for programs that use the tasks of the account. */
@Controller('tokens')
export class TokensController {
  readonly #list: ListTokens;
  readonly #create: CreateToken;
  readonly #revoke: RevokeToken;

  constructor(list: ListTokens, create: CreateToken, revoke: RevokeToken) {
    this.#list = list;
    this.#create = create;
    this.#revoke = revoke;
  }

  @Get()
  @Operation({
    id: 'listTokens',
    summary: 'List the tokens of the account',
    access: 'session',
    answers: { 200: { description: 'The newest comes first.', schema: TokensBody } },
  })
  async list(@CurrentSession() principal: SessionPrincipal): Promise<object> {
    return { items: (await this.#list.execute(principal)).map(toTokenBody) };
  }

  @Post()
  @Operation({
    id: 'createToken',
    summary: 'Create a token for a program',
    access: 'session',
    needsConfirmation: true,
    answers: { 201: { description: 'The token; it is never shown again.', schema: CreatedTokenBody } },
    problems: ['limit-reached'],
  })
  async create(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: NewTokenBody }) { name, scopes, lists, expiresAt }: NewTokenBody,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    const expiresOn = new Date(expiresAt);
    return toCreatedTokenBody(await this.#create.execute({ principal, address, name, scopes, lists, expiresOn }));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    id: 'revokeToken',
    summary: 'Revoke a token',
    access: 'session',
    answers: { 204: { description: 'The token has stopped working.' } },
    problems: ['not-found'],
  })
  async revoke(
    @CurrentSession() principal: SessionPrincipal,
    @Param({ schema: IdParams }) { id }: { id: string },
    @CurrentClient() { address }: Client,
  ): Promise<void> {
    await this.#revoke.execute({ principal, address, id });
  }
}
