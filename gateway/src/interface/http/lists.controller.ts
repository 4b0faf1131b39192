import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ManageLists } from '../../application/lists/manage-lists.js';
import type { Principal } from '../../domain/principal.js';
import { API_PATH } from './api-path.js';
import { CurrentClient, type Client } from './client.js';
import { answerWithEtag, ETAG, NOT_MODIFIED } from './conditional.js';
import {
  ListBody,
  ListPatch,
  ListsBody,
  ListsQuery,
  NewListBody,
  OneListParams,
  OneListQuery,
} from './lists.schemas.js';
import { Operation } from './operation.js';
import { CurrentPrincipal } from './principal.js';
import { todayOf } from './wall-clock.js';

/** The lists of the account: its own and those that others share with it. */
@Controller('lists')
export class ListsController {
  readonly #lists: ManageLists;

  constructor(lists: ManageLists) {
    this.#lists = lists;
  }

  @Get()
  @Operation({
    id: 'listLists',
    summary: 'List the lists of the account',
    access: 'tasks:read',
    answers: {
      200: { description: 'The first list, then the others, the oldest first.', schema: ListsBody, headers: ETAG },
      304: NOT_MODIFIED,
    },
  })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: ListsQuery }) { deleted, today }: ListsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const items =
      deleted === true
        ? await this.#lists.deleted(principal)
        : await this.#lists.list(principal, today ?? todayOf(principal));
    return answerWithEtag(request, reply, { items });
  }

  @Post()
  @Operation({
    id: 'createList',
    summary: 'Add a list',
    access: 'tasks:write',
    answers: {
      200: { description: 'The existing list with this id, unchanged.', schema: ListBody },
      201: { description: 'The new list.', schema: ListBody, headers: { location: 'The path of the list.' } },
    },
    problems: ['id-taken', 'limit-reached', 'token-not-allowed', 'changed-meanwhile'],
  })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: NewListBody }) body: NewListBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { list, isNew } = await this.#lists.create(principal, body);
    void reply.status(isNew ? 201 : 200).header('location', `${API_PATH}/lists/${list.id}`);
    return list;
  }

  @Get(':list')
  @Operation({
    id: 'getList',
    summary: 'Get a list',
    access: 'tasks:read',
    answers: { 200: { description: 'The list.', schema: ListBody, headers: ETAG }, 304: NOT_MODIFIED },
    problems: ['not-found'],
  })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @Query({ schema: OneListQuery }) { today }: OneListQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return answerWithEtag(request, reply, await this.#lists.get(principal, list, today ?? todayOf(principal)));
  }

  @Patch(':list')
  @Operation({
    id: 'updateList',
    summary: 'Rename a list, or change your own color and position of it',
    access: 'tasks:write',
    answers: { 200: { description: 'The list after the change.', schema: ListBody } },
    problems: ['not-found', 'role-too-low', 'read-only', 'changed-meanwhile'],
  })
  update(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @Body({ schema: ListPatch }) changes: ListPatch,
  ): Promise<object> {
    return this.#lists.update(principal, list, changes);
  }

  @Delete(':list')
  @HttpCode(204)
  @Operation({
    id: 'deleteList',
    summary: 'Delete a list with its tasks; it can be restored for seven days',
    access: 'session',
    answers: { 204: { description: 'The list is hidden from all its members.' } },
    problems: ['not-found', 'role-too-low', 'read-only', 'first-list', 'changed-meanwhile'],
  })
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @CurrentClient() { address }: Client,
  ): Promise<void> {
    await this.#lists.delete(principal, list, address);
  }

  @Post(':list/restoration')
  @HttpCode(200)
  @Operation({
    id: 'restoreList',
    summary: 'Restore a deleted list',
    access: 'session',
    answers: { 200: { description: 'The list, with the members and tasks that it had.', schema: ListBody } },
    problems: ['not-found', 'role-too-low', 'changed-meanwhile'],
  })
  restore(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    return this.#lists.restore(principal, list, address);
  }
}
