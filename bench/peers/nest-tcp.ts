/** Nest's own TCP transport with the same handlers; with BENCH_VALIDATE=1 behind Nest's ValidationPipe. */
import 'reflect-metadata';
import { createServer, type AddressInfo } from 'node:net';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TASKS, addTask, ready, type TaskAnswer } from './answers.js';
import { AddArgs } from './add-args.js';

@Controller()
class TasksController {
  @MessagePattern('check')
  check(): object {
    return { ok: true, message: 'OK' };
  }

  @MessagePattern('add')
  add(@Payload() args: AddArgs): TaskAnswer {
    return addTask(args.userId, args.name);
  }

  @MessagePattern('all')
  all(): TaskAnswer[] {
    return TASKS;
  }
}

@Module({ controllers: [TasksController] })
class AppModule {}

/** Nest's TCP server takes no port 0 that can be read back, so a free one is found first. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const port = await freePort();
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port },
  logger: ['error'],
});
if (process.env['BENCH_VALIDATE'] === '1') app.useGlobalPipes(new ValidationPipe({ transform: true }));
await app.listen();
ready(port);
