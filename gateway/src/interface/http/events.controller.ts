import { Controller, Req, Sse, type MessageEvent } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EMPTY, type Observable } from 'rxjs';
import { z } from 'zod';
import { EventStreams } from './event-streams.js';
import { Operation } from './operation.js';
import { CurrentAuthentication, type Authentication } from './principal.js';

/** Maximum buffered output for a client that does not read, in characters; beyond it, the connection is closed. */
const MAX_PENDING = 65_536;

/** Streams changes to clients. */
@Controller('events')
export class EventsController {
  readonly #streams: EventStreams;

  constructor(streams: EventStreams) {
    this.#streams = streams;
  }

  @Sse('', { maxPendingDataLength: MAX_PENDING })
  @Operation({
    id: 'watchTasks',
    summary: 'Watch the tasks of the account (server-sent events)',
    access: 'tasks:read',
    answers: {
      200: {
        description:
          'Events `changed` with `{"taskIds": […]}` or `{"all": true}`, and `heartbeat` every 25 s. After ' +
          'reconnecting, read everything again: missed events are not repeated.',
        schema: z.string(),
        mediaType: 'text/event-stream',
      },
    },
  })
  watch(
    @CurrentAuthentication() authentication: Authentication,
    @Req() { method }: FastifyRequest,
  ): Observable<MessageEvent> {
    return method === 'HEAD' ? EMPTY : this.#streams.open(authentication);
  }
}
