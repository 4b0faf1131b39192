import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LoadJob, LoadMessage, LoadResult } from './job.js';
import type { Peer } from './peers.js';
import { NODE, pinned } from './pinning.js';
import { ServerProcess } from './server-process.js';
import { requestBytes, type Workload } from './workloads.js';

/** One round of one peer under one workload. */
export interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly cpuUsPerRequest: number;
  readonly rssMib: number;
  readonly generatorCpuShare: number;
}

/** How long a round takes. */
export interface RoundOptions {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Starts the peer, drives it, ends it. */
export async function measure(peer: Peer, workload: Workload, options: RoundOptions): Promise<Measurement> {
  const server = await ServerProcess.start(peer, workload.listSize);
  try {
    let cpuBefore = 0;
    let cpuAfter = 0;
    const job: LoadJob = {
      host: '127.0.0.1',
      port: server.port,
      kind: peer.dialect === 'grpc' ? 'grpc' : 'bytes',
      request: requestBytes(peer.dialect, workload.method).toString('base64'),
      seedRequest: requestBytes(peer.dialect, 'add').toString('base64'),
      seedCount: peer.keepsTasks === true && workload.method === 'all' ? workload.listSize : 0,
      method: workload.method,
      connections: workload.connections,
      pipeline: workload.pipeline,
      ratePerSecond: workload.ratePerSecond,
      ...options,
    };
    const result = await runLoad(job, (message) => {
      if (message.event === 'begin') cpuBefore = server.cpuUs();
      else cpuAfter = server.cpuUs();
    });
    return {
      requestsPerSecond: result.requests / result.seconds,
      p50Us: result.p50Us,
      p99Us: result.p99Us,
      cpuUsPerRequest: (cpuAfter - cpuBefore) / result.requests,
      rssMib: server.rssMib(),
      generatorCpuShare: result.generatorCpuShare,
    };
  } finally {
    await server.stop();
  }
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
      job.warmUpMs + job.measureMs + 60_000,
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
