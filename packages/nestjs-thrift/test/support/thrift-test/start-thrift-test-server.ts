import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadSchema, ThriftServer, type Schema, type ThriftServerOptions } from '../../../src/index.js';
import { EchoController } from './echo.controller.js';
import { SecondServiceController, ThriftTestController } from './thrift-test.controller.js';

export interface ThriftTestServerOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host?: string;
  /** A Unix domain socket, instead of host and port. */
  readonly path?: string;
  /** Encrypts all connections. */
  readonly tls?: ThriftServerOptions['tls'];
  /** Maximum length of a string or binary, in bytes. */
  readonly stringLimit?: number;
  /** Maximum number of elements of a list, set or map. */
  readonly containerLimit?: number;
  /** Logger for Nest; default: none. */
  readonly logLevels?: LogLevel[];
}

export interface ThriftTestServer {
  /** Its address, or the path of its Unix domain socket. */
  readonly host: string;
  /** 0 on a Unix domain socket. */
  readonly port: number;
  /** For its events. */
  readonly strategy: ThriftServer;
  close(): Promise<void>;
}

@Module({ controllers: [EchoController, ThriftTestController, SecondServiceController] })
class ThriftTestModule {}

export function thriftTestSchema(): Schema {
  return loadSchema(new URL('./thrift-test.thrift', import.meta.url));
}

/** Starts the ThriftTest and SecondService of the IDL, in every dialect, on one port. */
export async function startThriftTestServer(options: ThriftTestServerOptions): Promise<ThriftTestServer> {
  const { port, host = '127.0.0.1', path, tls, stringLimit, containerLimit, logLevels } = options;
  const strategy = new ThriftServer({
    idl: thriftTestSchema(),
    ...(path === undefined ? { port, host } : { path }),
    ...(tls !== undefined && { tls }),
    limits: {
      ...(stringLimit !== undefined && { maxStringBytes: stringLimit }),
      ...(containerLimit !== undefined && { maxContainerSize: containerLimit }),
    },
  });
  const app = await NestFactory.createMicroservice(ThriftTestModule, { strategy, logger: logLevels ?? false });
  await app.listen();
  const address = strategy.unwrap().address() as AddressInfo | string;
  const [at, atPort] = typeof address === 'string' ? [address, 0] : [address.address, address.port];
  return { host: at, port: atPort, strategy, close: () => app.close() };
}
