import type { Command } from 'commander';

/** One of these commands as it was given; the work itself is loaded when it is asked for. */
export type MaintenanceCommand =
  | { readonly kind: 'backup'; readonly file: string; readonly flags: StoreFlags }
  | { readonly kind: 'verify'; readonly flags: StoreFlags }
  | { readonly kind: 'restore'; readonly file: string; readonly flags: CopyFlags }
  | { readonly kind: 'migrate'; readonly flags: CopyFlags & { readonly to?: string } };

/** Which embedded store is meant. */
export interface StoreFlags {
  /** Default: that of a service with this environment. */
  readonly dataDir?: string;
}

/** How tasks are copied. */
export interface CopyFlags extends StoreFlags {
  readonly overwrite?: boolean;
}

const OVERWRITE = 'replace tasks that are there and differ, instead of keeping them';

/** The commands for who runs the service: they work on the embedded store itself, whether or not a service runs on it. */
export function addMaintenanceCommands(program: Command, start: (command: MaintenanceCommand) => Promise<void>): void {
  onStore(program.command('backup <file>'))
    .description('copy the embedded store into a new file, also while the service runs')
    .action((file: string, flags: StoreFlags) => start({ kind: 'backup', file, flags }));
  onStore(program.command('restore <file>'))
    .description('bring the tasks of a backup back into the embedded store; other tasks stay')
    .option('--overwrite', OVERWRITE)
    .action((file: string, flags: CopyFlags) => start({ kind: 'restore', file, flags }));
  onStore(program.command('verify'))
    .description('compare every file and task of the embedded store with its checksums, also while the service runs')
    .action((flags: StoreFlags) => start({ kind: 'verify', flags }));
  onStore(program.command('migrate'))
    .description('copy the embedded store to MongoDB; can be stopped and run again')
    .option('--to <uri>', 'mongodb://…; default: the MongoDB of this environment, MONGODB_URI')
    .option('--overwrite', OVERWRITE)
    .action((flags: CopyFlags & { to?: string }) => start({ kind: 'migrate', flags }));
}

function onStore(command: Command): Command {
  return command.option('--data-dir <folder>', 'the folder of the embedded store; default: DATA_DIR, or ./data');
}
