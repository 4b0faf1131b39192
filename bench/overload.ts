/**
 * `npm run bench:overload`: latency and rejections when more calls arrive than the server can answer. Calls are sent at a
 * fixed rate whether or not replies arrive, and each is timed from when it was due.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAN_PIN, NODE, pinned } from './pinning.js';

const CONNECTIONS = 64;
const MEASURE_MS = Number(process.env['MEASURE_MS'] ?? 4_000);
const WARM_UP_MS = 1_000;
const EXCEPTION = 3;
const SERVER = join('bench', 'overload-server.ts');
/** Processor time that the handler of `echo` takes, in µs. */
const WORK_US = [0, 50, 500];

interface Result {
  /** µs. */
  readonly latencies: Float64Array;
  readonly answered: number;
  readonly rejected: number;
  readonly ms: number;
}

/** A framed binary call of `echo` with eight letters. */
const CALL = Buffer.from('0000002080010001000000046563686f000000000b000100000008616263646566676800', 'hex');

/** A connection that sends calls and times the replies, which arrive in order. */
class Load {
  readonly dueTimes: number[] = [];
  readonly socket: Socket;
  readonly #onReply: (dueMs: number, rejected: boolean) => void;
  #next = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** `onRead` is called with the number of replies that arrived together. */
  constructor(socket: Socket, onReply: (dueMs: number, rejected: boolean) => void, onRead: (count: number) => void) {
    this.socket = socket;
    this.#onReply = onReply;
    socket.on('data', (chunk) => {
      const before = this.#next;
      this.#decode(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]));
      onRead(this.#next - before);
      if (this.#next < 100_000) return;
      this.dueTimes.splice(0, this.#next);
      this.#next = 0;
    });
  }

  send(count: number, dueMs: number): void {
    for (let i = 0; i < count; i++) this.dueTimes.push(dueMs);
    this.socket.write(count === 1 ? CALL : Buffer.concat(Array.from({ length: count }, () => CALL)));
  }

  #decode(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readInt32BE(at);
      if (end > bytes.length) break;
      this.#onReply(this.dueTimes[this.#next++] as number, bytes[at + 7] === EXCEPTION);
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }
}

async function open(
  port: number,
  onReply: (dueMs: number, rejected: boolean) => void,
  onRead: (load: Load, count: number) => void = () => undefined,
): Promise<Load[]> {
  return Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      const load: Load = new Load(socket, onReply, (count) => {
        onRead(load, count);
      });
      return load;
    }),
  );
}

/** Calls a second when each connection always has `depth` in flight. */
async function measureCapacity(port: number, depth: number): Promise<number> {
  let answered = 0;
  let running = true;
  const loads = await open(
    port,
    (_, rejected) => {
      if (!rejected) answered++;
    },
    (load, count) => {
      if (running && count > 0) load.send(count, 0);
    },
  );
  for (const load of loads) load.send(depth, 0);
  await sleep(WARM_UP_MS);
  const [before, startMs] = [answered, performance.now()];
  await sleep(MEASURE_MS);
  const rate = ((answered - before) * 1_000) / (performance.now() - startMs);
  running = false;
  for (const { socket } of loads) socket.destroy();
  return rate;
}

async function measureAt(port: number, rate: number): Promise<Result> {
  const latencies: number[] = [];
  let [rejectedCount, measuringFromMs] = [0, Infinity];
  const loads = await open(port, (dueMs, rejected) => {
    if (dueMs < measuringFromMs) return;
    if (rejected) rejectedCount++;
    else latencies.push((performance.now() - dueMs) * 1_000);
  });
  const startMs = performance.now();
  measuringFromMs = startMs + WARM_UP_MS;
  const endMs = measuringFromMs + MEASURE_MS;
  let [sent, next] = [0, 0];
  for (let nowMs = startMs; nowMs < endMs; nowMs = performance.now()) {
    const due = Math.floor(((nowMs - startMs) * rate) / 1_000) - sent;
    const each = Math.max(1, Math.ceil(due / CONNECTIONS));
    for (let left = due; left > 0; left -= each) loads[next++ % CONNECTIONS]?.send(Math.min(each, left), nowMs);
    sent += due;
    await sleep(1);
  }
  await sleep(500);
  for (const { socket } of loads) socket.destroy();
  return {
    latencies: Float64Array.from(latencies).sort(),
    answered: latencies.length,
    rejected: rejectedCount,
    ms: MEASURE_MS,
  };
}

function percentile(sorted: Float64Array, share: number): number {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number) / 1_000;
}

function describe(name: string, rate: number, { latencies, answered, rejected, ms }: Result): string {
  const served = Math.round((answered * 1_000) / ms);
  const [p50, p99] = [percentile(latencies, 0.5).toFixed(2), percentile(latencies, 0.99).toFixed(2)];
  const share = ((100 * rejected) / (answered + rejected)).toFixed(0);
  return `| ${name} | ${String(Math.round(rate))} | ${String(served)} | ${share} % | ${p50} | ${p99} |`;
}

async function main(): Promise<void> {
  if (CAN_PIN) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
  console.log(
    '| load | calls/s | answered/s | rejected | p50 ms | p99 ms of answered calls |\n|---|---|---|---|---|---|',
  );
  for (const workUs of WORK_US) {
    const [command, ...rest] = pinned(0, [...NODE, SERVER, String(workUs)]);
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const port = Number(line.split(' ')[1]);
    const capacity = await measureCapacity(port, workUs > 100 ? 1 : 4);
    const half = await measureAt(port, capacity / 2);
    console.log(describe(`half, ${String(workUs)} µs of work`, capacity / 2, half));
    const twice = await measureAt(port, capacity * 2);
    console.log(describe(`twice, ${String(workUs)} µs of work`, capacity * 2, twice));
    const factor = percentile(twice.latencies, 0.99) / percentile(half.latencies, 0.99);
    console.log(`p99 at twice the capacity is ${factor.toFixed(1)} times that at half of it`);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

await main();
