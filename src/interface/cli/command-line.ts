import { Command, InvalidArgumentError } from 'commander';
import type { Task, TaskPage, TasksClient, TasksFindArgs, TasksRemoveAllArgs } from '@tasks/idl';
import type { ConnectionFlags } from './connection.js';
import { addMaintenanceCommands, type MaintenanceCommand } from './maintenance-commands.js';
import type { Printer } from './printer.js';

/** The options that every command takes. */
export interface GlobalFlags extends ConnectionFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/** What a command does with the service; resolves to whether all is well. */
export type Job = (tasks: TasksClient, printer: Printer) => Promise<boolean>;

/** Who carries out what the command line asks for. */
export interface Runners {
  /** Calls the service. */
  readonly call: (flags: GlobalFlags, job: Job) => Promise<void>;
  /** Works on the store itself. */
  readonly maintain: (flags: GlobalFlags, command: MaintenanceCommand) => Promise<void>;
}

interface ChangeFlags {
  readonly name?: string;
  readonly done?: boolean;
}

interface PageFlags {
  readonly limit: number;
  readonly after?: string;
}

interface FindFlags extends PageFlags {
  readonly open?: boolean;
  readonly done?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_PAGE_TASKS = 20;
/** What one call of `find` may ask for. */
const MOST_FOUND = 1_000;

const EPILOGUE = `
Examples:
  tasks add alice "buy milk"
  tasks all alice
  tasks all alice | jq -r '.[].name'
  tasks all alice --jsonl | grep milk
  tasks find alice milk --open
  tasks update alice 6b04d58073ea5fcfc126d5a4 --done

Results are a table on a terminal and JSON elsewhere.
Exit codes: 0 done, 1 the service or the store refused, failed or did not answer, 2 the command line is wrong.`;

/** The grammar of the `tasks` command; one of the runners does the work of the command that was given. */
export function createCommandLine(version: string, { call, maintain }: Runners): Command {
  const program = new Command('tasks')
    .description('Calls the Tasks service, and looks after its store')
    .option('--host <host>', 'where the service is; default: THRIFT_HOST, or this machine')
    .option('--port <port>', 'its port; default: THRIFT_PORT, or 6001', wholeNumber(1, 65_535))
    .option('--timeout <ms>', 'how long it may take to answer', wholeNumber(1, 86_400_000), DEFAULT_TIMEOUT_MS)
    .option('--tls', 'connect by TLS')
    .option('--ca <file>', 'with --tls: trust these authorities instead of the usual ones (PEM)')
    .option('--cert <file>', 'with --tls: show this certificate (PEM)')
    .option('--key <file>', 'its key (PEM)')
    .option('--json', 'print JSON, also on a terminal')
    .option('--jsonl', 'print JSON, and lists as one line for each task')
    .version(version, '--version', 'print the version')
    .addHelpText('after', EPILOGUE);
  const start = (job: Job): Promise<void> => call(program.opts<GlobalFlags>(), job);
  addReadingCommands(program, start);
  addWritingCommands(program, start);
  addMaintenanceCommands(program, (command) => maintain(program.opts<GlobalFlags>(), command));
  return program;
}

function addReadingCommands(program: Command, start: (job: Job) => Promise<void>): void {
  program
    .command('check')
    .description('whether the service works')
    .action(() => start(async (tasks, printer) => printer.health(await tasks.check())));
  program
    .command('all <user>')
    .description('all tasks of a user, newest first')
    .action((userId: string) => start(async (tasks, printer) => printer.tasks(await tasks.all({ userId }))));
  program
    .command('page <user>')
    .description('some tasks of a user, newest first')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 2_147_483_647), DEFAULT_PAGE_TASKS)
    .option('--after <cursor>', 'from where the page before ended')
    .action((userId: string, flags: PageFlags) =>
      start(async (tasks, printer) => printer.page(await tasks.page({ userId, ...flags }))),
    );
  program
    .command('get <user> <task-id>')
    .description('one task')
    .action((userId: string, taskId: string) =>
      start(async (tasks, printer) => printer.task(await tasks.get({ taskId, userId }))),
    );
  program
    .command('find <user> [text]')
    .description('the tasks of a user whose names contain the text, newest first')
    .option('--open', 'only those that are not done')
    .option('--done', 'only those that are done')
    .option('--limit <n>', 'how many at most', wholeNumber(1, MOST_FOUND), DEFAULT_PAGE_TASKS)
    .option('--after <cursor>', 'from where the page before ended')
    .action((userId: string, text: string | undefined, { open, done, ...page }: FindFlags) =>
      start(async (tasks, printer) => {
        const filter = { text, done: open === done ? undefined : done === true };
        return printer.page(await foundTasks(tasks, { userId, filter, ...page }));
      }),
    );
  program
    .command('count <user>')
    .description('how many tasks of a user are open, and how many are done')
    .action((userId: string) => start(async (tasks, printer) => printer.counts(await tasks.count({ userId }))));
}

/** Reads on until the page is full: a search of a long list takes several calls. */
async function foundTasks(tasks: TasksClient, args: TasksFindArgs & { limit: number }): Promise<TaskPage> {
  const found: Task[] = [];
  let after = args.after;
  do {
    const page = await tasks.find({ ...args, limit: args.limit - found.length, after });
    found.push(...(page.tasks ?? []));
    after = page.nextCursor;
  } while (after !== undefined && found.length < args.limit);
  return { tasks: found, nextCursor: after };
}

function addWritingCommands(program: Command, start: (job: Job) => Promise<void>): void {
  program
    .command('add <user> [name]')
    .description('a new task')
    .action((userId: string, name: string | undefined) =>
      start(async (tasks, printer) => printer.task(await tasks.add({ userId, name }))),
    );
  program
    .command('create <user> <task-id> [name]')
    .description('a new task under an id of yours; repeating it changes nothing')
    .action((userId: string, taskId: string, name: string | undefined) =>
      start(async (tasks, printer) => printer.task(await tasks.create({ taskId, userId, name }))),
    );
  withChanges(program.command('update <user> <task-id>'))
    .description('change what is given of a task')
    .action((userId: string, taskId: string, changes: ChangeFlags) =>
      start(async (tasks, printer) => printer.task(await tasks.update({ taskId, userId, ...changes }))),
    );
  withChanges(program.command('upsert <user>'))
    .description('a new task; with --id, change one')
    .option('--id <task-id>', 'the task to change')
    .action((userId: string, fields: ChangeFlags & { id?: string }) =>
      start(async (tasks, printer) => printer.task(await tasks.upsert({ task: { userId, ...fields } }))),
    );
  program
    .command('remove <user> <task-id>')
    .description('remove a task')
    .action((userId: string, taskId: string) =>
      start(async (tasks, printer) => {
        await tasks.remove({ taskId, userId });
        return printer.removed(taskId);
      }),
    );
  program
    .command('clear <user>')
    .description('remove all tasks of a user that are done')
    .option('--all', 'also those that are not done')
    .action((userId: string, { all }: { all?: boolean }) =>
      start(async (tasks, printer) => printer.cleared(await cleared(tasks, { userId, onlyDone: all !== true }))),
    );
}

/** Removes until none is left, and returns how many there were. */
async function cleared(tasks: TasksClient, args: TasksRemoveAllArgs): Promise<number> {
  for (let total = 0; ;) {
    const removed = await tasks.removeAll(args);
    if (removed === 0) return total;
    total += removed;
  }
}

function withChanges(command: Command): Command {
  return command
    .option('--name <name>', 'its name')
    .option('--done', 'it is done')
    .option('--no-done', 'it is not done');
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Must be a whole number from ${String(min)} to ${String(max)}.`);
  };
}
