import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { listening } from '../lifecycle/start-failure.js';
import { HealthController } from './health.controller.js';
import { createHttpAdapter } from './http-adapter.js';
import { MetricsController } from './metrics.controller.js';
import { OPERATIONS, type OperationsOptions } from './operations-options.js';

export type { OperationsOptions, ProbeAnswer } from './operations-options.js';

/** The running HTTP server of `/health/live`, `/health/ready` and `/metrics`. */
export interface OperationsServer {
  readonly port: number;
  /** Closes it without waiting for idle connections. */
  close(): Promise<void>;
}

/** Liveness, readiness and metrics of one service. */
@Module({})
class OperationsModule {
  static register(options: OperationsOptions): DynamicModule {
    return {
      module: OperationsModule,
      // Without a logger: Terminus would log every failed probe, whose answer has the details.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [{ provide: OPERATIONS, useValue: options }],
    };
  }
}

/**
 * Serves health and metrics over HTTP.
 *
 * @throws ListenError when the address can't be listened on.
 */
export async function startOperations(options: OperationsOptions): Promise<OperationsServer> {
  const { host, port, variables, logger } = options;
  const adapter = createHttpAdapter();
  const module = OperationsModule.register(options);
  const app = await NestFactory.create(module, adapter, { logger, abortOnError: false, bodyParser: false });
  try {
    await listening(variables, () => app.listen(port, host));
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port: listeningPort } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { port: listeningPort, close: () => app.close() };
}
