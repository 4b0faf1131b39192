import { RunningProgram } from '@tasks/testing/run-program';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The gateway with the built page, and the Tasks service behind it: separate processes with memory stores. */
export class RealGateway {
  readonly #programs: RunningProgram[] = [];
  #origin: string | undefined;

  get origin(): string {
    if (this.#origin === undefined) throw new Error('Start the gateway first');
    return this.#origin;
  }

  /** Starts both builds and waits until they listen. */
  async start(): Promise<void> {
    const tasks = this.#run('dist/main.js', {
      STORE: 'memory',
      THRIFT_HOST: '127.0.0.1',
      THRIFT_PORT: '0',
      HTTP_PORT: 'off',
    });
    const [, port = ''] = await tasks.printed(/Thrift listens on [\d.]+:(\d+)/);
    const gateway = this.#run('gateway/dist/main.js', {
      GATEWAY_STORE: 'memory',
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: '0',
      GATEWAY_OPS_PORT: 'off',
      TASKS_SERVERS: `127.0.0.1:${port}`,
    });
    [this.#origin] = await gateway.printed(/http:\/\/127\.0\.0\.1:\d+/);
  }

  #run(file: string, env: Record<string, string>): RunningProgram {
    const program = new RunningProgram(process.execPath, [file], { cwd: ROOT, env: { LOG_FORMAT: 'json', ...env } });
    this.#programs.push(program);
    return program;
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) program[Symbol.dispose]();
    await Promise.all(this.#programs.map((program) => program.ended()));
  }
}
