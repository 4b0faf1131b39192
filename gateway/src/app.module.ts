import { setImmediate } from 'node:timers/promises';
import { Module, type DynamicModule, type FactoryProvider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { createObjectIdGenerator, type Logger } from '@tasks/service';
import { DeleteAccount, ExportAccount, SetTimeZone } from './application/accounts/account-data.js';
import { Authenticate } from './application/accounts/authenticate.js';
import { ChangePassword, Confirm, NewRecoveryCode } from './application/accounts/change-credentials.js';
import { LogIn } from './application/accounts/log-in.js';
import type { AccountParts } from './application/accounts/parts.js';
import { Recover } from './application/accounts/recover.js';
import { EndOtherSessions, EndSession, ListSessions, LogOut } from './application/accounts/sessions.js';
import { SignUp } from './application/accounts/sign-up.js';
import { CreateToken, ListTokens, RevokeToken } from './application/accounts/tokens.js';
import { ImportTasks } from './application/imports/import-tasks.js';
import { ListAccess } from './application/lists/list-access.js';
import { Invitations } from './application/lists/invitations.js';
import { ManageLists } from './application/lists/manage-lists.js';
import { Members } from './application/lists/members.js';
import { BatchTasks } from './application/tasks/batch.js';
import { ChangeFeed } from './application/tasks/change-feed.js';
import { ManageTasks } from './application/tasks/manage-tasks.js';
import { TaskService } from './application/tasks/task-service.js';
import { AccessGuard } from './interface/http/access.guard.js';
import { AccountExports } from './interface/http/account-exports.js';
import { API_CONTROLLERS } from './interface/http/api.js';
import { EventStreams } from './interface/http/event-streams.js';
import { createOpenApiDocument } from './interface/http/openapi/openapi-document.js';
import { ListExports } from './interface/http/list-exports.js';
import { OpenApiText } from './interface/http/openapi/openapi.controller.js';
import type { Page } from './interface/http/page.js';
import { ProblemFilter } from './interface/http/problem.filter.js';
import { ProblemLog } from './interface/http/problem-log.js';
import { AccountReads } from './interface/http/account-reads.js';
import { RunningFiles } from './interface/http/running-files.js';
import { RequestLimits } from './interface/http/request-limits.js';
import { SessionCookies } from './interface/http/session-cookies.js';
import { ValidationPipe } from './interface/http/validation.pipe.js';

export interface AppParts {
  readonly accounts: AccountParts;
  readonly tasks: TaskService;
  readonly feed: ChangeFeed;
  readonly streams: EventStreams;
  /** Maximum duration of an export, in milliseconds; undefined: the default. */
  readonly exportLimitMs: number | undefined;
  readonly limits: RequestLimits;
  readonly cookies: SessionCookies;
  /** Undefined: the API alone. */
  readonly page: Page | undefined;
  readonly log: Logger;
  readonly version: string;
}

const ACCOUNT_USE_CASES = [
  Authenticate,
  SignUp,
  LogIn,
  LogOut,
  Confirm,
  Recover,
  ListSessions,
  EndSession,
  EndOtherSessions,
  ChangePassword,
  NewRecoveryCode,
  ExportAccount,
  SetTimeZone,
  DeleteAccount,
  ListTokens,
  CreateToken,
  RevokeToken,
] as const satisfies readonly (new (parts: AccountParts) => object)[];

/** The composition root of the API: ports, adapters and use cases. */
@Module({})
export class AppModule {
  static register(parts: AppParts): DynamicModule {
    const { accounts, tasks, feed, streams, exportLimitMs, limits, cookies, page, log, version } = parts;
    const access = new ListAccess(accounts);
    const lists = { ...accounts, access, feed };
    return {
      module: AppModule,
      controllers: [...API_CONTROLLERS],
      providers: [
        ...ACCOUNT_USE_CASES.map((useCase) => ({ provide: useCase as Type, useFactory: () => new useCase(accounts) })),
        { provide: ListAccess, useValue: access },
        { provide: ManageLists, useFactory: () => new ManageLists(lists, tasks) },
        {
          provide: ManageTasks,
          useFactory: () => new ManageTasks(tasks, access, feed, createObjectIdGenerator()),
        },
        { provide: BatchTasks, useFactory: () => new BatchTasks(tasks, access, feed) },
        {
          provide: ImportTasks,
          useFactory: () => new ImportTasks({ ...accounts, tasks, access, feed, yieldToOthers: setImmediate }),
        },
        {
          provide: ListExports,
          inject: [ManageTasks],
          useFactory: (manage: ManageTasks) => new ListExports(manage, access),
        },
        { provide: RunningFiles, useFactory: () => new RunningFiles() },
        { provide: AccountReads, useFactory: () => new AccountReads() },
        { provide: Members, useFactory: () => new Members(lists) },
        { provide: Invitations, useFactory: () => new Invitations(lists) },
        { provide: RequestLimits, useValue: limits },
        { provide: TaskService, useValue: tasks },
        { provide: EventStreams, useValue: streams },
        {
          provide: AccountExports,
          inject: [ExportAccount, ManageTasks, RunningFiles],
          useFactory: (account: ExportAccount, manage: ManageTasks, running: RunningFiles) =>
            new AccountExports(account, manage, running, exportLimitMs),
        },
        { provide: SessionCookies, useValue: cookies },
        {
          provide: OpenApiText,
          useFactory: () => new OpenApiText(JSON.stringify(createOpenApiDocument(API_CONTROLLERS, version))),
        },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: ProblemLog, useFactory: () => new ProblemLog(log) },
        {
          provide: APP_FILTER,
          inject: [ProblemLog],
          useFactory: (problems: ProblemLog) => new ProblemFilter(problems, page),
        },
        accessGuard(cookies, limits),
      ],
    };
  }
}

function accessGuard(cookies: SessionCookies, limits: RequestLimits): FactoryProvider {
  return {
    provide: APP_GUARD,
    inject: [Authenticate],
    useFactory: (authenticate: Authenticate) => new AccessGuard(authenticate, cookies, limits),
  };
}
