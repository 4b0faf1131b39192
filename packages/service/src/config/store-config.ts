import { resolve } from 'node:path';
import type { Environment } from './environment.js';
import type { MongodbAddress } from './mongodb-address.js';

/** Store of a service, and the variable that chose it, for the log. */
export type StoreConfig = { readonly chosenBy: string } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; /** An absolute path. */ readonly dataDir: string }
  | ({ readonly kind: 'mongo'; readonly serverSelectionTimeoutMs: number } & MongodbAddress)
);

/** The variables of a service's store. */
export interface StoreVariables {
  /** Chooses the store: `STORE`. */
  readonly store: string;
  /** Sets the embedded store's folder: `DATA_DIR`. */
  readonly dataDir: string;
  readonly defaultDataDir: string;
}

const STORES = ['auto', 'mongo', 'embedded', 'memory'] as const;
/** Lower than the driver's own 30 s, which would exceed a call's deadline. */
const DEFAULT_SERVER_SELECTION_TIMEOUT_MS = 5_000;

/**
 * Reads which store to use. Any variable with MongoDB's location selects MongoDB, unless the store's own variable
 * is set.
 *
 * @param mongodb Location of MongoDB, and the variable that set it.
 */
export function readStoreConfig(
  environment: Environment,
  variables: StoreVariables,
  mongodb: MongodbAddress,
): StoreConfig {
  // Read for every store: a bad value is always an error.
  const serverSelectionTimeoutMs = readServerSelectionTimeoutMs(environment);
  const dataDir = readDataDir(environment, variables);
  // Used by the embedded store, which commands open as well: it takes it from process.env.
  environment.choice('DATA_DIR_SHARED_OK', ['1']);
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

/**
 * Describes where data is kept and how to choose another place, for the log.
 *
 * @param what The data, in the plural: `Tasks`.
 * @param mongodb The variables that choose MongoDB.
 */
export function describeStore(store: StoreConfig, what: string, variables: StoreVariables, mongodb: string): string {
  const { chosenBy } = store;
  switch (store.kind) {
    case 'memory':
      return `${what} are kept in memory (${chosenBy}) and are lost when this process ends`;
    case 'embedded': {
      // An explicit choice needs no hint.
      const other = chosenBy === 'default' ? mongodb : `${variables.store}=mongo`;
      const place = `${store.dataDir} (${chosenBy})`;
      return `${what} are kept on disk in ${place}; ${variables.dataDir} moves them, ${other} chooses MongoDB instead`;
    }
    case 'mongo': {
      const place = `MongoDB at ${store.place}, database ${store.database} (${chosenBy})`;
      return `${what} are kept in ${place}; ${variables.store}=embedded keeps them on disk instead`;
    }
  }
}

/** The folder of the embedded store as an absolute path, read for every store. */
export function readDataDir(environment: Environment, { dataDir, defaultDataDir }: StoreVariables): string {
  return resolve(environment.text(dataDir) ?? defaultDataDir);
}

/** Time limit for an available MongoDB, in milliseconds, read for every store. */
export function readServerSelectionTimeoutMs(environment: Environment): number {
  return (
    environment.integer('MONGO_SERVER_SELECTION_TIMEOUT_MS', { min: 10, max: 60_000 }) ??
    DEFAULT_SERVER_SELECTION_TIMEOUT_MS
  );
}
