import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectCopy, projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';

/** What a page has its reader do, in the order of the page. */
type Step = { readonly patch: string } | { readonly command: string };

/** A page of docs/ that changes the project by patches and commands, followed exactly in a copy of the project. */
export class FollowedGuide {
  readonly copy: ProjectCopy;
  readonly #steps: readonly Step[];

  /** @param page Its path from the root of the project. */
  constructor(page: string) {
    this.#steps = stepsOf(readFileSync(join(projectRoot, page), 'utf8'));
    this.copy = new ProjectCopy({}, { folders: ['src', 'idl', 'packages', 'gateway', 'test'] });
    // It imports other benchmarks, which are not in the copy.
    this.copy.remove('packages/nestjs-thrift/bench');
  }

  /** How many patches the page has. */
  get patches(): number {
    return this.#steps.filter((step) => 'patch' in step).length;
  }

  /**
   * Applies every patch, runs every command, and checks that the result compiles, is formatted and keeps the boundaries.
   *
   * @throws Error with what a program printed that failed.
   */
  async follow(): Promise<void> {
    for (const [n, step] of this.#steps.entries()) {
      if ('command' in step) {
        await this.#run('sh', ['-c', step.command]);
        continue;
      }
      const file = `${String(n)}.patch`;
      this.copy.write({ [file]: step.patch });
      await this.#run('git', ['apply', file]);
      this.copy.remove(file);
    }
    await this.#run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json']);
    await this.#run(process.execPath, ['scripts/boundaries.mjs']);
    await this.#run(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--check', 'src', 'test', 'idl']);
  }

  /** Runs specs in the copy. @throws Error with what they printed when a test fails. */
  async test(specs: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
    await this.#run(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', '--runInBand', ...specs], variables);
  }

  /** Deletes the copy. */
  [Symbol.dispose](): void {
    this.copy[Symbol.dispose]();
  }

  async #run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    const { code, stdout, stderr } = await runProgram(program, args, { cwd: this.copy.path, env });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** A service that listens. */
export interface StartedService {
  readonly port: number;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** Starts the build in a folder, without HTTP and on a free port. */
export async function startService(cwd: string, variables: Readonly<Record<string, string>>): Promise<StartedService> {
  const env = { THRIFT_HOST: '127.0.0.1', THRIFT_PORT: '0', HTTP_PORT: 'off', LOG_FORMAT: 'json', ...variables };
  const program = new RunningProgram(process.execPath, ['dist/main.js'], { cwd, env });
  try {
    const [, port] = await program.printed(/Thrift listens on [\d.]+:(\d+)/);
    const stop = async (): Promise<void> => {
      program.signal('SIGTERM');
      await program.ended();
    };
    return { port: Number(port), stop };
  } catch (error) {
    program[Symbol.dispose]();
    throw error;
  }
}

function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```(diff|sh)\n([^]*?)^```$/gm)].map(([, language, text = '']) =>
    language === 'diff' ? { patch: text } : { command: text },
  );
}
