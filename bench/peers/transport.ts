/** The Thrift transport with a Nest handler and nothing else. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { ThriftMethod, ThriftServer } from 'nestjs-thrift';
import { TASKS, addTask, ready, type TaskAnswer } from './answers.js';

@Controller()
class TasksController {
  @ThriftMethod('Tasks', 'check')
  check(): object {
    return { ok: true, message: 'OK' };
  }

  @ThriftMethod('Tasks', 'add')
  add(@Payload() args: { userId: string; name: string }): TaskAnswer {
    return addTask(args.userId, args.name);
  }

  @ThriftMethod('Tasks', 'all')
  all(): TaskAnswer[] {
    return TASKS;
  }
}

@Module({ controllers: [TasksController] })
class AppModule {}

const strategy = new ThriftServer({ idl: process.env['BENCH_IDL'] ?? '', host: '127.0.0.1', port: 0 });
const app = await NestFactory.createMicroservice(AppModule, { strategy, logger: ['error'] });
await app.listen();
ready((strategy.unwrap().address() as AddressInfo).port);
