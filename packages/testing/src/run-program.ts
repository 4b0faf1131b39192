import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramResult {
  /** The exit code, or null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

interface ProgramOptions {
  cwd: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
}

/** Jest requests colours for its workers, and some tools take CI for a terminal; child processes would follow. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
}

/** A running program, with its output so far. */
export class RunningProgram {
  #stdout = '';
  #stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown[]>;
  #hasEnded = false;
  /** Callbacks for the next output, or the end. */
  readonly #waiting: (() => void)[] = [];

  constructor(command: string, args: readonly string[], { cwd, env }: ProgramOptions) {
    this.#child = spawn(command, args, { cwd, env: { ...plainEnvironment(), ...env }, detached: true });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    this.#ended = once(this.#child, 'close').finally(() => {
      this.#hasEnded = true;
      this.#wake();
    });
    this.#child.stdin.end();
  }

  /** Its process, for /proc. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The program could not be started');
    return this.#child.pid;
  }

  /** Resolves once the program printed a match, on either stream; rejects if it ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout + this.#stderr);
      if (match) return match;
      if (this.#hasEnded) {
        const { code, stdout, stderr } = await this.ended();
        throw new Error(`Ended (${String(code)}) before it printed ${String(pattern)}: ${stderr}${stdout}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills the program and all of its child processes that still run. */
  [Symbol.dispose](): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended.
    }
  }

  /** Resolves when the program has ended and its output is complete; never rejects for an exit code. */
  async ended(): Promise<ProgramResult> {
    await this.#ended;
    return { code: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Runs a program until it ends. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new RunningProgram(command, args, options).ended();
}
