import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startIdleLoops } from './idle-loops.js';
import type { LoadJob, LoadMessage, LoadResult } from './load.js';
import type { Peer } from './peers.js';
import { NODE, pinned } from './pinning.js';
import { ServerProcess } from './server-process.js';
import { requestBytes, type Workload } from './workloads.js';

/** Figures of one round of one peer under one workload. */
export interface Measurement {
  readonly requestsPerSecond: number;
  readonly rejectedPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUsPerRequest: number;
  readonly rssMib: number;
  readonly generatorCpuShare: number;
}

/** Durations of a round. */
export interface RoundOptions {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Replies that the warm-up waits for (default 0). */
  readonly warmUpRequests?: number;
}

const LOAD_TIMEOUT_MS = 180_000;

/** Starts the peer, drives it, ends it. */
export async function measure(peer: Peer, workload: Workload, options: RoundOptions): Promise<Measurement> {
  const server = await ServerProcess.start(peer, workload.listSize);
  const stopLoops = workload.isAwake === true ? startIdleLoops() : () => undefined;
  try {
    let cpuBefore = 0;
    let cpuAfter = 0;
    const taskId = workload.method === 'get' ? await addTask(server.port) : undefined;
    const job: LoadJob = {
      host: '127.0.0.1',
      port: server.port,
      kind: peer.dialect === 'grpc' || peer.dialect === 'binary' ? peer.dialect : 'bytes',
      request: requestBytes(peer.dialect, workload.method, taskId).toString('base64'),
      seedRequest: requestBytes(peer.dialect, 'add').toString('base64'),
      seedCount: peer.keepsTasks === true && workload.method === 'all' ? workload.listSize : 0,
      method: workload.method,
      connections: workload.connections,
      pipeline: workload.pipeline,
      ratePerSecond: 0,
      warmUpMs: options.warmUpMs,
      warmUpRequests: options.warmUpRequests ?? 0,
      measureMs: options.measureMs,
    };
    const result = await runLoad(job, (message) => {
      if (message.event === 'begin') cpuBefore = server.cpuUs();
      else cpuAfter = server.cpuUs();
    });
    const { requests, rejected, seconds, p50Us, p99Us, generatorCpuShare } = result;
    return {
      requestsPerSecond: requests / seconds,
      rejectedPerSecond: rejected / seconds,
      cpuUsPerRequest: (cpuAfter - cpuBefore) / requests,
      rssMib: server.rssMib(),
      ...{ p50Us, p99Us, generatorCpuShare },
    };
  } finally {
    stopLoops();
    await server.stop();
  }
}

/** Adds a task in the binary protocol. @returns Its id. */
export async function addTask(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(requestBytes('binary', 'add'));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const id = /[0-9a-f]{24}/.exec(reply.toString('latin1'))?.[0];
  if (id === undefined) throw new Error('no id in the reply of add');
  return id;
}

/** Runs the load generator on the second processor. */
export function runLoad(job: LoadJob, onMessage: (message: LoadMessage) => void): Promise<LoadResult> {
  const script = join('bench', 'load.ts');
  const [command, ...args] = pinned(1, [...NODE, script, JSON.stringify(job)]);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, BENCH_PROTO: 'bench/peers/tasks.proto' },
    });
    const limit = setTimeout(
      () => {
        child.kill('SIGKILL');
      },
      job.warmUpMs + job.measureMs + LOAD_TIMEOUT_MS,
    );
    child.on('message', (message: LoadMessage) => {
      onMessage(message);
      if (message.event === 'end') resolve(message.result);
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`the load generator ended with ${String(code)}`));
    });
  });
}
