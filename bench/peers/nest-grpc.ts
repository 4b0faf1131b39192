/** Nest's gRPC transport with the same handlers. */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TASKS, addTask, freePort, ready, type TaskAnswer } from './answers.js';

@Controller()
class TasksController {
  @GrpcMethod('Tasks', 'check')
  check(): object {
    return { ok: true, message: 'OK' };
  }

  @GrpcMethod('Tasks', 'add')
  add({ userId, name }: { userId: string; name: string }): TaskAnswer {
    return addTask(userId, name);
  }

  @GrpcMethod('Tasks', 'all')
  all(): { tasks: TaskAnswer[] } {
    return { tasks: TASKS };
  }
}

@Module({ controllers: [TasksController] })
class AppModule {}

const port = await freePort();
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.GRPC,
  options: { url: `127.0.0.1:${String(port)}`, package: 'tasks', protoPath: process.env['BENCH_PROTO'] ?? '' },
  logger: ['error'],
});
await app.listen();
ready(port);
