import { Command, InvalidArgumentError } from 'commander';
import type { Task, TaskPage, TasksClient, TasksFindArgs, TasksRemoveAllArgs } from '@tasks/idl';
import type { ConnectionFlags } from './connection.js';
import { addMaintenanceCommands, type MaintenanceCommand } from './maintenance-commands.js';
import type { Printer } from './printer.js';

/** Options of every command. */
export interface GlobalFlags extends ConnectionFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/** A command that calls the service; resolves to whether all is well. */
export type Job = (tasks: TasksClient, printer: Printer) => Promise<boolean>;

/** Implementations of the commands. */
interface Runners {
  /** Runs a command that calls the service. */
  readonly call: (flags: GlobalFlags, job: Job) => Promise<void>;
  /** Runs a command on the store itself. */
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
/** Maximum limit of one `find` call. */
const MAX_FOUND = 1_000;

const EPILOGUE = ` Examples: tasks add alice "buy milk" tasks all alice tasks all alice | jq -r '.[].name' tasks all alice --jsonl | grep milk tasks find alice milk --open tasks update alice 6b04d58073ea5fcfc126d5a4 --done Results are a table on a terminal and JSON elsewhere. Exit codes: 0 done, 1 the service or the store rejected the command, failed or did not answer, 2 the command line is wrong.`;

/** The grammar of the `tasks` command; the runners execute the given command. */
export function createCommandLine(version: string, { call, maintain }: Runners): Command {
  const program = new Command('tasks')
    .description('Calls the Tasks service, and maintains its store')
    .option('--host <host>', 'host of the service; default: THRIFT_HOST, or this machine')
    .option('--port <port>', 'its port; default: THRIFT_PORT, or 6001', wholeNumber(1, 65_535))
    .option('--timeout <ms>', 'time limit for an answer', wholeNumber(1, 86_400_000), DEFAULT_TIMEOUT_MS)
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
    .description('list all tasks of a user, newest first')
    .action((userId: string) => start(async (tasks, printer) => printer.tasks(await tasks.all({ userId }))));
  program
    .command('page <user>')
    .description('list one page of the tasks of a user, newest first')
    .option('--limit <n>', 'maximum number of tasks', wholeNumber(1, 2_147_483_647), DEFAULT_PAGE_TASKS)
    .option('--after <cursor>', 'continue after this cursor')
    .action((userId: string, flags: PageFlags) =>
      start(async (tasks, printer) => printer.page(await tasks.page({ userId, ...flags }))),
    );
  program
    .command('get <user> <task-id>')
    .description('show one task')
    .action((userId: string, taskId: string) =>
      start(async (tasks, printer) => printer.task(await tasks.get({ taskId, userId }))),
    );
  program
    .command('find <user> [text]')
    .description('find the tasks of a user whose names contain the text, newest first')
    .option('--open', 'only those that are not done')
    .option('--done', 'only those that are done')
    .option('--limit <n>', 'maximum number of tasks', wholeNumber(1, MAX_FOUND), DEFAULT_PAGE_TASKS)
    .option('--after <cursor>', 'continue after this cursor')
    .action((userId: string, text: string | undefined, { open, done, ...page }: FindFlags) =>
      start(async (tasks, printer) => {
        const filter = { text, done: open === done ? undefined : done === true };
        return printer.page(await foundTasks(tasks, { userId, filter, ...page }));
      }),
    );
  program
    .command('count <user>')
    .description('count the open and the done tasks of a user')
    .action((userId: string) => start(async (tasks, printer) => printer.counts(await tasks.count({ userId }))));
}

/** Continues until the page is full: a search in a long list takes several calls. */
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
    .description('add a task')
    .action((userId: string, name: string | undefined) =>
      start(async (tasks, printer) => printer.task(await tasks.add({ userId, name }))),
    );
  program
    .command('create <user> <task-id> [name]')
    .description('add a task with an id of your own; repeating it changes nothing')
    .action((userId: string, taskId: string, name: string | undefined) =>
      start(async (tasks, printer) => printer.task(await tasks.create({ taskId, userId, name }))),
    );
  withChanges(program.command('update <user> <task-id>'))
    .description('change the given fields of a task')
    .action((userId: string, taskId: string, changes: ChangeFlags) =>
      start(async (tasks, printer) => printer.task(await tasks.update({ taskId, userId, ...changes }))),
    );
  withChanges(program.command('upsert <user>'))
    .description('add a task, or with --id change one')
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

/** Removes until none is left, and returns the number of removed tasks. */
async function cleared(tasks: TasksClient, args: TasksRemoveAllArgs): Promise<number> {
  for (let total = 0; ;) {
    const removed = await tasks.removeAll(args);
    if (removed === 0) return total;
    total += removed;
  }
}

function withChanges(command: Command): Command {
  return command
    .option('--name <name>', 'the name')
    .option('--done', 'set it done')
    .option('--no-done', 'set it not done');
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Must be a whole number from ${String(min)} to ${String(max)}.`);
  };
}
