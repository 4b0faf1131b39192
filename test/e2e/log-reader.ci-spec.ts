import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { projectRoot } from '@tasks/testing/project-copy';
import { ClientThrift } from 'nestjs-thrift';
import { TASKS_IDL } from '../support/app.js';

const VARIABLES = {
  STORE: 'memory',
  THRIFT_HOST: '127.0.0.1',
  THRIFT_PORT: '0',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '0',
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'debug',
};

/** Lines of some 150 bytes: two megabytes, where a pipe holds 64 KiB and the service keeps one megabyte. */
const CALLS = 15_000;

/** A service whose log is read on request. */
class Service {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly ended: Promise<unknown[]>;
  readonly #client: ClientThrift;
  readonly tasks: TasksClient;

  private constructor(
    child: ChildProcessByStdio<null, Readable, null>,
    port: number,
    readonly httpPort: number,
  ) {
    this.#child = child;
    this.ended = once(child, 'exit');
    this.#client = new ClientThrift({ idl: TASKS_IDL, host: '127.0.0.1', port });
    this.tasks = this.#client.getService<TasksClient>('Tasks');
  }

  /** Starts it, and stops reading once it listens. */
  static async start(): Promise<Service> {
    const args = [...Service.preload, join(projectRoot, 'dist/main.js')];
    const env = { ...process.env, ...VARIABLES, npm_lifecycle_event: undefined, NODE_OPTIONS: undefined };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    let match: RegExpExecArray | null;
    do {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      text += chunk.toString();
      match = /Thrift listens on [\d.]+:(\d+)[^]*metrics listen on [\d.]+:(\d+)/.exec(text);
    } while (match === null);
    child.stdout.pause();
    return new Service(child, Number(match[1]), Number(match[2]));
  }

  /** Fails at SIGUSR2. */
  static readonly preload = [
    '--import',
    `data:text/javascript,${encodeURIComponent("process.once('SIGUSR2', () => { throw new Error('boom'); })")}`,
  ];

  /** Makes calls, one log line each. */
  async call(count: number): Promise<void> {
    for (let n = 0; n < count; n += 500) await Promise.all(Array.from({ length: 500 }, () => this.tasks.check()));
  }

  live(): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.httpPort)}/health/live`, { signal: AbortSignal.timeout(5_000) });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Reads everything until the end. */
  async read(until: string): Promise<string> {
    let text = '';
    for await (const chunk of this.#child.stdout.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.includes(until)) break;
    }
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#client.close();
    this.#child.stdout.destroy();
  }
}

let service: Service;

afterEach(() => service[Symbol.asyncDispose]());

describe('A log reader that stops reading', () => {
  it('blocks neither calls nor liveness, and SIGTERM still ends the service with 0', async () => {
    service = await Service.start();
    await service.call(CALLS);
    expect((await service.live()).status).toBe(200);
    expect(await service.tasks.add({ userId: 'alice', name: 'unlogged' })).toMatchObject({ name: 'unlogged' });
    service.signal('SIGTERM');
    expect(await service.ended).toEqual([0, null]);
  }, 60_000);

  it('misses lines, and gets their number once it continues', async () => {
    service = await Service.start();
    await service.call(CALLS);
    const text = await service.read('log lines were dropped');
    const [, dropped] = /"dropped":(\d+)/.exec(text) ?? [];
    const kept = text.match(/"msg":"call"/g)?.length ?? 0;
    expect(kept + Number(dropped)).toBe(CALLS);
    expect(kept).toBeGreaterThan(1_000);
  }, 60_000);

  it('still gets the fatal line of a crash when it continues', async () => {
    service = await Service.start();
    await service.call(CALLS);
    service.signal('SIGUSR2');
    expect(await service.read('Uncaught exception: stopping')).toContain('"message":"boom"');
    expect(await service.ended).toEqual([1, null]);
  }, 60_000);
});

describe('A log reader that reads', () => {
  it('misses nothing', async () => {
    service = await Service.start();
    const read = service.read('"exit_code":0');
    await service.call(CALLS);
    service.signal('SIGTERM');
    const text = await read;
    expect(text.match(/"msg":"call"/g)).toHaveLength(CALLS);
    expect(text).not.toContain('dropped');
  }, 60_000);
});
