/** A service with one method that takes the given µs of processor time. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { parseSchema, ThriftMethod, ThriftServer } from 'nestjs-thrift';

const workMs = Number(process.argv[2] ?? 0) / 1_000;

@Controller()
class EchoController {
  @ThriftMethod('Echo', 'echo')
  echo(@Payload() { text }: { text: string }): string {
    if (workMs > 0) for (const endMs = performance.now() + workMs; performance.now() < endMs;);
    return text;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const idl = parseSchema('service Echo { string echo(1: string text) }', 'echo.thrift');
const strategy = new ThriftServer({ idl, host: '127.0.0.1', port: 0 });
const app = await NestFactory.createMicroservice(EchoModule, { strategy, logger: false });
await app.listen();
process.stdout.write(`READY ${String((strategy.unwrap().address() as AddressInfo).port)}\n`);
