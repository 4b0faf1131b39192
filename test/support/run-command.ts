import { tasksCommand } from '../../src/interface/cli/tasks-command.js';

/** What the `tasks` command printed, and its exit code. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the `tasks` command into a pipe, in this process. */
export async function runCommand(args: readonly string[], progress?: NodeJS.WriteStream): Promise<Printed> {
  let out = '';
  let err = '';
  const code = await tasksCommand(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    columns: undefined,
    ...(progress && { progress }),
  });
  return { code, out, err };
}
