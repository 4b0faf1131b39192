/**
 * The Thrift transport with a Nest handler and nothing else. `BENCH_WORKERS` sets the number of processes, 1 by default;
 * several are run by the code that runs the workers of the service.
 */
import 'reflect-metadata';
import cluster from 'node:cluster';
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

async function serve(): Promise<number> {
  const strategy = new ThriftServer({ idl: process.env['BENCH_IDL'] ?? '', host: '127.0.0.1', port: 0 });
  const app = await NestFactory.createMicroservice(AppModule, { strategy, logger: ['error'] });
  await app.listen();
  return (strategy.unwrap().address() as AddressInfo).port;
}

// Workers import what they need themselves: the memory of a single process is to be the transport's.

async function startWorkers(count: number): Promise<number> {
  const { createLog } = await import('@tasks/service');
  const { WorkerPool } = await import('@tasks/service/workers');
  const program = new URL(import.meta.url);
  const log = await createLog({ level: 'warn' });
  const names = { portVariable: 'BENCH_PORT', connectionsMetric: 'none' };
  const pool = await WorkerPool.start({ count, program, env: {}, log, ...names });
  return pool.port;
}

async function work(): Promise<void> {
  const { Lifecycle } = await import('@tasks/service/lifecycle');
  const { PrimaryLink } = await import('@tasks/service/worker');
  const link = new PrimaryLink();
  const lifecycle = new Lifecycle();
  link.follow(lifecycle);
  await lifecycle.run(async () => {
    const stopLimitMs = 0;
    const health = { ok: true, message: 'OK' };
    const state = { health: () => Promise.resolve(health), metrics: () => Promise.resolve([]) };
    await link.ready({ port: await serve(), stopLimitMs }, state);
    return { stopLimitMs, stop: () => Promise.resolve() };
  });
}

const workers = Number(process.env['BENCH_WORKERS'] ?? '1');
if (cluster.isWorker) await work();
else ready(workers > 1 ? await startWorkers(workers) : await serve());
