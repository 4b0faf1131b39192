/**
 * The gateway's controller over the same task service, without authentication, request limits, gate and security headers.
 * The difference to the gateway is their cost.
 */
import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, NestFactory } from '@nestjs/core';
import { createLog } from '@tasks/service';
import { ListAccess } from '../../gateway/src/application/lists/list-access.js';
import { ChangeFeed } from '../../gateway/src/application/tasks/change-feed.js';
import { ManageTasks } from '../../gateway/src/application/tasks/manage-tasks.js';
import { TasksConnection } from '../../gateway/src/bootstrap/tasks-connection.js';
import { NodeSecrets } from '../../gateway/src/infrastructure/hashing/node-secrets.js';
import { HttpMetrics } from '../../gateway/src/infrastructure/http/http-metrics.js';
import { MemoryAccountStore } from '../../gateway/src/infrastructure/persistence/memory/memory-account-store.js';
import { AccountReads } from '../../gateway/src/interface/http/account-reads.js';
import { createHttpAdapter } from '../../gateway/src/interface/http/http-adapter.js';
import { setAuthentication } from '../../gateway/src/interface/http/principal.js';
import { ProblemFilter } from '../../gateway/src/interface/http/problem.filter.js';
import { ProblemLog } from '../../gateway/src/interface/http/problem-log.js';
import { TasksController } from '../../gateway/src/interface/http/tasks.controller.js';
import { ValidationPipe } from '../../gateway/src/interface/http/validation.pipe.js';
import { ready } from '../peers/answers.js';

const { tasks } = new TasksConnection({ servers: process.env['BENCH_TASKS'] ?? '', tls: undefined });
const { lists } = new MemoryAccountStore();
const access = new ListAccess({ lists, secrets: new NodeSecrets(), now: () => new Date() });
const log = await createLog({ level: 'info', format: 'json' });

@Module({
  controllers: [TasksController],
  providers: [
    { provide: ManageTasks, useFactory: () => new ManageTasks(tasks, access, new ChangeFeed(), () => '') },
    { provide: AccountReads, useFactory: () => new AccountReads() },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_FILTER, useFactory: () => new ProblemFilter(new ProblemLog(log), undefined) },
  ],
})
class UncheckedModule {}

const adapter = createHttpAdapter({ maxConnections: 1_000, trustedProxies: [], headers: {} });
const fastify = adapter.getInstance();
new HttpMetrics(() => 0).watch(fastify);
const principal = {
  via: 'token',
  accountId: process.env['BENCH_ACCOUNT'] ?? '',
  timeZone: undefined,
  tokenId: '',
  scopes: ['tasks:read'],
  lists: 'all',
  expiresOn: new Date(),
} as const;
const authentication = { principal, repeat: () => Promise.resolve(principal) };
fastify.addHook('onRequest', (request, _reply, done) => {
  setAuthentication(request, authentication);
  done();
});
const app = await NestFactory.create(UncheckedModule, adapter, { logger: ['error'], bodyParser: false });
app.setGlobalPrefix('api/v1');
await app.listen(0, '127.0.0.1');
ready(((app.getHttpServer() as Server).address() as AddressInfo).port);
