import { resolve } from 'node:path';
import {
  loadConfig,
  ConfigError,
  Environment,
  optionText,
  readDataDir,
  readMongodbAddress,
  readServerSelectionTimeoutMs,
  TASKS_MONGODB_NAMES,
} from '@tasks/service';
import { parseConfig, STORE_VARIABLES, type AppConfig } from '../../config/config.js';
import type { Maintenance, MigrationTarget, OnProgress } from './maintenance.js';
import type { MaintenanceCommand, StoreFlags } from './maintenance-commands.js';
import type { Printer } from './printer.js';

/** Prints the result; returns whether all is well. */
type PrintResult = (printer: Printer) => boolean;

/**
 * Executes the command.
 *
 * @throws ConfigError when environment and options don't select a store. @throws Error of the store.
 */
export async function maintain(
  command: MaintenanceCommand,
  maintenance: Maintenance,
  onProgress?: OnProgress,
): Promise<PrintResult> {
  // Also reads `.env` into the environment.
  const { config } = await loadConfig(parseConfig);
  if (command.kind === 'backup') {
    const made = await maintenance.backUpTasks(
      ownDataDirectory(config, command.flags),
      resolve(command.file),
      onProgress,
    );
    return (printer) => printer.backup(made);
  }
  if (command.kind === 'verify') {
    const sound = maintenance.verifyTasks(ownDataDirectory(config, command.flags));
    return (printer) => printer.verified(sound);
  }
  const options = { overwrite: command.flags.overwrite === true, onProgress };
  const report =
    command.kind === 'restore'
      ? await maintenance.restoreTasks(ownDataDirectory(config, command.flags), resolve(command.file), options)
      : await maintenance.migrateTasks(dataDirectory(command.flags), targetOf(config, command.flags.to), options);
  return (printer) => printer.copied(report);
}

/** The folder that a service with this environment would use. A service with another kind of store has none. */
function ownDataDirectory({ store }: AppConfig, flags: StoreFlags): string {
  if (flags.dataDir !== undefined || store.kind === 'embedded') return dataDirectory(flags);
  const advice = store.kind === 'mongo' ? 'use mongodump and mongorestore' : 'there is nothing to keep';
  throw new ConfigError([
    `The configured store is not the embedded one (${store.chosenBy}): ${advice}, or name a folder by --data-dir`,
  ]);
}

function dataDirectory({ dataDir }: StoreFlags): string {
  if (dataDir !== undefined) return resolve(optionText('--data-dir', dataDir));
  return readDataDir(new Environment(process.env), STORE_VARIABLES);
}

function targetOf({ store }: AppConfig, to: string | undefined): MigrationTarget {
  if (to !== undefined) {
    const environment = new Environment({
      '--to': optionText('--to', to),
      MONGODB_DATABASE: process.env.MONGODB_DATABASE,
    });
    const address = readMongodbAddress(environment, { ...TASKS_MONGODB_NAMES, uri: '--to' });
    environment.assertGood();
    return { ...address, serverSelectionTimeoutMs: readServerSelectionTimeoutMs(new Environment(process.env)) };
  }
  if (store.kind === 'mongo') return store;
  throw new ConfigError(['No MongoDB given: use --to mongodb://host:27017/, or set MONGODB_URI']);
}
