import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../../..', import.meta.url));

interface ServerState {
  readonly rssBytes: number;
  readonly connections: number;
}

/** A Probe service in a separate process, to measure its memory. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: Interface,
    readonly port: number,
  ) {}

  /** Starts it with options of Node, and waits until it listens. */
  static async start(...options: string[]): Promise<ServerProcess> {
    const args = [
      '--expose-gc',
      ...options,
      '--no-warnings',
      '--conditions=tasks-source',
      '--import',
      './scripts/typescript.mjs',
      'packages/nestjs-thrift/test/hostile/heavy/server.ts',
    ];
    const child = spawn(process.execPath, args, { cwd: project, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [line] = (await once(lines, 'line')) as [string];
    return new ServerProcess(child, lines, Number(line.split(' ')[1]));
  }

  /** Returns its state after a garbage collection. */
  async state(): Promise<ServerState> {
    const answer = once(this.lines, 'line');
    this.child.stdin.write('\n');
    const [line] = (await answer) as [string];
    return JSON.parse(line) as ServerState;
  }

  /** Returns its state once it has that many connections. */
  async untilConnections(count: number): Promise<ServerState> {
    for (;;) {
      const state = await this.state();
      if (state.connections === count) return state;
    }
  }

  /** Stops it. @throws Error if it had ended already. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`the server ended with ${String(this.child.exitCode)}`);
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
