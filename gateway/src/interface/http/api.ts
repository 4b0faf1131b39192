import type { Type } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { AgendaController } from './agenda.controller.js';
import { BatchController } from './batch.controller.js';
import { EventsController } from './events.controller.js';
import { InvitationsController } from './invitations.controller.js';
import { ListFilesController } from './list-files.controller.js';
import { ListsController } from './lists.controller.js';
import { MembersController } from './members.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { SessionController } from './session.controller.js';
import { SessionsController } from './sessions.controller.js';
import { TasksController } from './tasks.controller.js';
import { TokensController } from './tokens.controller.js';

/** The controllers of the API, described by the OpenAPI document. */
export const API_CONTROLLERS: readonly Type[] = [
  SessionController,
  SessionsController,
  AccountController,
  TokensController,
  TasksController,
  ListsController,
  ListFilesController,
  MembersController,
  InvitationsController,
  AgendaController,
  BatchController,
  EventsController,
  OpenApiController,
];
