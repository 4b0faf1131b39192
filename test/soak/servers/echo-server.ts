/**
 * A service without a store in a process of its own: HOST and PORT are its arguments. A message says how it answers from then
 * on; at SIGTERM it ends its calls, rejects later ones, and ends.
 */
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThriftError, ThriftMethod, ThriftServer } from 'nestjs-thrift';
import { ECHO_SCHEMA, type Mood } from './echo.js';

const [host = '', port = ''] = process.argv.slice(2);
let mood: Mood = 'well';
process.on('message', (next: Mood) => {
  mood = next;
});
// The parent process has ended.
process.on('disconnect', () => process.exit(1));

@Controller()
class EchoController {
  @ThriftMethod('Echo', 'name')
  async name(): Promise<string> {
    if (mood === 'overloaded') throw new ThriftError('INTERNAL_ERROR', 'Overloaded: not run, safe to retry');
    if (mood === 'slow') await delay(200);
    return host;
  }

  @ThriftMethod('Echo', 'hold')
  async hold({ ms = 0 }: { ms?: number }): Promise<void> {
    await delay(ms);
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const strategy = new ThriftServer({ idl: ECHO_SCHEMA, host, port: Number(port) });
const app = await NestFactory.createMicroservice(EchoModule, { strategy, logger: false });
app.enableShutdownHooks();
await app.listen();
process.send?.((strategy.unwrap().address() as { port: number }).port);
