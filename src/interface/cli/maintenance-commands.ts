import type { Command } from 'commander';
import { withHelp, type CommandHelp } from './command-help.js';
import type { ConnectionFlags } from './connection.js';

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

interface CopyFlags extends StoreFlags {
  readonly overwrite?: boolean;
}

const CONNECTION_OPTIONS = {
  host: true,
  port: true,
  timeout: true,
  tls: true,
  ca: true,
  cert: true,
  key: true,
} satisfies Record<keyof ConnectionFlags, true>;

const OVERWRITE = 'replace tasks that differ; default: keep them as they are';

/** Commands for operators: they work on the embedded store itself, whether or not a service uses it. */
export function addMaintenanceCommands(program: Command, start: (command: MaintenanceCommand) => Promise<void>): void {
  onStore(program.command('backup'), {
    description: 'Copy the embedded store into a new file, also while the service runs',
    args: { '<file>': 'path of the backup; there must be no such file' },
    examples: ['tasks backup /backups/tasks-2026-11-24.backup'],
    failure: 'no backup was made: the store or the file cannot be used',
  }).action((file: string, flags: StoreFlags) => start({ kind: 'backup', file, flags }));
  onStore(program.command('restore'), {
    description: 'Bring back the tasks of a backup, also while the service runs; other tasks stay',
    args: { '<file>': 'path of a backup' },
    examples: ['tasks restore /backups/tasks-2026-11-24.backup --overwrite'],
    failure: 'tasks are missing: the backup or the store cannot be used',
  })
    .option('--overwrite', OVERWRITE)
    .action((file: string, flags: CopyFlags) => start({ kind: 'restore', file, flags }));
  onStore(program.command('verify'), {
    description: 'Check the file of the embedded store and every task in it, also while the service runs',
    examples: ['tasks verify', 'tasks verify --data-dir /var/lib/tasks'],
    failure: 'the store is damaged, or cannot be read',
  }).action((flags: StoreFlags) => start({ kind: 'verify', flags }));
  onStore(program.command('migrate'), {
    description: 'Copy the embedded store to MongoDB, also while the service runs; can be stopped and run again',
    examples: ['tasks migrate --to mongodb://mongo:27017/'],
    failure: 'tasks are missing: the store or MongoDB cannot be used',
  })
    .option('--to <uri>', 'connection string, mongodb://…; default: MONGODB_URI, or MONGO_HOST and MONGO_PORT')
    .option('--overwrite', OVERWRITE)
    .action((flags: CopyFlags & { to?: string }) => start({ kind: 'migrate', flags }));
}

function onStore(command: Command, help: CommandHelp): Command {
  return withHelp(command, help)
    .option('--data-dir <folder>', 'folder of the embedded store; default: DATA_DIR, or ./data')
    .hook('preAction', rejectConnectionOptions);
}

/** Without this, `tasks restore --host other` would change the store of this machine. */
function rejectConnectionOptions(command: Command): void {
  const { parent } = command;
  const given = parent?.options.find((option) => {
    const name = option.attributeName();
    return Object.hasOwn(CONNECTION_OPTIONS, name) && parent.getOptionValueSource(name) === 'cli';
  });
  if (given === undefined) return;
  const use = `'${command.name()}' works on a folder of this machine: leave it out, and choose the folder with --data-dir`;
  command.error(`error: option '${given.flags}' is for commands that call the service; ${use}`);
}
