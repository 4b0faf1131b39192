import { Command, InvalidArgumentError, Option } from 'commander';
import {
  PAGE_MAX_TASKS,
  type Task,
  type TaskPage,
  type TasksClient,
  type TasksFindArgs,
  type TasksRemoveAllArgs,
} from '@tasks/idl';
import {
  agendaTasks,
  dayOption,
  editOf,
  insertedTask,
  withDetails,
  type AgendaFlags,
  type DetailFlags,
} from './detail-options.js';
import { exitCodes, withHelp, type CommandHelp } from './command-help.js';
import type { ConnectionFlags } from './connection.js';
import { addMaintenanceCommands, type MaintenanceCommand } from './maintenance-commands.js';
import type { Printer } from './printer.js';

export interface GlobalFlags extends ConnectionFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/** A command that calls the service; resolves to whether all is well. */
export type Job = (tasks: TasksClient, printer: Printer) => Promise<boolean>;

interface Runners {
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

const USER = { '<user>': "id of the user; with the gateway the account's id, not its log-in name" };
const USER_AND_TASK = { ...USER, '<task-id>': 'id of the task, 24 hexadecimal digits' };
const NAME = { '[name]': 'name of the task; default: empty' };

const EPILOGUE = `
Examples:
  tasks add alice "buy milk"
  tasks all alice
  tasks all alice | jq -r '.[].name'
  tasks all alice --jsonl | grep milk
  tasks all alice --due today
  tasks find alice milk --open
  tasks add alice "pay rent" --due 2026-12-01 --repeat monthly
  tasks edit alice 6b04d58073ea5fcfc126d5a4 --done
  tasks backup /backups/tasks-$(date +%F).backup

Tasks of the gateway are under the id of the account: \`gateway-admin list\` shows the ids of all log-in names.

Results are tables on a terminal and JSON elsewhere. \`tasks help COMMAND\` shows arguments, options and examples.

Exit codes:
${exitCodes('the service or the store rejected it, failed or did not answer')}`;

/** The grammar of the `tasks` command; the runners execute the given command. */
export function createCommandLine(version: string, { call, maintain }: Runners): Command {
  const program = new Command('tasks')
    .description('Calls the Tasks service and maintains its embedded store')
    .option('--host <host>', 'host of the service; default: THRIFT_HOST, or this machine')
    .option('--port <port>', 'port of the service, 1 to 65535; default: THRIFT_PORT, or 6001', wholeNumber(1, 65_535))
    .option(
      '--timeout <ms>',
      'longest wait for an answer, in milliseconds',
      wholeNumber(1, 86_400_000),
      DEFAULT_TIMEOUT_MS,
    )
    .option('--tls', 'connect with TLS')
    .option('--ca <file>', 'with --tls: PEM file of the authorities to trust; default: those of Node.js')
    .option('--cert <file>', 'with --tls: PEM file of the client certificate')
    .option('--key <file>', 'with --tls: PEM file of its key')
    .option('--json', 'print JSON on a terminal too')
    .option('--jsonl', 'print JSON, lists with one line for each task')
    .version(version, '--version', 'print the version')
    .addHelpText('before', ({ error, command }) => (error ? unknownHelpTopic(command) : ''))
    .addHelpText('after', EPILOGUE);
  const start = (job: Job): Promise<void> => call(program.opts<GlobalFlags>(), job);
  addReadingCommands(program, start);
  addWritingCommands(program, start);
  addMaintenanceCommands(program, (command) => maintain(program.opts<GlobalFlags>(), command));
  return program;
}

/** The task service accepts any text as a user: the log-in name of an account is one without tasks. */
function hintAtIds(printer: Printer, userId: string): void {
  if (!userId.includes('@')) return;
  printer.hint(
    `${userId} has no tasks. Is it a log-in name? The gateway's users are the ids that gateway-admin list shows`,
  );
}

function isEmpty({ tasks = [], nextCursor }: TaskPage): boolean {
  return tasks.length === 0 && nextCursor === undefined;
}

/** Without this, commander prints the usage for `help dance`, but not why. */
function unknownHelpTopic({ args: [name, topic] }: Command): string {
  return name === 'help' && topic !== undefined ? `error: unknown command '${topic}'\n` : '';
}

function addReadingCommands(program: Command, start: (job: Job) => Promise<void>): void {
  withHelp(program.command('check'), {
    description: 'Report whether the service and its store work',
    examples: ['tasks check', 'tasks check --host tasks.example.com --port 6001 --timeout 1000'],
    failure: 'the service or its store does not work, or did not answer',
  }).action(() => start(async (tasks, printer) => printer.health(await tasks.check())));
  withHelp(program.command('all'), {
    description: 'List all tasks of a user, newest first; with --due or --starred: the open ones of those, by date',
    args: USER,
    examples: ['tasks all alice', "tasks all alice | jq -r '.[].name'", 'tasks all alice --due today'],
  })
    .option('--due <day>', 'only open tasks due by the end of a day: today, tomorrow or 2026-12-01', dayOption)
    .addOption(new Option('--starred', 'only open tasks with a star').conflicts('due'))
    .action((userId: string, flags: AgendaFlags) =>
      start(async (tasks, printer) => {
        const isAgenda = flags.due !== undefined || flags.starred === true;
        const list = isAgenda ? await agendaTasks(tasks, userId, flags) : await tasks.all({ userId });
        if (list.length === 0) hintAtIds(printer, userId);
        return printer.tasks(list);
      }),
    );
  const page = withHelp(program.command('page'), {
    description: "List one page of a user's tasks, newest first",
    args: USER,
    examples: ['tasks page alice --limit 50'],
  });
  withPageOptions(page).action((userId: string, flags: PageFlags) =>
    start(async (tasks, printer) => {
      const list = await tasks.page({ userId, ...flags });
      if (isEmpty(list)) hintAtIds(printer, userId);
      return printer.page(list);
    }),
  );
  withHelp(program.command('get'), {
    description: 'Show one task',
    args: USER_AND_TASK,
    examples: ['tasks get alice 6b04d58073ea5fcfc126d5a4'],
  }).action((userId: string, taskId: string) =>
    start(async (tasks, printer) => printer.task(await tasks.get({ taskId, userId }))),
  );
  const find = withHelp(program.command('find'), {
    description: "List a user's tasks whose names contain some words, newest first",
    args: { ...USER, '[text]': 'words to look for, in any order and case; default: every task' },
    examples: ['tasks find alice milk --open', 'tasks find alice --done --limit 100'],
  })
    .addOption(new Option('--open', 'only tasks that are not done').conflicts('done'))
    .option('--done', 'only tasks that are done');
  withPageOptions(find).action((userId: string, text: string | undefined, flags: FindFlags) =>
    start(async (tasks, printer) => {
      const { open, done, ...page } = flags;
      const filter = { text, done: open === true ? false : done };
      const list = await foundTasks(tasks, { userId, filter, ...page });
      if (isEmpty(list)) hintAtIds(printer, userId);
      return printer.page(list);
    }),
  );
  withHelp(program.command('count'), {
    description: 'Count the open and the done tasks of a user',
    args: USER,
    examples: ['tasks count alice'],
  }).action((userId: string) =>
    start(async (tasks, printer) => {
      const counts = await tasks.count({ userId });
      if (Number(counts.open) + Number(counts.done) === 0) hintAtIds(printer, userId);
      return printer.counts(counts);
    }),
  );
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
  const add = withHelp(program.command('add'), {
    description: 'Add a task and print it with its id',
    args: { ...USER, ...NAME },
    examples: ['tasks add alice "buy milk"', 'tasks add alice "pay rent" --due 2026-12-01 --repeat monthly --star'],
  });
  withDetails(add).action((userId: string, name: string | undefined, details: DetailFlags) =>
    start(async (tasks, printer) => {
      const isPlain = Object.keys(details).length === 0;
      return printer.task(await (isPlain ? tasks.add({ userId, name }) : insertedTask(tasks, userId, name, details)));
    }),
  );
  withHelp(program.command('create'), {
    description: 'Add a task under an id of your own; repeating it changes nothing',
    args: { ...USER_AND_TASK, ...NAME },
    examples: ['tasks create alice 6b04d58073ea5fcfc126d5a4 "buy milk"'],
  }).action((userId: string, taskId: string, name: string | undefined) =>
    start(async (tasks, printer) => printer.task(await tasks.create({ taskId, userId, name }))),
  );
  withChanges(program.command('update'), {
    description: 'Change the name or the state of a task; the rest stays as it is',
    args: USER_AND_TASK,
    examples: [
      'tasks update alice 6b04d58073ea5fcfc126d5a4 --done',
      'tasks update alice 6b04d58073ea5fcfc126d5a4 --name "buy oat milk" --no-done',
    ],
  }).action((userId: string, taskId: string, changes: ChangeFlags, command: Command) => {
    if (Object.keys(changes).length === 0) command.error('error: nothing to change: give --name, --done or --no-done');
    return start(async (tasks, printer) => printer.task(await tasks.update({ taskId, userId, ...changes })));
  });
  const edit = withChanges(program.command('edit'), {
    description: 'Change any field of a task ("" clears a text), and print the next one if it repeats and is done',
    args: USER_AND_TASK,
    examples: [
      'tasks edit alice 6b04d58073ea5fcfc126d5a4 --due 2026-12-01 --repeat weekly',
      'tasks edit alice 6b04d58073ea5fcfc126d5a4 --done',
      'tasks edit alice 6b04d58073ea5fcfc126d5a4 --note "" --no-star',
    ],
  });
  withDetails(edit)
    .option('--no-star', 'take the star off')
    .action((userId: string, taskId: string, flags: ChangeFlags & DetailFlags, command: Command) => {
      if (Object.keys(flags).length === 0) command.error('error: nothing to change: see tasks help edit');
      return start(async (tasks, printer) => printer.edited(await tasks.edit({ taskId, userId, edit: editOf(flags) })));
    });
  withHelp(program.command('move'), {
    description: 'Give a task to another user, whole and under its id',
    args: { ...USER_AND_TASK, '<to-user>': 'id of the new owner' },
    examples: ['tasks move alice 6b04d58073ea5fcfc126d5a4 bob'],
  }).action((userId: string, taskId: string, toUserId: string) =>
    start(async (tasks, printer) => printer.task(await tasks.move({ taskId, userId, toUserId }))),
  );
  withChanges(program.command('upsert'), {
    description: 'Add a task, or change the one that --id names',
    args: USER,
    examples: ['tasks upsert alice --name "buy milk"', 'tasks upsert alice --id 6b04d58073ea5fcfc126d5a4 --done'],
  })
    .option('--id <task-id>', 'id of the task to change, 24 hexadecimal digits; default: add one')
    .action((userId: string, fields: ChangeFlags & { id?: string }) =>
      start(async (tasks, printer) => printer.task(await tasks.upsert({ task: { userId, ...fields } }))),
    );
  withHelp(program.command('remove'), {
    description: 'Remove a task',
    args: USER_AND_TASK,
    examples: ['tasks remove alice 6b04d58073ea5fcfc126d5a4'],
  }).action((userId: string, taskId: string) =>
    start(async (tasks, printer) => {
      await tasks.remove({ taskId, userId });
      return printer.removed(taskId);
    }),
  );
  withHelp(program.command('clear'), {
    description: 'Remove all done tasks of a user',
    args: USER,
    examples: ['tasks clear alice', 'tasks clear alice --all'],
  })
    .option('--all', 'remove the open tasks too')
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

function withChanges(command: Command, help: CommandHelp): Command {
  return withHelp(command, help)
    .option('--name <name>', 'name of the task')
    .option('--done', 'mark it as done')
    .option('--no-done', 'mark it as not done');
}

function withPageOptions(command: Command): Command {
  const limit = `most tasks to list, 1 to ${String(PAGE_MAX_TASKS)}`;
  return command
    .option('--limit <number>', limit, wholeNumber(1, PAGE_MAX_TASKS), DEFAULT_PAGE_TASKS)
    .option('--after <cursor>', 'cursor at the end of the page before; default: begin with the newest task');
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Must be a whole number from ${String(min)} to ${String(max)}.`);
  };
}
