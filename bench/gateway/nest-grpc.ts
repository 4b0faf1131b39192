/** A gateway by Nest alone: Fastify in front, Nest's gRPC client behind. */
import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import { Body, Controller, Get, Inject, Module, Post, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Transport, type ClientGrpc } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Observable } from 'rxjs';
import { map } from 'rxjs';
import { ready, type TaskAnswer } from '../peers/answers.js';

interface TasksClient {
  add(args: { userId: string; name: string }): Observable<TaskAnswer>;
  all(args: { userId: string }): Observable<{ tasks: TaskAnswer[] }>;
}

const TASKS_CLIENT = Symbol('gRPC client of Tasks');

@Controller('api/v1/tasks')
class TasksController implements OnModuleInit {
  readonly #client: ClientGrpc;
  #tasks!: TasksClient;

  constructor(@Inject(TASKS_CLIENT) client: ClientGrpc) {
    this.#client = client;
  }

  onModuleInit(): void {
    this.#tasks = this.#client.getService('Tasks');
  }

  @Get()
  list(): Observable<object> {
    return this.#tasks
      .all({ userId: 'alice' })
      .pipe(map(({ tasks }) => ({ items: tasks.map(toTask), nextCursor: null })));
  }

  @Post()
  add(@Body() { name }: { name: string }): Observable<object> {
    return this.#tasks.add({ userId: 'alice', name }).pipe(map(toTask));
  }
}

function toTask({ id, name, done, createdOn }: TaskAnswer): object {
  return { id, name, done, createdOn };
}

@Module({
  imports: [
    ClientsModule.register([
      {
        name: TASKS_CLIENT,
        transport: Transport.GRPC,
        options: {
          url: process.env['BENCH_TASKS'] ?? '',
          package: 'tasks',
          protoPath: process.env['BENCH_PROTO'] ?? '',
          loader: { defaults: true },
        },
      },
    ]),
  ],
  controllers: [TasksController],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
ready(((app.getHttpServer() as Server).address() as AddressInfo).port);
