import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { Principal } from '../../domain/principal.js';
import { AccountReads } from './account-reads.js';
import { answerWithEtag, ETAG, NOT_MODIFIED } from './conditional.js';
import { Operation } from './operation.js';
import { CurrentPrincipal } from './principal.js';
import { ListId, PageQuery, TaskBody, WallClock, toListedTaskBody } from './tasks.schemas.js';

const AgendaQuery = z
  .strictObject({
    view: z.enum(['due', 'starred']).describe('Tasks with a date, by that date, or with a star, the oldest first.'),
    from: WallClock.optional().describe('Only tasks due then or later; with `due` only.'),
    until: WallClock.optional().describe('Only tasks due before: `2026-12-02` has all of the 1st; with `due` only.'),
    ...PageQuery,
  })
  .refine(({ view, from, until }) => view === 'due' || (from ?? until) === undefined, {
    error: 'must be due, where from or until is given',
    path: ['view'],
    params: { code: 'value' },
  });
type AgendaQuery = z.infer<typeof AgendaQuery>;

const AgendaTaskBody = TaskBody.extend({ list: ListId }).meta({ id: 'AgendaTask' });

const AgendaBody = z
  .object({
    items: z.array(AgendaTaskBody).describe('A page can be short without being the last.'),
    nextCursor: z.string().nullable().describe('For `after`; null on the last page.'),
  })
  .meta({ id: 'Agenda' });

/** The tasks of all lists that are to be done. */
@Controller('agenda')
export class AgendaController {
  readonly #tasks: ManageTasks;
  readonly #reads: AccountReads;

  constructor(tasks: ManageTasks, reads: AccountReads) {
    this.#tasks = tasks;
    this.#reads = reads;
  }

  @Get()
  @Operation({
    id: 'getAgenda',
    summary: 'List open tasks of all lists that have a date, or a star',
    access: 'tasks:read',
    answers: { 200: { description: 'A page of tasks.', schema: AgendaBody, headers: ETAG }, 304: NOT_MODIFIED },
  })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: AgendaQuery }) query: AgendaQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { items, nextCursor } = await this.#reads.run(principal.accountId, request, () =>
      this.#tasks.agenda(principal, query),
    );
    return answerWithEtag(request, reply, {
      items: items.map(({ task, list }) => ({ ...toListedTaskBody(task), list })),
      nextCursor,
    });
  }
}
