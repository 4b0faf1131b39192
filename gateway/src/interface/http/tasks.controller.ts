import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { Task } from '../../application/tasks/task-service.js';
import { API_PATH } from './api-path.js';
import { answerChange, answerWithEtag, requireMatch } from './conditional.js';
import { Operation } from './operation.js';
import { CurrentAccount } from './principal.js';
import {
  ClearedBody,
  ClearQuery,
  ListQuery,
  NewTask,
  TaskBody,
  TaskCountsBody,
  TaskPageBody,
  TaskParams,
  TaskPatch,
} from './tasks.schemas.js';

const ETAG = { etag: 'Changes with the content. Send it back in If-None-Match to get 304 for no change.' };
const ETAG_OF_CHANGE = { etag: 'That of the task, for If-Match.' };
const IF_MATCH = {
  'If-Match':
    'The ETag of the task as the client knows it: 412, and nothing is done, if the task was changed since. A change ' +
    'by somebody else in the same moment can still go unnoticed.',
};
const NOT_MODIFIED = { description: 'Not modified since the ETag in If-None-Match.', headers: ETAG };

@Controller('tasks')
export class TasksController {
  readonly #tasks: ManageTasks;

  constructor(tasks: ManageTasks) {
    this.#tasks = tasks;
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
    @CurrentAccount() accountId: string,
    @Query({ schema: ListQuery }) query: ListQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const page = await this.#tasks.find(accountId, query);
    if (page.nextCursor !== null) void reply.header('link', linkToNext(query, page.nextCursor));
    return answerWithEtag(request, reply, page);
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
    @CurrentAccount() accountId: string,
    @Body({ schema: NewTask }) { name, id }: NewTask,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { task, isNew } = await this.#tasks.create(accountId, name, id);
    void reply.status(isNew ? 201 : 200).header('location', `${API_PATH}/tasks/${task.id}`);
    return answerChange(reply, task);
  }

  @Delete()
  @Operation({
    id: 'clearTasks',
    summary: 'Remove done tasks, at most 1,000 at once',
    access: 'tasks:write',
    answers: { 200: { description: 'The number of removed tasks.', schema: ClearedBody } },
  })
  clear(
    @CurrentAccount() accountId: string,
    @Query({ schema: ClearQuery }) _query: object,
  ): Promise<{ removed: number; more: boolean }> {
    return this.#tasks.clearDone(accountId);
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
    @CurrentAccount() accountId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return answerWithEtag(request, reply, await this.#tasks.count(accountId));
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
    @CurrentAccount() accountId: string,
    @Param({ schema: TaskParams }) { id }: { id: string },
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return answerWithEtag(request, reply, await this.#tasks.get(accountId, id));
  }

  @Patch(':id')
  @Operation({
    id: 'updateTask',
    summary: 'Change a task',
    access: 'tasks:write',
    headers: IF_MATCH,
    answers: { 200: { description: 'The task after the change.', schema: TaskBody, headers: ETAG_OF_CHANGE } },
    problems: ['not-found', 'precondition-failed'],
  })
  async update(
    @CurrentAccount() accountId: string,
    @Param({ schema: TaskParams }) { id }: { id: string },
    @Body({ schema: TaskPatch }) changes: TaskPatch,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const expected = headers['if-match'];
    if (expected !== undefined) {
      const task = await this.#tasks.get(accountId, id);
      // Already as wanted: a repeated request, whose first answer was lost.
      if (isMade(changes, task)) return answerChange(reply, task);
      requireMatch(expected, task);
    }
    return answerChange(reply, await this.#tasks.update(accountId, id, changes));
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    id: 'removeTask',
    summary: 'Remove a task',
    access: 'tasks:write',
    headers: IF_MATCH,
    answers: { 204: { description: 'The task is removed.' } },
    problems: ['not-found', 'precondition-failed'],
  })
  async remove(
    @CurrentAccount() accountId: string,
    @Param({ schema: TaskParams }) { id }: { id: string },
    @Req() { headers }: FastifyRequest,
  ): Promise<void> {
    const expected = headers['if-match'];
    if (expected !== undefined) requireMatch(expected, await this.#tasks.get(accountId, id));
    await this.#tasks.remove(accountId, id);
  }
}

/** Whether a task has all the values of a change already. */
function isMade(changes: TaskPatch, task: Task): boolean {
  return Object.entries(changes).every(([field, value]) => value === task[field as keyof TaskPatch]);
}

/** The same query with the next cursor (RFC 8288). */
function linkToNext({ done, text, limit }: ListQuery, cursor: string): string {
  const query = new URLSearchParams({ limit: String(limit), after: cursor });
  if (done !== undefined) query.set('done', String(done));
  if (text !== undefined) query.set('text', text);
  return `<${API_PATH}/tasks?${query.toString()}>; rel="next"`;
}
