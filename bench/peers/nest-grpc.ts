/** Nest's gRPC transport with the same handlers; with BENCH_VALIDATE=1 behind Nest's ValidationPipe. */
import 'reflect-metadata';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TASKS, addTask, freePort, ready, type TaskAnswer } from './answers.js';
import { AddArgs } from './add-args.js';

@Controller()
class TasksController {
  @GrpcMethod('Tasks', 'check')
  check(): object {
    return { ok: true, message: 'OK' };
  }

  @GrpcMethod('Tasks', 'add')
  add(args: AddArgs): TaskAnswer {
    return addTask(args.userId, args.name);
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
if (process.env['BENCH_VALIDATE'] === '1') app.useGlobalPipes(new ValidationPipe({ transform: true }));
await app.listen();
ready(port);
