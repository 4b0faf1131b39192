import { ConfigError, visibleText } from '@tasks/service';
import { Command, CommanderError } from 'commander';
import type { Administration, AccountSummary, NewAccountSummary } from '../../application/accounts/administration.js';
import type { CopyReport } from '../../application/accounts/copy-accounts.js';
import type { ListSummary } from '../../application/lists/administer-lists.js';
import { AccountError, type InputProblem } from '../../domain/account.errors.js';

/** Input and output of the command. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks the operator and resolves to the answer; undefined without a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Whether the output is a terminal; otherwise results are JSON. */
  readonly isInteractive: boolean;
}

interface BackupReport {
  readonly file: string;
  readonly accounts: number;
  readonly bytes: number;
}

/** Numbers of what a sound store has. */
interface SoundAccounts {
  readonly accounts: number;
  readonly sessions: number;
  readonly devices: number;
  readonly tokens: number;
  readonly lists: number;
}

export interface AdminActions {
  /** Of the gateway. */
  readonly version: string;
  /** Runs `act` on the accounts. */
  readonly administer: <Result>(
    flags: GlobalFlags,
    act: (administration: Administration) => Promise<Result>,
  ) => Promise<Result>;
  readonly backUp: (flags: GlobalFlags, file: string) => Promise<BackupReport>;
  /** @throws Error that says what is damaged. */
  readonly verify: (flags: GlobalFlags) => Promise<SoundAccounts>;
  /** Returns the number of accounts. */
  readonly restore: (flags: GlobalFlags, file: string) => Promise<number>;
  /** @param to The connection string; undefined: that of the environment. */
  readonly migrate: (
    flags: GlobalFlags,
    to: string | undefined,
    onCopied: (accounts: number) => void,
  ) => Promise<CopyReport>;
}

/** Options of every command. */
export interface GlobalFlags {
  /** Folder of the embedded store; undefined: that of the environment. */
  readonly dataDir?: string;
  readonly json?: boolean;
}

interface ConfirmFlags {
  readonly yes?: boolean;
}

const OK = 0;
const FAILED = 1;
const USAGE = 2;
const PAGE = 500;

const EXIT_CODES = `
Exit codes:
  0  done
  1  it could not be done
  2  the command line or the environment is wrong, or nobody confirmed`;

const EPILOGUE = `
Examples:
  gateway-admin list
  gateway-admin create alice
  gateway-admin reset-password alice --yes
  gateway-admin backup /backups/accounts-$(date +%F).backup

It works on the account store of this environment (GATEWAY_STORE, GATEWAY_DATA_DIR, GATEWAY_MONGODB_URI), as the gateway
does, also while the gateway runs; only restore needs it stopped.
Results are tables on a terminal and JSON elsewhere. Destructive commands ask first, or need --yes.
\`gateway-admin help COMMAND\` shows arguments, options and an example.
${EXIT_CODES}`;

const USERNAME = { '<username>': 'name of the account, in any case; put -- before one that begins with -' };

/** The operator did not confirm. */
class NotConfirmed extends Error {}

/**
 * Runs the `gateway-admin` command. Never rejects.
 *
 * @param args The words after the command's name.
 * @returns The exit code.
 */
export async function gatewayAdmin(
  args: readonly string[],
  terminal: Terminal,
  actions: AdminActions,
): Promise<number> {
  const program = commandLine(terminal, actions);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return OK;
  } catch (error) {
    // Commander has printed the error or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    if (error instanceof ConfigError) {
      for (const problem of error.problems) terminal.err(`gateway-admin: ${problem}\n`);
      return USAGE;
    }
    terminal.err(`gateway-admin: ${describe(error)}\n`);
    return error instanceof NotConfirmed ? USAGE : FAILED;
  }
}

function commandLine(terminal: Terminal, actions: AdminActions): Command {
  const program = new Command('gateway-admin')
    .description('Administers the accounts of the gateway and maintains their store')
    .option('--data-dir <folder>', 'folder of the embedded store; default: GATEWAY_DATA_DIR, or ./data/gateway')
    .option('--json', 'print JSON on a terminal too')
    .version(actions.version, '--version', 'print the version')
    .addHelpText('after', EPILOGUE);
  addAccountCommands(program, new Invocation(program, terminal, actions));
  addListCommands(program, new Invocation(program, terminal, actions));
  addStoreCommands(program, new Invocation(program, terminal, actions));
  return program;
}

class Invocation {
  readonly #program: Command;
  readonly terminal: Terminal;
  readonly actions: AdminActions;

  constructor(program: Command, terminal: Terminal, actions: AdminActions) {
    this.#program = program;
    this.terminal = terminal;
    this.actions = actions;
  }

  get flags(): GlobalFlags {
    return this.#program.opts<GlobalFlags>();
  }

  administer<Result>(act: (administration: Administration) => Promise<Result>): Promise<Result> {
    return this.actions.administer(this.flags, act);
  }

  /** Prints JSON for programs and `text` for people. */
  print(value: object, text: () => string): void {
    const isText = this.terminal.isInteractive && this.flags.json !== true;
    this.terminal.out(`${isText ? text() : JSON.stringify(value)}\n`);
  }

  /** @throws NotConfirmed unless the operator answers yes. */
  async confirm(what: string, { yes }: ConfirmFlags): Promise<void> {
    if (yes === true) return;
    if (!this.terminal.ask) throw new NotConfirmed('there is no terminal for the confirmation: use --yes');
    const answer = await this.terminal.ask(`${what} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new NotConfirmed('nothing was done');
  }
}

type DescribedHelp = [
  description: string,
  details: { readonly args?: Readonly<Record<string, string>>; readonly example: string },
];

/** A command with its arguments, what they mean, and an example. */
function described(program: Command, name: string, ...[description, { args = {}, example }]: DescribedHelp): Command {
  const command = program.command(name).description(description);
  for (const [usage, meaning] of Object.entries(args)) command.argument(usage, meaning);
  return command.addHelpText('after', `\nExample:\n  ${example}\n${EXIT_CODES}`);
}

function addAccountCommands(program: Command, invocation: Invocation): void {
  described(program, 'list', 'List all accounts by name', { example: 'gateway-admin list' }).action(async () => {
    const accounts = await invocation.administer(allAccounts);
    invocation.print(accounts, () => accountTable(accounts));
  });
  described(
    program,
    'create',
    'Create an account, also while sign-up is closed; print the code that sets its password',
    {
      args: USERNAME,
      example: 'gateway-admin create alice',
    },
  ).action(async (username: string) => {
    printCode(invocation, await invocation.administer((administration) => administration.create(username)));
  });
  confirmed(program, 'disable', 'Lock an account until it is enabled; its sessions and tokens end', {
    args: USERNAME,
    example: 'gateway-admin disable alice',
  }).action(async (username: string, flags: ConfirmFlags) => {
    await invocation.confirm(`Disable ${visibleText(username)}? Its sessions and tokens end for good.`, flags);
    printAccount(invocation, await invocation.administer((administration) => administration.disable(username)));
  });
  described(program, 'enable', 'Let a disabled account log in again', {
    args: USERNAME,
    example: 'gateway-admin enable alice',
  }).action(async (username: string) => {
    printAccount(invocation, await invocation.administer((administration) => administration.enable(username)));
  });
  confirmed(program, 'reset-password', 'End password, sessions and tokens; print the code that sets a new password', {
    args: USERNAME,
    example: 'gateway-admin reset-password alice --yes',
  }).action(async (username: string, flags: ConfirmFlags) => {
    await invocation.confirm(
      `Reset ${visibleText(username)}? Its password, sessions, tokens and recovery code end.`,
      flags,
    );
    printCode(invocation, await invocation.administer((administration) => administration.resetPassword(username)));
  });
  confirmed(program, 'end-sessions', 'Log an account out everywhere', {
    args: USERNAME,
    example: 'gateway-admin end-sessions alice --tokens',
  })
    .option('--tokens', 'end its access tokens too')
    .action(async (username: string, flags: ConfirmFlags & { readonly tokens?: boolean }) => {
      const tokens = flags.tokens === true;
      await invocation.confirm(`End every session${tokens ? ' and token' : ''} of ${visibleText(username)}?`, flags);
      const account = await invocation.administer((administration) => administration.endSessions(username, { tokens }));
      printAccount(invocation, account);
    });
  confirmed(program, 'delete', 'Delete an account; the gateway deletes its tasks while it runs', {
    args: USERNAME,
    example: 'gateway-admin delete alice',
  }).action(async (username: string, flags: ConfirmFlags) => {
    await invocation.confirm(`Delete ${visibleText(username)} with all its tasks? This can't be undone.`, flags);
    const deleted = await invocation.administer(async (administration) => {
      const account = await administration.delete(username);
      return { ...account, endingLists: await administration.lists.endingWith(account.id) };
    });
    invocation.print(deleted, () => {
      const { endingLists } = deleted;
      const line = `${visibleText(deleted.username)}: ${deleted.status}`;
      if (endingLists.length === 0) return line;
      return `${line}\nOthers can read these lists of the account for seven days:\n${listTable(endingLists)}`;
    });
  });
}

function addListCommands(program: Command, invocation: Invocation): void {
  confirmed(program, 'lists', 'List the lists of all accounts with their owners', {
    example: 'gateway-admin lists --orphans',
  })
    .option('--orphans', 'only those with members whose accounts are gone')
    .option('--repair', 'take these members out; who is left can read a list without an owner for seven days')
    .action(async (flags: ConfirmFlags & { readonly orphans?: true; readonly repair?: true }) => {
      if (flags.repair === true) {
        await invocation.confirm('Take the members whose accounts are gone out of all lists?', flags);
        const repaired = await invocation.administer(({ lists }) => lists.repair());
        invocation.print({ repaired }, () => `${number(repaired)} lists repaired`);
        return;
      }
      const found = await invocation.administer(({ lists }) =>
        flags.orphans === true ? lists.orphans() : lists.all(),
      );
      invocation.print(found, () => {
        const repair =
          flags.orphans === true && found.length > 0 ? '\nRepair them with: gateway-admin lists --repair' : '';
        return listTable(found) + repair;
      });
    });
}

function addStoreCommands(program: Command, invocation: Invocation): void {
  described(program, 'backup', 'Copy the embedded store into a new file, also while the gateway runs', {
    args: { '<file>': 'path of the backup; there must be no such file' },
    example: 'gateway-admin backup /backups/accounts-2026-11-24.backup',
  }).action(async (file: string) => {
    const report = await invocation.actions.backUp(invocation.flags, file);
    invocation.print(
      report,
      () => `${report.file}: ${number(report.accounts)} accounts, ${number(report.bytes)} bytes`,
    );
  });
  described(program, 'verify', 'Check every page and row of the embedded store, also while the gateway runs', {
    example: 'gateway-admin verify',
  }).action(async () => {
    const sound = await invocation.actions.verify(invocation.flags);
    invocation.print(sound, () => `${number(sound.accounts)} accounts are sound`);
  });
  described(program, 'restore', 'Write the accounts of a backup into an empty embedded store, while no gateway runs', {
    args: { '<file>': 'path of a backup' },
    example: 'gateway-admin restore /backups/accounts-2026-11-24.backup',
  }).action(async (file: string) => {
    const accounts = await invocation.actions.restore(invocation.flags, file);
    invocation.print({ accounts }, () => `${number(accounts)} accounts; their users log in again`);
  });
  confirmed(program, 'migrate', 'Copy all accounts of the embedded store to MongoDB; can be stopped and run again', {
    example: 'gateway-admin migrate --to mongodb://mongo:27017/',
  })
    .option('--to <uri>', 'connection string, mongodb://…; default: GATEWAY_MONGODB_URI, or that of Tasks')
    .action(async (flags: ConfirmFlags & { readonly to?: string }) => {
      await invocation.confirm('Copy every account to MongoDB?', flags);
      const { isInteractive, err } = invocation.terminal;
      const report = await invocation.actions.migrate(invocation.flags, flags.to, (accounts) => {
        if (isInteractive) err(`\r${number(accounts)} accounts`);
      });
      if (isInteractive) err('\n');
      invocation.print(report, () => `${number(report.added)} added, ${number(report.there)} existed already`);
      if (report.conflicts.length === 0) return;
      const names = report.conflicts.map(visibleText).join(', ');
      throw new Error(`not copied, since another account has the name there: ${names}`);
    });
}

/** A destructive command. */
function confirmed(program: Command, name: string, ...help: DescribedHelp): Command {
  return described(program, name, ...help).option('--yes', 'do not ask');
}

async function allAccounts(administration: Administration): Promise<AccountSummary[]> {
  const accounts: AccountSummary[] = [];
  for (;;) {
    const page = await administration.list(PAGE, accounts.at(-1)?.id);
    accounts.push(...page);
    if (page.length < PAGE) break;
  }
  return accounts.toSorted((one, other) => one.username.localeCompare(other.username));
}

function accountTable(accounts: readonly AccountSummary[]): string {
  if (accounts.length === 0) return 'No accounts';
  const rows = accounts.map(({ username, status, createdOn, id }) => [
    visibleText(username),
    status,
    day(createdOn),
    id,
  ]);
  return table(['username', 'status', 'created', 'id'], rows);
}

function listTable(lists: readonly ListSummary[]): string {
  if (lists.length === 0) return 'No lists';
  const rows = lists.map(({ id, name, owner, members, status }) => [
    name === null ? '(first list)' : visibleText(name),
    owner === null ? '-' : visibleText(owner),
    number(members),
    status,
    id,
  ]);
  return table(['name', 'owner', 'members', 'status', 'id'], rows);
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [titles, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function printAccount(invocation: Invocation, account: AccountSummary): void {
  invocation.print(account, () => `${visibleText(account.username)}: ${account.status}`);
}

function printCode(invocation: Invocation, created: NewAccountSummary): void {
  invocation.print(
    created,
    () =>
      `${visibleText(created.account.username)}: ${created.account.status}\n` +
      `Recovery code, shown once: ${created.recoveryCode}\n` +
      'Give it to the user, who can set a password with it, once.',
  );
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof AccountError)) return error.message;
  if (error.code === 'NOT_FOUND') return 'there is no such account';
  return error.problems.length > 0 ? error.problems.map(describeProblem).join(', ') : error.message;
}

/** The only input with rules is the username of a new account. */
function describeProblem({ rule, limit }: InputProblem): string {
  if (rule === 'too-short') return `a username has at least ${String(limit)} characters`;
  if (rule === 'too-long') return `a username has at most ${String(limit)} characters`;
  return 'a username has only letters, digits and . _ - @ +';
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function number(value: number): string {
  return value.toLocaleString('en');
}
