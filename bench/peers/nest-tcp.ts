/** Nest's own TCP transport with the same handlers. */
import 'reflect-metadata';
import type { Server } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TASKS, addTask, freePort, ready, type TaskAnswer } from './answers.js';

@Controller()
class TasksController {
  @MessagePattern('check')
  check(): object {
    return { ok: true, message: 'OK' };
  }

  @MessagePattern('add')
  add(@Payload() { userId, name }: { userId: string; name: string }): TaskAnswer {
    return addTask(userId, name);
  }

  @MessagePattern('all')
  all(): TaskAnswer[] {
    return TASKS;
  }
}

@Module({ controllers: [TasksController] })
class AppModule {}

const port = await freePort();
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port },
  logger: ['error'],
});
await app.listen();
// Nest's server leaves Nagle's algorithm on.
app.unwrap<Server>().on('connection', (socket) => {
  socket.setNoDelay(true);
});
ready(port);
