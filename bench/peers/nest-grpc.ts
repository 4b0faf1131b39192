/** Nest's gRPC transport with the same handlers; with BENCH_VALIDATE=1 behind Nest's ValidationPipe. */
import 'reflect-metadata';
import { createServer, type AddressInfo } from 'node:net';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TASKS, addTask, ready, type TaskAnswer } from './answers.js';
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

const probe = createServer();
await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
const { port } = probe.address() as AddressInfo;
await new Promise((resolve) => probe.close(resolve));
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.GRPC,
  options: { url: `127.0.0.1:${String(port)}`, package: 'tasks', protoPath: process.env['BENCH_PROTO'] ?? '' },
  logger: ['error'],
});
if (process.env['BENCH_VALIDATE'] === '1') app.useGlobalPipes(new ValidationPipe({ transform: true }));
await app.listen();
ready(port);
