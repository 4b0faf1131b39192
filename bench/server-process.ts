import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pinned } from './pinning.js';
import type { Peer } from './peers.js';

const START_TIMEOUT_MS = 60_000;

export class ServerProcess {
  readonly port: number;
  readonly #pid: number;
  readonly #child: ChildProcess;
  readonly #dataDirectory: string;

  private constructor(child: ChildProcess, port: number, dataDirectory: string) {
    this.#child = child;
    this.#pid = Number(child.pid);
    this.port = port;
    this.#dataDirectory = dataDirectory;
  }

  /** Starts a peer on a processor and waits until it listens. @throws Error when it does not. */
  static async start(
    peer: Pick<Peer, 'name' | 'command' | 'env' | 'readyPattern'>,
    listSize: number,
    processor: 0 | 1 = 0,
  ): Promise<ServerProcess> {
    const [command, ...args] = pinned(processor, peer.command);
    // On the disk of the checkout: a temporary folder may be in memory, where syncing costs nothing.
    mkdirSync(join('.cache', 'bench'), { recursive: true });
    const dataDirectory = mkdtempSync(join('.cache', 'bench', 'data-'));
    const env = {
      ...process.env,
      DATA_DIR: dataDirectory,
      GATEWAY_DATA_DIR: dataDirectory,
      BENCH_IDL: 'idl/tasks.thrift',
      BENCH_PROTO: 'bench/peers/tasks.proto',
      BENCH_LIST_SIZE: String(listSize),
      GOMAXPROCS: '1',
      ...peer.env,
    };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      return new ServerProcess(child, await readyPort(child, peer.readyPattern), dataDirectory);
    } catch (error) {
      child.kill('SIGKILL');
      rmSync(dataDirectory, { recursive: true });
      throw new Error(`${peer.name} did not start`, { cause: error });
    }
  }

  /** CPU used so far, user and system, in µs. */
  cpuUs(): number {
    return cpuUsOf(this.#pid);
  }

  /** Resident memory in MiB. */
  rssMib(): number {
    const status = readFileSync(`/proc/${String(this.#pid)}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await exited;
    rmSync(this.#dataDirectory, { recursive: true });
  }
}

/** CPU that the threads of a process have used, user and system, in µs. @throws Error when it has ended. */
function cpuUsOf(pid: number): number {
  const threads = `/proc/${String(pid)}/task`;
  return readdirSync(threads).reduce((sumUs, thread) => sumUs + threadCpuUs(join(threads, thread)), 0);
}

function threadCpuUs(thread: string): number {
  try {
    const [runNs] = readFileSync(join(thread, 'schedstat'), 'utf8').split(' ');
    return Number(runNs) / 1_000;
  } catch {
    // It has just ended.
    return 0;
  }
}

function readyPort(child: ChildProcess, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no line matches ${String(pattern)} after ${String(START_TIMEOUT_MS / 1_000)} s`));
    }, START_TIMEOUT_MS);
    child.once('exit', (code) => {
      reject(new Error(`exit code ${String(code)}`));
    });
    if (child.stdout === null) throw new Error('the process has no standard output');
    createInterface(child.stdout).on('line', (line) => {
      const port = pattern.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}
