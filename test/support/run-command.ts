import { tasksCommand } from '../../src/interface/cli/tasks-command.js';

/** What the `tasks` command printed, and its exit code. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const program = { version: '1.2.3', loadMaintenance: () => import('../../src/bootstrap/maintenance.js') };

/** Runs the `tasks` command into a pipe, in this process. */
export async function runCommand(args: readonly string[], progress?: NodeJS.WriteStream): Promise<Printed> {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    columns: undefined,
    ...(progress && { progress }),
  };
  const code = await tasksCommand(args, terminal, program);
  return { code, out, err };
}
