import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Schema } from '../../src/index.js';
import { projectRoot } from '@tasks/testing/project-copy';
import type { PeerConnection, PeerServing, PeerTarget, Reply, RunningPeer } from './peer.js';
import { portableSchema, type Portable, type PortableSchema } from './portable.js';

/** Requests to the process of another library, one JSON object a line; it answers each with one, in order. */
export type PeerRequest =
  | { readonly op: 'load'; readonly idl: string; readonly schema: PortableSchema }
  | ({ readonly op: 'connect' } & PeerTarget)
  | ({ readonly op: 'serve' } & PeerServing)
  | {
      readonly op: 'call';
      readonly connection: number;
      readonly service: string;
      readonly method: string;
      readonly args: Record<string, Portable>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly op: 'close'; readonly connection: number };

/** Another library in a separate process. */
export class PeerProcess implements RunningPeer {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];
  private stderr = '';
  private hasEnded = false;
  private readonly ended: Promise<void>;

  constructor(command: string, args: readonly string[], schema: Schema) {
    this.child = spawn(command, args, { cwd: projectRoot });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.settle(line);
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // The end of the process, with its output, has more detail than a failed write into its pipe.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.on('close', resolve).on('error', (error) => (this.stderr += String(error)));
    });
    void this.ended.then(() => {
      this.hasEnded = true;
      this.fail();
    });
    void this.ask({ op: 'load', idl: schema.file, schema: portableSchema(schema) }).catch(() => undefined);
  }

  async connect(target: PeerTarget): Promise<PeerConnection> {
    const { connection } = await this.ask<{ connection: number }>({ op: 'connect', ...target });
    return {
      call: (service, method, args, headers = {}) =>
        this.ask<Reply>({ op: 'call', connection, service, method, args, headers }),
      close: async () => {
        await this.ask({ op: 'close', connection });
      },
    };
  }

  async serve(serving: PeerServing): Promise<number> {
    const { port } = await this.ask<{ port: number }>({ op: 'serve', ...serving });
    return port;
  }

  /** Ends the process by closing its input. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private ask<Answer>(request: PeerRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (this.hasEnded) this.fail();
      else this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  private settle(line: string): void {
    const asked = this.waiting.shift();
    const answer = JSON.parse(line) as { failure?: string };
    if (answer.failure === undefined) asked?.resolve(answer as never);
    else asked?.reject(new Error(answer.failure));
  }

  private fail(): void {
    for (const { reject } of this.waiting.splice(0)) reject(new Error(`The process ended: ${this.stderr}`));
  }
}
