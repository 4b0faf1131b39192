import { resolve } from 'node:path';
import { readMongodbAddress, type Environment, type MongodbAddress } from '@tasks/service';

/** Where tasks are kept, and who said so, for the log. */
export type StoreConfig = { readonly chosenBy: string } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; /** An absolute path. */ readonly dataDir: string }
  | ({ readonly kind: 'mongo'; readonly serverSelectionTimeoutMs: number } & MongodbAddress)
);

const STORES = ['auto', 'mongo', 'embedded', 'memory'] as const;
const DEFAULT_DATA_DIR = './data';
/** The driver's own 30 s would meet the deadline of a call. */
const DEFAULT_SERVER_SELECTION_TIMEOUT_MS = 5_000;

/** Reads which store to use. Any variable that says where MongoDB is chooses MongoDB, unless `STORE` says otherwise. */
export function readStoreConfig(environment: Environment): StoreConfig {
  const mongodb = readMongodbAddress(environment);
  const serverSelectionTimeoutMs = readServerSelectionTimeoutMs(environment);
  const dataDir = readDataDir(environment);
  const wanted = environment.choice('STORE', STORES) ?? 'auto';
  const kind = wanted === 'auto' ? (mongodb.namedBy === undefined ? 'embedded' : 'mongo') : wanted;
  const chosenBy = wanted === 'auto' ? (mongodb.namedBy ?? 'default') : `STORE=${wanted}`;
  switch (kind) {
    case 'memory':
      return { kind, chosenBy };
    case 'embedded':
      return { kind, chosenBy, dataDir };
    case 'mongo':
      return { kind, chosenBy, serverSelectionTimeoutMs, ...mongodb };
  }
}

/** The folder of the embedded store as an absolute path, whichever store is chosen. */
export function readDataDir(environment: Environment): string {
  return resolve(environment.text('DATA_DIR') ?? DEFAULT_DATA_DIR);
}

/** How long to wait for a MongoDB that can take a call, whichever store is chosen. */
export function readServerSelectionTimeoutMs(environment: Environment): number {
  return (
    environment.integer('MONGO_SERVER_SELECTION_TIMEOUT_MS', { min: 10, max: 60_000 }) ??
    DEFAULT_SERVER_SELECTION_TIMEOUT_MS
  );
}
