/**
 * The load generator, a process of its own. It sends one prepared request again and again and counts the bytes of the
 * replies. The first reply gives their size, so that only rejections are decoded, and the generator costs less than any
 * server it drives.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { resolveLimits } from 'nestjs-thrift';
import { binaryProtocol } from '../packages/nestjs-thrift/src/protocol/binary/binary.js';
import { EXCEPTION } from '../packages/nestjs-thrift/src/protocol/constants.js';

/** Work for the load generator: its only argument, as JSON. */
export interface LoadJob {
  readonly host: string;
  readonly port: number;
  /** Raw bytes over TCP, in Thrift's binary protocol or any other; or calls by the gRPC client. */
  readonly kind: 'binary' | 'bytes' | 'grpc';
  /** The request, base64. */
  readonly request: string;
  /** A request sent `seedCount` times before anything else, base64: it fills the store. */
  readonly seedRequest: string;
  readonly seedCount: number;
  /** The method, for gRPC. */
  readonly method: string;
  readonly connections: number;
  /** Requests in flight on each connection. */
  readonly pipeline: number;
  /** Calls a second over all connections, sent whether or not replies arrive; 0 = as many as possible. Not for gRPC. */
  readonly ratePerSecond: number;
  readonly warmUpMs: number;
  /** Replies that the warm-up waits for, up to 10 times `warmUpMs`: a busy machine needs longer to compile hot code. */
  readonly warmUpRequests: number;
  readonly measureMs: number;
}

export interface LoadResult {
  /** Requests that were answered, without those that were rejected. */
  readonly requests: number;
  readonly rejected: number;
  readonly seconds: number;
  /** Latencies. At a steady rate they count from when the request was due, not from when it was sent. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU of the generator, as a share of one core. */
  readonly generatorCpuShare: number;
}

/** Message from the generator when measuring begins and when it ends: the time to read the server's counters. */
export type LoadMessage = { readonly event: 'begin' } | { readonly event: 'end'; readonly result: LoadResult };

type GrpcMethod = (args: object, callback: (error: Error | null) => void) => void;

const SILENCE_MS = 100;
const MAX_SAMPLES = 2_000_000;
const COMPACT_AFTER = 4_096;
const MAX_WARM_UP_FACTOR = 10;
const WARM_UP_CHECK_MS = 50;

/** Durations recorded while measuring. */
class Durations {
  count = 0;
  seen = 0;
  recording = false;
  readonly #samplesMs = new Float64Array(MAX_SAMPLES);

  add(durationMs: number): void {
    this.seen++;
    if (!this.recording) return;
    this.#samplesMs[this.count % MAX_SAMPLES] = durationMs;
    this.count++;
  }

  percentileUs(share: number): number {
    const sorted = this.#samplesMs.subarray(0, Math.min(this.count, MAX_SAMPLES)).sort();
    return 1_000 * (sorted[Math.floor(sorted.length * share)] ?? 0);
  }
}

/** Where the type of a message is in the binary protocol. */
const TYPE_OFFSET = 3;
const NOTHING = Buffer.alloc(0);

const latencies = new Durations();
const rejections = { count: 0 };

/** Finds the ends of replies in what arrives. All have one size, but for exceptions of the binary protocol. */
class ReplyScanner {
  readonly #replySize: number;
  readonly #isBinary: boolean;
  readonly #onReply: (isRejection: boolean) => void;
  readonly #exceptions = binaryProtocol.createScanner(resolveLimits());
  /** Start of a message that is too short to determine its size. */
  #start: Buffer = NOTHING;
  /** Bytes of the current message that have not arrived. */
  #missing = 0;
  #isRejection = false;

  constructor(replySize: number, isBinary: boolean, onReply: (isRejection: boolean) => void) {
    this.#replySize = replySize;
    this.#isBinary = isBinary;
    this.#onReply = onReply;
  }

  read(chunk: Buffer): void {
    let at = Math.min(this.#missing, chunk.length);
    this.#missing -= at;
    if (this.#missing > 0) return;
    if (at > 0) this.#onReply(this.#isRejection);
    const bytes = this.#start.length > 0 ? Buffer.concat([this.#start, chunk]) : chunk;
    while (at < bytes.length) {
      const end = this.#endOf(bytes, at);
      if (end === undefined) break;
      this.#missing = Math.max(0, end - bytes.length);
      if (this.#missing === 0) this.#onReply(this.#isRejection);
      at = end;
    }
    this.#start = at < bytes.length ? bytes.subarray(at) : NOTHING;
  }

  /** The end of the message at `at`, which may not have arrived; undefined when too little of it is there. */
  #endOf(bytes: Buffer, at: number): number | undefined {
    if (this.#isBinary && bytes.length < at + TYPE_OFFSET + 1) return undefined;
    this.#isRejection = this.#isBinary && bytes[at + TYPE_OFFSET] === EXCEPTION;
    if (!this.#isRejection) return at + this.#replySize;
    this.#exceptions.reset();
    const end = this.#exceptions.scan(bytes, at, bytes.length);
    return end < 0 ? undefined : end;
  }
}

/** A connection that times its replies, which arrive in request order. */
class Connection {
  readonly #socket: Socket;
  readonly #batches: readonly Buffer[];
  readonly #startedAtMs: number[] = [];
  #oldest = 0;

  /** `onReplies` is called with the number of replies that arrived together. */
  constructor(
    socket: Socket,
    job: LoadJob,
    request: Buffer,
    replySize: number,
    onReplies: (connection: Connection, count: number) => void,
  ) {
    this.#socket = socket;
    this.#batches = Array.from({ length: job.pipeline + 1 }, (_, count) =>
      Buffer.concat(new Array<Buffer>(count).fill(request)),
    );
    socket.on('error', fail);
    let nowMs = 0;
    const scanner = new ReplyScanner(replySize, job.kind === 'binary', (isRejection) => {
      const startedAtMs = this.#startedAtMs[this.#oldest++] as number;
      if (isRejection) rejections.count++;
      else latencies.add(nowMs - startedAtMs);
    });
    socket.on('data', (chunk) => {
      nowMs = performance.now();
      const before = this.#oldest;
      scanner.read(chunk);
      const replies = this.#oldest - before;
      if (replies === 0) return;
      this.#forgetOld();
      onReplies(this, replies);
    });
  }

  /** Sends `count` requests whose latency counts from `startMs`. */
  send(count: number, startMs: number): void {
    for (let i = 0; i < count; i++) this.#startedAtMs.push(startMs);
    this.#socket.write(this.#batches[count] as Buffer);
  }

  /** When the requests without a reply were started. */
  unanswered(): readonly number[] {
    return this.#startedAtMs.slice(this.#oldest);
  }

  #forgetOld(): void {
    if (this.#oldest <= COMPACT_AFTER) return;
    this.#startedAtMs.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}

const connections: Connection[] = [];

async function open(job: LoadJob): Promise<Socket> {
  const socket = connect({ host: job.host, port: job.port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Bytes of a reply: everything that arrives before a silence. */
async function measureReplySize(job: LoadJob, request: Buffer): Promise<number> {
  const socket = await open(job);
  let bytes = 0;
  const done = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      socket.setTimeout(SILENCE_MS);
    });
    socket.on('timeout', resolve);
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

/** Sends the seed request one at a time, so that each task has a date of its own. */
async function seed(job: LoadJob): Promise<void> {
  if (job.seedCount === 0) return;
  const request = Buffer.from(job.seedRequest, 'base64');
  const replySize = await measureReplySize(job, request);
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

async function startBytes(job: LoadJob): Promise<void> {
  const request = Buffer.from(job.request, 'base64');
  await seed(job);
  const replySize = await measureReplySize(job, request);
  const isClosedLoop = job.ratePerSecond === 0;
  const onReplies = (connection: Connection, count: number): void => {
    if (isClosedLoop) connection.send(count, performance.now());
  };
  for (let i = 0; i < job.connections; i++) {
    connections.push(new Connection(await open(job), job, request, replySize, onReplies));
  }
  if (isClosedLoop) for (const connection of connections) connection.send(job.pipeline, performance.now());
  else sendSteadily(job.ratePerSecond);
}

/**
 * Sends at a steady rate, whatever the replies do. A server that falls behind can't slow the requests down, and its delay
 * counts in each of them. The loop never sleeps: a timer would add its millisecond to every latency.
 */
function sendSteadily(ratePerSecond: number): void {
  const startMs = performance.now();
  const dueAtMs = (index: number): number => startMs + (index * 1_000) / ratePerSecond;
  let sent = 0;
  const sendDue = (): void => {
    for (let nowMs = performance.now(); dueAtMs(sent) <= nowMs; sent++) {
      connections[sent % connections.length]?.send(1, dueAtMs(sent));
    }
    setImmediate(sendDue);
  };
  sendDue();
}

/** Keeps calls in flight through the gRPC client, one channel a connection. */
function startGrpc(job: LoadJob): void {
  const proto = loadPackageDefinition(loadSync(process.env['BENCH_PROTO'] ?? ''));
  const Client = (proto['tasks'] as unknown as { Tasks: ServiceClientConstructor }).Tasks;
  for (let i = 0; i < job.connections; i++) {
    const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 };
    const client = new Client(`${job.host}:${String(job.port)}`, credentials.createInsecure(), options);
    const method = (client as unknown as Record<string, GrpcMethod>)[job.method] as GrpcMethod;
    const args = { userId: 'alice', name: 'buy milk and bread' };
    const call = (): void => {
      const startedAtMs = performance.now();
      method.call(client, args, (error) => {
        if (error !== null) throw error;
        latencies.add(performance.now() - startedAtMs);
        call();
      });
    };
    for (let k = 0; k < job.pipeline; k++) call();
  }
}

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '') as LoadJob;
  if (job.kind === 'grpc') startGrpc(job);
  else await startBytes(job);
  await setTimeout(job.warmUpMs);
  const limitMs = performance.now() + (MAX_WARM_UP_FACTOR - 1) * job.warmUpMs;
  while (latencies.seen < job.warmUpRequests && performance.now() < limitMs) await setTimeout(WARM_UP_CHECK_MS);
  await measure(job);
}

async function measure(job: LoadJob): Promise<void> {
  const startedAtMs = performance.now();
  const cpu = process.cpuUsage();
  const rejectedBefore = rejections.count;
  latencies.recording = true;
  send({ event: 'begin' });
  await setTimeout(job.measureMs);
  const nowMs = performance.now();
  const seconds = (nowMs - startedAtMs) / 1_000;
  const requests = latencies.count;
  const rejected = rejections.count - rejectedBefore;
  if (job.ratePerSecond > 0) recordUnanswered(nowMs);
  latencies.recording = false;
  const { user, system } = process.cpuUsage(cpu);
  const result: LoadResult = {
    requests,
    rejected,
    seconds,
    p50Us: latencies.percentileUs(0.5),
    p99Us: latencies.percentileUs(0.99),
    generatorCpuShare: (user + system) / 1e6 / seconds,
  };
  send({ event: 'end', result }, () => process.exit(0));
}

/** Requests still waiting count with their age: without the slowest ones the latencies would be too low. */
function recordUnanswered(nowMs: number): void {
  for (const connection of connections) for (const ms of connection.unanswered()) latencies.add(nowMs - ms);
}

function send(message: LoadMessage, then: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, then);
}

function fail(error: Error): void {
  process.stderr.write(`load generator: ${error.message}\n`);
  process.exit(1);
}

main().catch(fail);
