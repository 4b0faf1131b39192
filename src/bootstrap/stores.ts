import type { DynamicModule } from '@nestjs/common';
import type { StoreConfig } from '@tasks/service';
import type { StoreDefects } from '../infrastructure/persistence/store-defects.js';

type StoreKind = StoreConfig['kind'];
type ConfigOf<Kind extends StoreKind> = Extract<StoreConfig, { readonly kind: Kind }>;

/** Properties of a kind of store. */
interface StoreEntry<Config> {
  /** Its name in traces, by OpenTelemetry's conventions for databases if they define one. */
  readonly system: string;
  /** Location of the tasks and how to choose another, for the log. */
  readonly describe: (config: Config) => string;
  /** Imports the adapter when chosen: an unused driver must not add a quarter of a second to the start. */
  readonly load: (config: Config, defects: StoreDefects) => Promise<DynamicModule>;
}

const MEMORY: StoreEntry<ConfigOf<'memory'>> = {
  system: 'memory',
  describe: ({ chosenBy }) => `Tasks are kept in memory (${chosenBy}) and are lost when this process ends`,
  load: async () => {
    const { MemoryPersistenceModule } =
      await import('../infrastructure/persistence/memory/memory-persistence.module.js');
    return MemoryPersistenceModule.register();
  },
};

const EMBEDDED: StoreEntry<ConfigOf<'embedded'>> = {
  system: 'sqlite',
  describe: ({ dataDir, chosenBy }) =>
    `Tasks are kept on disk in ${dataDir} (${chosenBy}); DATA_DIR moves them, ` +
    // An explicit STORE needs no hint.
    `${chosenBy === 'default' ? 'MONGODB_URI or MONGO_HOST' : 'STORE=mongo'} chooses MongoDB instead`,
  load: async ({ dataDir }) => {
    const { EmbeddedPersistenceModule } =
      await import('../infrastructure/persistence/embedded/embedded-persistence.module.js');
    return EmbeddedPersistenceModule.register({ dataDirectory: dataDir });
  },
};

const MONGO: StoreEntry<ConfigOf<'mongo'>> = {
  system: 'mongodb',
  describe: ({ place, database, chosenBy }) =>
    `Tasks are kept in MongoDB at ${place}, database ${database} (${chosenBy}); ` +
    'STORE=embedded keeps them on disk instead',
  load: async (config, defects) => {
    const { MongoosePersistenceModule } =
      await import('../infrastructure/persistence/mongoose/mongoose-persistence.module.js');
    return MongoosePersistenceModule.register(config, defects);
  },
};

/** All parts of a store besides its adapter and its configuration: a new kind doesn't compile without them. */
const STORES: { readonly [Kind in StoreKind]: StoreEntry<ConfigOf<Kind>> } = {
  memory: MEMORY,
  embedded: EMBEDDED,
  mongo: MONGO,
};

/** The configured store. */
interface ChosenStore {
  readonly system: string;
  readonly description: string;
  /** Loads its adapter, which reports unreadable values to `defects`. */
  readonly load: (defects: StoreDefects) => Promise<DynamicModule>;
}

/** Looks up the properties of the configured store; its adapter is not loaded yet. */
export function chosenStore<Kind extends StoreKind>(config: ConfigOf<Kind> & { readonly kind: Kind }): ChosenStore {
  const { system, describe, load }: StoreEntry<ConfigOf<Kind>> = STORES[config.kind];
  return { system, description: describe(config), load: (defects) => load(config, defects) };
}
