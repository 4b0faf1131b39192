import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import type { LoadedConfig } from './config/load-config.js';
import type { StoreConfig } from './config/store-config.js';
import { ThriftServer } from './infrastructure/thrift/index.js';

const IDL = new URL('../idl/tasks.thrift', import.meta.url);

/** The service while it runs. */
export interface RunningService {
  /** The port of the Thrift listener. */
  readonly thriftPort: number;
  /** Drains and closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts the service; resolves once it answers calls.
 *
 * @throws ThriftStartError for a handler that the IDL lacks; Error of `node:net` when the port can't be listened on.
 */
export async function startService(loaded: LoadedConfig): Promise<RunningService> {
  const { thrift, store } = loaded.config;
  const logger = new Logger('Tasks');
  const server = new ThriftServer({ idl: IDL, ...thrift });
  const app = await NestFactory.createMicroservice(await AppModule.register(loaded), {
    strategy: server,
    abortOnError: false,
  });
  await app.listen();
  const { address, port } = server.unwrap().address() as AddressInfo;
  logger.log(`Thrift on ${address}:${String(port)}`);
  logger.log(describeStore(store));
  return { thriftPort: port, stop: () => app.close() };
}

function describeStore(store: StoreConfig): string {
  switch (store.kind) {
    case 'memory':
      return `Tasks are kept in memory (${store.chosenBy}): they are gone when this process ends`;
    case 'embedded':
      return (
        `Tasks are kept on disk in ${store.dataDir} (${store.chosenBy}); ` +
        'DATA_DIR moves them, MONGODB_URI or MONGO_HOST chooses MongoDB instead'
      );
    case 'mongo':
      return `Tasks are kept in MongoDB at ${store.place}, database ${store.database} (${store.chosenBy}); STORE=embedded keeps them on disk instead`;
  }
}
