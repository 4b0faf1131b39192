import { Readable } from 'node:stream';
import { thriftCall } from '../../src/thriftcall/command.js';
import type { Terminal } from '../../src/thriftcall/terminal.js';

/** What a run of the command printed, and its exit code. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `thriftcall` in this process, with these lines as its standard input. */
export async function run(args: readonly string[], input = '', terminal: Partial<Terminal> = {}): Promise<Run> {
  const printed = { out: '', err: '' };
  const code = await thriftCall(args, {
    out: (text) => (printed.out += text),
    err: (text) => (printed.err += text),
    input: Readable.from([input]),
    isWatched: false,
    ...terminal,
  });
  return { code, ...printed };
}
