/** `add` in layers, each with one more than the last: BENCH_LAYER = handler, nest, validation, use-case. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Module, UseFilters, UsePipes, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { AddTask } from '../../src/application/add-task.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { createObjectIdGenerator } from '../../src/infrastructure/persistence/object-id.js';
import { ThriftMethod, ThriftServer } from 'nestjs-thrift';
import { ArgumentsPipe } from '../../src/interface/thrift/arguments.pipe.js';
import { TaskErrorFilter } from '../../src/interface/thrift/task-error.filter.js';
import { toTaskMessage } from '../../src/interface/thrift/task.mapper.js';
import { AddArgs } from '../../src/interface/thrift/tasks.arguments.js';
import type { Task } from '@tasks/idl';
import { addTask, ready } from './answers.js';

@Controller()
class NestController {
  @ThriftMethod('Tasks', 'add')
  add(@Payload() args: { userId: string; name: string }): Task {
    return addTask(args.userId, args.name);
  }
}

@Controller()
@UsePipes(ArgumentsPipe)
@UseFilters(TaskErrorFilter)
class ValidatingController {
  @ThriftMethod('Tasks', 'add')
  add(@Payload() args: AddArgs): Task {
    return addTask(args.userId, args.name ?? '');
  }
}

/** Stores nothing, so that the store costs nothing. */
class ForgetfulTaskRepository extends MemoryTaskRepository {
  override add(): Promise<void> {
    return Promise.resolve();
  }
}

@Controller()
@UsePipes(ArgumentsPipe)
@UseFilters(TaskErrorFilter)
class UseCaseController {
  private readonly addTask = new AddTask(new ForgetfulTaskRepository(), () => new Date(), createObjectIdGenerator());

  @ThriftMethod('Tasks', 'add')
  async add(@Payload() args: AddArgs): Promise<Task> {
    return toTaskMessage(await this.addTask.execute(args));
  }
}

const strategy = new ThriftServer({ idl: process.env['BENCH_IDL'] ?? '', host: '127.0.0.1', port: 0 });

async function listen(layer: string): Promise<void> {
  const controllers: Record<string, Type> = {
    nest: NestController,
    validation: ValidatingController,
    'use-case': UseCaseController,
  };
  const controller = controllers[layer];
  if (controller === undefined) {
    strategy.addHandler({ service: 'Tasks', method: 'add' }, ({ userId, name }: { userId: string; name: string }) =>
      Promise.resolve(addTask(userId, name)),
    );
    await new Promise<void>((resolve) => {
      strategy.listen(() => {
        resolve();
      });
    });
    return;
  }
  @Module({ controllers: [controller] })
  class LayerModule {}
  const app = await NestFactory.createMicroservice(LayerModule, { strategy, logger: ['error'] });
  await app.listen();
}

await listen(process.env['BENCH_LAYER'] ?? '');
ready((strategy.unwrap().address() as AddressInfo).port);
