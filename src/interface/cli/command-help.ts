import type { Command } from 'commander';

export interface CommandHelp {
  /** One line, in the imperative. */
  readonly description: string;
  /** What each argument means, in order: `<user>` is required, `[text]` is not. */
  readonly args?: Readonly<Record<string, string>>;
  readonly examples: readonly string[];
  /** What the exit code 1 says; default: of a call. */
  readonly failure?: string;
}

const CALL_FAILED = 'the service rejected the call, failed or did not answer';

/** Adds the arguments and the help of a command. */
export function withHelp(
  command: Command,
  { description, args = {}, examples, failure = CALL_FAILED }: CommandHelp,
): Command {
  command.description(description);
  for (const [usage, meaning] of Object.entries(args)) command.argument(usage, meaning);
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${lines}\n\nExit codes:\n${exitCodes(failure)}`);
}

/** The exit codes, a line each. */
export function exitCodes(failure: string): string {
  return `  0  done\n  1  ${failure}\n  2  the command line or the environment is wrong`;
}
