import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '@tasks/testing/project-copy';
import { parseSchema, type ThriftCallOptions } from 'nestjs-thrift';

export const ECHO_SCHEMA = parseSchema(
  `
service Echo {
  /** The host of the server. */
  string name()
  void hold(1: i32 ms)
}
`,
  'echo.thrift',
);

export interface EchoClient {
  name(args: object, options?: ThriftCallOptions): Promise<string>;
  hold(args: { ms: number }, options?: ThriftCallOptions): Promise<undefined>;
}

/** How a server answers: at once, after 200 ms, or with a rejection. */
export type Mood = 'well' | 'slow' | 'overloaded';

const PROGRAM = fileURLToPath(new URL('./echo-server.ts', import.meta.url));
const NODE_OPTIONS = ['--no-warnings', '--conditions=tasks-source', '--import', './scripts/typescript.mjs'];

/** A server of the echo service in a process of its own. */
export class EchoServer {
  readonly host: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(host: string, port: number, child: ChildProcess) {
    this.host = host;
    this.port = port;
    this.#child = child;
  }

  /** Starts it, and waits until it listens. @param port 0 = any free one. */
  static async start(host: string, port: number): Promise<EchoServer> {
    const child = fork(PROGRAM, [host, String(port)], { cwd: projectRoot, execArgv: NODE_OPTIONS });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the echo server at ${host} ended with ${String(code)} before it listened`);
    });
    const [listening] = (await Promise.race([once(child, 'message'), ended])) as [number];
    ended.catch(() => undefined);
    return new EchoServer(host, listening, child);
  }

  get address(): string {
    return `${this.host}:${String(this.port)}`;
  }

  answer(mood: Mood): void {
    this.#child.send(mood);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it by a signal; resolves when it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
