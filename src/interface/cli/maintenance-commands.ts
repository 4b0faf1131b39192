import type { Command } from 'commander';

/** One parsed maintenance command; its implementation is loaded on demand. */
export type MaintenanceCommand =
  | { readonly kind: 'backup'; readonly file: string; readonly flags: StoreFlags }
  | { readonly kind: 'verify'; readonly flags: StoreFlags }
  | { readonly kind: 'restore'; readonly file: string; readonly flags: CopyFlags }
  | { readonly kind: 'migrate'; readonly flags: CopyFlags & { readonly to?: string } };

/** Selects the embedded store. */
export interface StoreFlags {
  /** Default: the folder of a service with this environment. */
  readonly dataDir?: string;
}

/** Options of a copy. */
interface CopyFlags extends StoreFlags {
  readonly overwrite?: boolean;
}

const OVERWRITE = 'replace existing tasks that differ, instead of keeping them';

/** Commands for operators: they work on the embedded store itself, whether or not a service uses it. */
export function addMaintenanceCommands(program: Command, start: (command: MaintenanceCommand) => Promise<void>): void {
  onStore(program.command('backup <file>'))
    .description('copy the embedded store into a new file, also while the service runs')
    .action((file: string, flags: StoreFlags) => start({ kind: 'backup', file, flags }));
  onStore(program.command('restore <file>'))
    .description('restore the tasks of a backup into the embedded store; other tasks are kept')
    .option('--overwrite', OVERWRITE)
    .action((file: string, flags: CopyFlags) => start({ kind: 'restore', file, flags }));
  onStore(program.command('verify'))
    .description('verify the checksums of every file and task of the embedded store, also while the service runs')
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
