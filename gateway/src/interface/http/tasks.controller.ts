import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ManageTasks, type TasksRequest } from '../../application/tasks/manage-tasks.js';
import { TaskServiceError } from '../../application/tasks/task-service.error.js';
import type { Principal } from '../../domain/principal.js';
import { AccountReads } from './account-reads.js';
import { API_PATH } from './api-path.js';
import { answerRevision, answerWithEtag, ETAG, NOT_MODIFIED, revisionOfTask, revisionsIn } from './conditional.js';
import { Operation } from './operation.js';
import { CurrentPrincipal } from './principal.js';
import {
  ClearedBody,
  ClearQuery,
  EditedTaskBody,
  ListParams,
  ListQuery,
  MoveBody,
  NewTask,
  TaskBody,
  TaskCountsBody,
  TaskPageBody,
  TaskParams,
  TaskPatch,
  toEdit,
  toEditedTaskBody,
  toListedTaskBody,
  toTaskBody,
} from './tasks.schemas.js';
import { nowOf } from './wall-clock.js';

const ETAG_OF_CHANGE = { etag: 'That of the task, for If-Match.' };
const IF_MATCH = {
  'If-Match': 'The ETag of the task as the client knows it: 412, and nothing is done, if the task was changed since.',
};

/** The tasks of the first list, and those of any list. */
@Controller(['tasks', 'lists/:list/tasks'])
export class TasksController {
  readonly #tasks: ManageTasks;
  readonly #reads: AccountReads;

  constructor(tasks: ManageTasks, reads: AccountReads) {
    this.#tasks = tasks;
    this.#reads = reads;
  }

  @Get()
  @Operation({
    id: 'listTasks',
    summary: 'List tasks, newest first',
    access: 'tasks:read',
    answers: {
      200: {
        description: 'A page of tasks.',
        schema: TaskPageBody,
        headers: { ...ETAG, link: 'The next page, if there is one: `rel="next"` (RFC 8288).' },
      },
      304: NOT_MODIFIED,
    },
  })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: ListParams }) { list }: ListParams,
    @Query({ schema: ListQuery }) query: ListQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { items, nextCursor } = await this.#reads.run(principal.accountId, request, () =>
      this.#tasks.find({ principal, list }, query),
    );
    if (nextCursor !== null) void reply.header('link', linkToNext(list, query, nextCursor));
    return answerWithEtag(request, reply, { items: items.map(toListedTaskBody), nextCursor });
  }

  @Post()
  @Operation({
    id: 'createTask',
    summary: 'Add a task',
    access: 'tasks:write',
    answers: {
      200: { description: 'The existing task with this id, unchanged.', schema: TaskBody, headers: ETAG_OF_CHANGE },
      201: {
        description: 'The new task.',
        schema: TaskBody,
        headers: { ...ETAG_OF_CHANGE, location: 'The path of the task.' },
      },
    },
    problems: ['id-taken'],
  })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: ListParams }) { list }: ListParams,
    @Body({ schema: NewTask }) body: NewTask,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { task, isNew } = await this.#tasks.create({ principal, list }, body);
    void reply.status(isNew ? 201 : 200).header('location', `${pathOf(list)}/${task.id}`);
    return answerRevision(reply, revisionOfTask(task), toTaskBody(task));
  }

  @Delete()
  @Operation({
    id: 'clearTasks',
    summary: 'Remove done tasks, at most 1,000 at once',
    access: 'tasks:write',
    answers: { 200: { description: 'The number of removed tasks.', schema: ClearedBody } },
  })
  clear(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: ListParams }) { list }: ListParams,
    @Query({ schema: ClearQuery }) _query: object,
  ): Promise<{ removed: number; more: boolean }> {
    return this.#tasks.clearDone({ principal, list });
  }

  @Get('counts')
  @Operation({
    id: 'countTasks',
    summary: 'Count tasks',
    access: 'tasks:read',
    answers: {
      200: { description: 'The numbers of open and done tasks.', schema: TaskCountsBody, headers: ETAG },
      304: NOT_MODIFIED,
    },
  })
  async count(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: ListParams }) { list }: ListParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return answerWithEtag(request, reply, await this.#tasks.count({ principal, list }));
  }

  @Get(':id')
  @Operation({
    id: 'getTask',
    summary: 'Get a task',
    access: 'tasks:read',
    answers: { 200: { description: 'The task.', schema: TaskBody, headers: ETAG }, 304: NOT_MODIFIED },
    problems: ['not-found'],
  })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: TaskParams }) { list, id }: TaskParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const task = await this.#tasks.get({ principal, list }, id);
    return answerWithEtag(request, reply, toTaskBody(task), revisionOfTask(task));
  }

  @Patch(':id')
  @Operation({
    id: 'updateTask',
    summary: 'Change a task',
    access: 'tasks:write',
    headers: IF_MATCH,
    answers: { 200: { description: 'The task after the change.', schema: EditedTaskBody, headers: ETAG_OF_CHANGE } },
    problems: ['not-found', 'precondition-failed'],
  })
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: TaskParams }) { list, id }: TaskParams,
    @Body({ schema: TaskPatch }) changes: TaskPatch,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const ifRevision = await this.#expected({ principal, list }, id, request);
    const edit = { now: nowOf(principal), ...toEdit(changes), ifRevision };
    const edited = await this.#tasks.edit({ principal, list }, id, edit);
    return answerRevision(reply, revisionOfTask(edited.task), toEditedTaskBody(edited));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    id: 'removeTask',
    summary: 'Remove a task',
    access: 'tasks:write',
    headers: IF_MATCH,
    answers: { 204: { description: 'The task is removed; with If-Match also one that was gone already.' } },
    problems: ['not-found', 'precondition-failed'],
  })
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: TaskParams }) { list, id }: TaskParams,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const ifRevision = await this.#expected({ principal, list }, id, request);
    await this.#tasks.remove({ principal, list }, id, ifRevision);
  }

  @Post(':id/move')
  @HttpCode(200)
  @Operation({
    id: 'moveTask',
    summary: 'Move a task to another list, under the same id',
    access: 'tasks:write',
    answers: { 200: { description: 'The task.', schema: TaskBody, headers: ETAG_OF_CHANGE } },
    problems: ['not-found'],
  })
  async move(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: TaskParams }) { list, id }: TaskParams,
    @Body({ schema: MoveBody }) { list: toList }: MoveBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const task = await this.#tasks.move({ principal, list }, id, toList);
    return answerRevision(reply, revisionOfTask(task), toTaskBody(task));
  }

  /** The revision that the task must have; undefined: any. Of several ones that the request names, the current one. */
  async #expected(request: TasksRequest, id: string, { headers }: FastifyRequest): Promise<string | undefined> {
    const named = revisionsIn(headers['if-match']);
    if (named === undefined || named.length === 1) return named?.[0];
    const current = revisionOfTask(await this.#tasks.get(request, id));
    if (named.includes(current)) return current;
    throw new TaskServiceError('CHANGED', 'None of these revisions is the current one');
  }
}

function pathOf(list: string | undefined): string {
  return list === undefined ? `${API_PATH}/tasks` : `${API_PATH}/lists/${list}/tasks`;
}

/** The same query with the next cursor (RFC 8288). */
function linkToNext(list: string | undefined, { done, text, limit }: ListQuery, cursor: string): string {
  const query = new URLSearchParams({ limit: String(limit), after: cursor });
  if (done !== undefined) query.set('done', String(done));
  if (text !== undefined) query.set('text', text);
  return `<${pathOf(list)}?${query.toString()}>; rel="next"`;
}
