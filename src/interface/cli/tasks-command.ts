import { CommanderError } from 'commander';
import { ConfigError, visibleText } from '@tasks/service';
import { createCommandLine, type GlobalFlags, type Job } from './command-line.js';
import type { Maintenance } from './maintenance.js';
import type { MaintenanceCommand } from './maintenance-commands.js';
import { jsonPrinter, textPrinter, type Printer, type Write } from './printer.js';

export interface Terminal {
  readonly out: Write;
  readonly err: Write;
  /** Width in characters; undefined when a program reads the output. */
  readonly columns: number | undefined;
  /** Stream for a progress bar; undefined for none. */
  readonly progress?: NodeJS.WriteStream;
}

export interface Program {
  readonly version: string;
  /** Loads the operations on the store itself, on demand. */
  loadMaintenance(): Promise<Maintenance>;
}

const OK = 0;
const SERVICE_ERROR = 1;
const USAGE = 2;

/**
 * Runs the `tasks` command. Never rejects.
 *
 * @param args the words after the command's name.
 * @returns the exit code: 0 done, 1 the service rejected the command, failed or did not answer, 2 the command line is wrong.
 */
export async function tasksCommand(args: readonly string[], terminal: Terminal, program: Program): Promise<number> {
  let exitCode = OK;
  const commandLine = createCommandLine(program.version, {
    call: async (flags, job) => {
      exitCode = await exitCodeOf(flags, terminal, (printer) => call(flags, job, printer));
    },
    maintain: async (flags, command) => {
      exitCode = await exitCodeOf(flags, terminal, (printer) =>
        maintain(command, program.loadMaintenance(), printer, terminal),
      );
    },
  });
  for (const command of [commandLine, ...commandLine.commands]) {
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  }
  try {
    await commandLine.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // The error or the requested help is printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    terminal.err(`tasks: ${describe(error)}\n`);
    return SERVICE_ERROR;
  }
}

/** Runs a command; resolves to whether all is well. */
type Act = (printer: Printer) => Promise<boolean>;

function printerOf({ json, jsonl }: GlobalFlags, { out, err, columns }: Terminal): Printer {
  const hint = (text: string): void => {
    err(`tasks: ${visibleText(text)}\n`);
  };
  if (json !== true && jsonl !== true && columns !== undefined) return textPrinter(out, hint, columns);
  return jsonPrinter(out, hint, { isTerminal: columns !== undefined, isByLine: jsonl === true });
}

async function exitCodeOf(flags: GlobalFlags, terminal: Terminal, act: Act): Promise<number> {
  const { err } = terminal;
  const printer = printerOf(flags, terminal);
  try {
    return (await act(printer)) ? OK : SERVICE_ERROR;
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const problem of error.problems) err(`tasks: ${problem}\n`);
      return USAGE;
    }
    err(`tasks: ${describe(error)}\n`);
    return SERVICE_ERROR;
  }
}

async function call(flags: GlobalFlags, job: Job, printer: Printer): Promise<boolean> {
  // Loaded here, so that help and usage errors are fast.
  const { openConnection } = await import('./connection.js');
  const connection = await openConnection(flags);
  try {
    return await job(connection.tasks, printer);
  } catch (error) {
    throw await connection.explained(error);
  } finally {
    await connection.close();
  }
}

async function maintain(
  command: MaintenanceCommand,
  loading: Promise<Maintenance>,
  printer: Printer,
  { progress }: Terminal,
): Promise<boolean> {
  const [work, maintenance, { progressBar }] = await Promise.all([
    import('./maintain.js'),
    loading,
    import('./progress-bar.js'),
  ]);
  const bar = progress && progressBar(progress);
  // The bar ends before anything else is printed.
  const print = await work.maintain(command, maintenance, bar?.onProgress).finally(() => bar?.stop());
  return print(printer);
}

/** Adds the code of an error reply: `404 Task not found`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return visibleText(String(error));
  const value = 'value' in error ? (error.value as { code?: number } | undefined) : undefined;
  return visibleText(value?.code === undefined ? error.message : `${String(value.code)} ${error.message}`);
}
