import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, type ProgramResult } from '@tasks/testing/run-program';
import type { Variables } from './app.js';

const FREE_PORTS = {
  GATEWAY_HOST: '127.0.0.1',
  GATEWAY_PORT: '0',
  GATEWAY_OPS_HOST: '127.0.0.1',
  GATEWAY_OPS_PORT: '0',
};

/** The gateway in a separate process: the build in `gateway/dist`, on free ports. */
export class GatewayProcess {
  readonly #program: RunningProgram;
  readonly port: number;
  /** Port of health and metrics. */
  readonly httpPort: number;

  private constructor(program: RunningProgram, port: number, httpPort: number) {
    this.#program = program;
    this.port = port;
    this.httpPort = httpPort;
  }

  /** Starts it and waits until it listens. Variables of this process do not choose its store. */
  static async start(variables: Variables): Promise<GatewayProcess> {
    const foreign = Object.keys(process.env).filter((name) => /^(MONGO|GATEWAY_|npm_)/.test(name));
    const program = new RunningProgram(process.execPath, [join(projectRoot, 'gateway/dist/main.js')], {
      cwd: projectRoot,
      env: {
        ...Object.fromEntries(foreign.map((name) => [name, undefined])),
        LOG_FORMAT: 'json',
        ...FREE_PORTS,
        ...variables,
      },
    });
    const [, httpPort = ''] = await program.printed(/metrics listen on [\d.]+:(\d+)/);
    const [, port = ''] = await program.printed(/API.*?: http:\/\/[\d.]+:(\d+)/);
    return new GatewayProcess(program, Number(port), Number(httpPort));
  }

  get pid(): number {
    return this.#program.pid;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Resolves once it has printed a match. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#program.printed(pattern);
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal);
  }

  ended(): Promise<ProgramResult> {
    return this.#program.ended();
  }

  /** Kills it, if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#program[Symbol.dispose]();
    await this.ended();
  }
}
