/**
 * The load generator: a process of its own. It sends one prepared request over and over and counts the bytes of the
 * replies, whose size it learns from the first; so it costs less than any server that it drives.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { LoadJob, LoadMessage, LoadResult } from './job.js';
import { grpcCaller } from './grpc-load.js';

const SILENCE_MS = 100;
const MAX_SAMPLES = 2_000_000;

/** Latencies of the calls that ended while measuring. */
class Latencies {
  count = 0;
  recording = false;
  private readonly samples = new Float64Array(MAX_SAMPLES);

  add(startedAtMs: number): void {
    if (!this.recording) return;
    this.samples[this.count % MAX_SAMPLES] = performance.now() - startedAtMs;
    this.count++;
  }

  percentileUs(share: number): number {
    const sorted = this.samples.subarray(0, Math.min(this.count, MAX_SAMPLES)).sort();
    return 1_000 * (sorted[Math.floor(sorted.length * share)] ?? 0);
  }
}

async function open(job: LoadJob): Promise<Socket> {
  const socket = connect({ host: job.host, port: job.port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** The size of a reply: what comes until nothing more comes. */
async function learnReplySize(job: LoadJob, request: Buffer): Promise<number> {
  const socket = await open(job);
  let bytes = 0;
  const done = new Promise<void>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      clearTimeout(timer);
      timer = setTimeout(resolve, SILENCE_MS);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed the connection instead of answering'));
    });
  });
  socket.write(request);
  await done;
  socket.removeAllListeners('close').destroy();
  return bytes;
}

/** Keeps `pipeline` requests under way on one connection. */
function drive(socket: Socket, job: LoadJob, request: Buffer, replySize: number, latencies: Latencies): void {
  const batches = Array.from({ length: job.pipeline + 1 }, (_, count) =>
    Buffer.concat(new Array<Buffer>(count).fill(request)),
  );
  const started: number[] = [];
  let oldest = 0;
  let unread = 0;
  const send = (count: number): void => {
    const nowMs = performance.now();
    for (let i = 0; i < count; i++) started.push(nowMs);
    socket.write(batches[count] as Buffer);
  };
  socket.on('data', (chunk) => {
    unread += chunk.length;
    const replies = Math.floor(unread / replySize);
    if (replies === 0) return;
    unread -= replies * replySize;
    for (let i = 0; i < replies; i++) latencies.add(started[oldest++] as number);
    if (oldest > 4_096) {
      started.splice(0, oldest);
      oldest = 0;
    }
    if (job.ratePerSecond === 0) send(replies);
  });
  socket.on('error', fail);
  if (job.ratePerSecond === 0) send(job.pipeline);
  else {
    setInterval(
      () => {
        send(1);
      },
      (1_000 * job.connections) / job.ratePerSecond,
    );
  }
}

/** Sends the seed request one at a time, so that each task has a date of its own. */
async function seed(job: LoadJob): Promise<void> {
  if (job.seedCount === 0) return;
  const request = Buffer.from(job.seedRequest, 'base64');
  const replySize = await learnReplySize(job, request);
  const socket = await open(job);
  for (let sent = 1; sent < job.seedCount; sent++) {
    socket.write(request);
    for (let read = 0; read < replySize;) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      read += chunk.length;
    }
  }
  socket.destroy();
}

async function startBytes(job: LoadJob, latencies: Latencies): Promise<void> {
  const request = Buffer.from(job.request, 'base64');
  await seed(job);
  const replySize = await learnReplySize(job, request);
  for (let i = 0; i < job.connections; i++) drive(await open(job), job, request, replySize, latencies);
}

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '') as LoadJob;
  const latencies = new Latencies();
  if (job.kind === 'bytes') await startBytes(job, latencies);
  else {
    await grpcCaller(job, (startedAtMs) => {
      latencies.add(startedAtMs);
    });
  }
  setTimeout(() => {
    measure(job, latencies);
  }, job.warmUpMs);
}

function measure(job: LoadJob, latencies: Latencies): void {
  latencies.recording = true;
  const startedAtMs = performance.now();
  const cpu = process.cpuUsage();
  tell({ event: 'begin' });
  setTimeout(() => {
    latencies.recording = false;
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const result: LoadResult = {
      requests: latencies.count,
      seconds,
      p50Us: latencies.percentileUs(0.5),
      p99Us: latencies.percentileUs(0.99),
      generatorCpuShare: (user + system) / 1e6 / seconds,
    };
    tell({ event: 'end', result }, () => process.exit(0));
  }, job.measureMs);
}

function tell(message: LoadMessage, then: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, then);
}

function fail(error: Error): void {
  process.stderr.write(`load generator: ${error.message}\n`);
  process.exit(1);
}

main().catch(fail);
