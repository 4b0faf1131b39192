import { resolve } from 'node:path';
import type { Environment } from './environment.js';
import type { MongodbAddress } from './mongodb-address.js';

/** Where a service keeps its data, and which variable decided that, for the log. */
export type StoreConfig = { readonly chosenBy: string } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; /** An absolute path. */ readonly dataDir: string }
  | ({ readonly kind: 'mongo'; readonly serverSelectionTimeoutMs: number } & MongodbAddress)
);

/** The variables of a service's store. */
export interface StoreVariables {
  /** Variable that chooses the store: `STORE`. */
  readonly store: string;
  /** Variable of the embedded store's folder: `DATA_DIR`. */
  readonly dataDir: string;
  readonly defaultDataDir: string;
}

const STORES = ['auto', 'mongo', 'embedded', 'memory'] as const;
/** The driver's own 30 s would meet the deadline of a call. */
const DEFAULT_SERVER_SELECTION_TIMEOUT_MS = 5_000;

/**
 * Reads which store to use. Any variable that says where MongoDB is chooses MongoDB, unless the store's own variable
 * chooses.
 *
 * @param mongodb Where MongoDB is, and which variable says so.
 */
export function readStoreConfig(
  environment: Environment,
  variables: StoreVariables,
  mongodb: MongodbAddress,
): StoreConfig {
  // Read whichever store is chosen: a bad value is an error all the same.
  const serverSelectionTimeoutMs = readServerSelectionTimeoutMs(environment);
  const dataDir = readDataDir(environment, variables);
  const wanted = environment.choice(variables.store, STORES) ?? 'auto';
  const kind = wanted === 'auto' ? (mongodb.namedBy === undefined ? 'embedded' : 'mongo') : wanted;
  const chosenBy = wanted === 'auto' ? (mongodb.namedBy ?? 'default') : `${variables.store}=${wanted}`;
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
export function readDataDir(environment: Environment, { dataDir, defaultDataDir }: StoreVariables): string {
  return resolve(environment.text(dataDir) ?? defaultDataDir);
}

/** Milliseconds to wait for a MongoDB that can take a call, whichever store is chosen. */
export function readServerSelectionTimeoutMs(environment: Environment): number {
  return (
    environment.integer('MONGO_SERVER_SELECTION_TIMEOUT_MS', { min: 10, max: 60_000 }) ??
    DEFAULT_SERVER_SELECTION_TIMEOUT_MS
  );
}
