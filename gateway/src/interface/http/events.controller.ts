import { Controller, Query, Req, Sse, type MessageEvent } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EMPTY, type Observable } from 'rxjs';
import { z } from 'zod';
import { ListAccess } from '../../application/lists/list-access.js';
import { EventStreams } from './event-streams.js';
import { Operation } from './operation.js';
import { CurrentAuthentication, type Authentication } from './principal.js';

/** Maximum buffered output for a client that does not read, in characters; beyond it, the connection is closed. */
const MAX_PENDING = 65_536;

const EventsQuery = z.strictObject({
  lists: z.literal('all').optional().describe('Also the changes of all other lists that the request may read.'),
});
type EventsQuery = z.infer<typeof EventsQuery>;

/** Streams changes to clients. */
@Controller('events')
export class EventsController {
  readonly #streams: EventStreams;
  readonly #access: ListAccess;

  constructor(streams: EventStreams, access: ListAccess) {
    this.#streams = streams;
    this.#access = access;
  }

  @Sse('', { maxPendingDataLength: MAX_PENDING })
  @Operation({
    id: 'watchTasks',
    summary: 'Watch tasks and lists (server-sent events)',
    access: 'tasks:read',
    answers: {
      200: {
        description:
          'Events `changed` with `{"taskIds": […]}` or `{"all": true}` for the first list, and `heartbeat` every 25 s. ' +
          'With `lists=all` also `list-changed` with `{"list": "…", "taskIds": […]}` or `{"list": "…", "all": true}` for ' +
          'the others, and `lists-changed` when a list was added, changed or lost: read the lists again. Changes before ' +
          'the first `heartbeat` of a connection are not reported: read everything again then.',
        schema: z.string(),
        mediaType: 'text/event-stream',
      },
    },
  })
  async watch(
    @CurrentAuthentication() authentication: Authentication,
    @Query({ schema: EventsQuery }) { lists }: EventsQuery,
    @Req() { method }: FastifyRequest,
  ): Promise<Observable<MessageEvent>> {
    if (lists === undefined) await this.#access.requireTasks(authentication.principal, undefined, 'viewer');
    if (method === 'HEAD') return EMPTY;
    return this.#streams.open(authentication, lists === undefined ? undefined : this.#access);
  }
}
