import { describeStore, type StoreConfig } from '@tasks/service';
import { STORE_VARIABLES, type AppConfig } from '../config/config.js';

/** Where calls are answered, for the log. */
export function describeListener({ thrift, workers }: AppConfig, port: number): string {
  const kind = [thrift.tls ? ' (TLS)' : '', workers > 1 ? ` by ${String(workers)} workers` : ''].join('');
  return `Thrift listens on ${thrift.host}:${String(port)}${kind}`;
}

/** Where tasks are kept, for the log. */
export function describeTasks(store: StoreConfig): string {
  return describeStore(store, 'Tasks', STORE_VARIABLES, 'MONGODB_URI or MONGO_HOST');
}
