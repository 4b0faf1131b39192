/**
 * `npm run bench -- overload`: how calls fare when more arrive than the server can answer. An open loop: call `i` is due at
 * `i / rate` whether or not replies arrive, and is timed from then, so a generator that is late makes latency longer, never
 * shorter. `WORK_US`, `CONNECTIONS`, `RUNS`, `SETTLE_MS` and `MEASURE_MS` choose what is measured.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './median.js';
import { CAN_PIN, NODE, pinned } from './pinning.js';

const SERVER = join('bench', 'overload-server.ts');
/** Processor time that the handler of `echo` takes, in µs. */
const WORK_US = numbers(process.env['WORK_US'] ?? '0,50,500');
const CONNECTIONS = numbers(process.env['CONNECTIONS'] ?? '16,64,256');
const RUNS = Number(process.env['RUNS'] ?? 5);
/** Time before the measured part of a run: a cold server compiles its code in it. */
const SETTLE_MS = Number(process.env['SETTLE_MS'] ?? 1_000);
const MEASURE_MS = Number(process.env['MEASURE_MS'] ?? 1_500);
/**
 * A run is repeated, up to this number of times, when the generator was late by more than this time, or the server waited for a
 * processor for more than this part of it: other work on the machine is not the server's.
 */
const MAX_REPEATS = Number(process.env['REPEATS'] ?? 4);
const MAX_LATE_MS = 10;
const MAX_STARVED = 0.05;
/** Time of one step in the search for the capacity. */
const STEP_MS = 700;
/** Goals: p99 at twice the capacity against that at half of it, and answered calls a second against the capacity. */
const MAX_P99_RATIO = 3;
const MIN_THROUGHPUT = 0.85;
/** A load is beyond the capacity if the server rejects more than this part, or p99 is above this time. */
const MAX_REJECTED = 0.005;
const MAX_P99_MS = 50;

/** A framed binary call of `echo` with eight letters, and as many of them as leave in one write. */
const CALL = Buffer.from('0000002080010001000000046563686f000000000b000100000008616263646566676800', 'hex');
const CALLS = Buffer.concat(Array.from({ length: 4_096 }, () => CALL));
const EXCEPTION = 3;

interface Result {
  readonly rate: number;
  /** Calls a second of each kind, among those that were due in the measured part. */
  readonly answered: number;
  readonly rejected: number;
  readonly lost: number;
  /** Latency of answered calls, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** How late calls were sent, in ms. */
  readonly lateP99: number;
  readonly lateMax: number;
  /** Part of the measured time in which the server was ready to run, but had no processor. */
  readonly starved: number;
}

/** Counts times in buckets of 2 %. */
class Histogram {
  readonly #counts = new Float64Array(1_024);
  total = 0;

  add(ms: number, count = 1): void {
    const bucket = Math.round(Math.log(Math.max(ms, 0.001) / 0.001) / Math.log(1.02));
    const index = Math.min(bucket, this.#counts.length - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.total += count;
  }

  percentile(share: number): number {
    let left = this.total * share;
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return 0.001 * 1.02 ** bucket;
    }
    return 0;
  }
}

/** An open loop over several connections: connection `j` of `n` sends the calls `j`, `j + n`, `j + 2n`. */
class OpenLoop {
  readonly latency = new Histogram();
  readonly late = new Histogram();
  lateMaxMs = 0;
  rejected = 0;
  #startMs = 0;
  #fromMs = Infinity;
  #untilMs = Infinity;
  readonly #rate: number;
  readonly #sockets: Socket[] = [];
  #sent = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  async open(port: number, connections: number): Promise<void> {
    for (let index = 0; index < connections; index++) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      // Node accepts one connection in each event-loop iteration: under load, calls would wait for that instead.
      socket.write(CALL);
      await once(socket, 'data');
      this.#sockets.push(socket);
      this.#read(socket, index, connections);
    }
  }

  /** Sends calls, and measures those that are due after `settleMs`. */
  async run(settleMs: number, measureMs: number, starvedMs: () => number): Promise<Result> {
    let starvedBeforeMs: number | undefined;
    this.#startMs = performance.now();
    this.#fromMs = this.#startMs + settleMs;
    this.#untilMs = this.#fromMs + measureMs;
    for (let nowMs = this.#startMs; nowMs < this.#untilMs; nowMs = performance.now()) {
      if (nowMs >= this.#fromMs) starvedBeforeMs ??= starvedMs();
      this.#sendDue(nowMs);
      await sleep(1);
    }
    const starved = (starvedMs() - (starvedBeforeMs ?? 0)) / measureMs;
    await sleep(300);
    for (const socket of this.#sockets) socket.destroy();
    const perSecond = 1_000 / measureMs;
    return {
      rate: this.#rate,
      answered: this.latency.total * perSecond,
      rejected: this.rejected * perSecond,
      lost: this.#rate - (this.latency.total + this.rejected) * perSecond,
      p50: this.latency.percentile(0.5),
      p99: this.latency.percentile(0.99),
      lateP99: this.late.percentile(0.99),
      lateMax: this.lateMaxMs,
      starved,
    };
  }

  #sendDue(nowMs: number): void {
    const due = Math.floor(((nowMs - this.#startMs) * this.#rate) / 1_000);
    if (due === this.#sent) return;
    if (nowMs >= this.#fromMs) {
      const lateMs = nowMs - this.#dueMs(this.#sent);
      this.lateMaxMs = Math.max(this.lateMaxMs, lateMs);
      // Between the first and the last of these calls, lateness falls to zero.
      this.late.add(lateMs, (due - this.#sent) / 2);
      this.late.add(lateMs / 2, (due - this.#sent) / 2);
    }
    const connections = this.#sockets.length;
    for (let i = this.#sent; i < Math.min(due, this.#sent + connections); i++) {
      const count = Math.ceil((due - i) / connections);
      for (let left = count; left > 0; left -= 4_096) {
        this.#sockets[i % connections]?.write(CALLS.subarray(0, Math.min(left, 4_096) * CALL.length));
      }
    }
    this.#sent = due;
  }

  #dueMs(call: number): number {
    return this.#startMs + (call * 1_000) / this.#rate;
  }

  /** Replies arrive in the order of the calls. */
  #read(socket: Socket, index: number, connections: number): void {
    let call = index;
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const nowMs = performance.now();
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      while (bytes.length - at >= 8) {
        const end = at + 4 + bytes.readInt32BE(at);
        if (end > bytes.length) break;
        const dueMs = this.#dueMs(call);
        call += connections;
        if (dueMs >= this.#fromMs && dueMs < this.#untilMs) {
          if (bytes[at + 7] === EXCEPTION) this.rejected++;
          else this.latency.add(nowMs - dueMs);
        }
        at = end;
      }
      rest = bytes.subarray(at);
    });
  }
}

class Server {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  static async start(workUs: number): Promise<Server> {
    const [command, ...rest] = pinned(0, [...NODE, SERVER, String(workUs)]);
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return new Server(child, Number(line.split(' ')[1]));
  }

  async measure(rate: number, connections: number, settleMs = SETTLE_MS, measureMs = MEASURE_MS): Promise<Result> {
    const loop = new OpenLoop(rate);
    await loop.open(this.#port, connections);
    return loop.run(settleMs, measureMs, () => this.#starvedMs());
  }

  /** As `measure`, again while other work disturbed it. */
  async measureUndisturbed(rate: number, connections: number, settleMs?: number, measureMs?: number): Promise<Result> {
    return undisturbed(() => this.measure(rate, connections, settleMs, measureMs));
  }

  /** Total time that the server was ready to run, but had no processor. */
  #starvedMs(): number {
    return Number(readFileSync(`/proc/${String(this.#child.pid)}/schedstat`, 'latin1').split(' ')[1]) / 1_000_000;
  }

  /** The greatest rate, in calls a second, that is answered in time and with hardly any rejection. */
  async capacity(connections: number, workUs: number): Promise<number> {
    const isServed = async (rate: number): Promise<boolean> => {
      const { rejected, lost, p99 } = await this.measureUndisturbed(rate, connections, STEP_MS / 2, STEP_MS);
      return (rejected + Math.max(lost, 0)) / rate < MAX_REJECTED && p99 < MAX_P99_MS;
    };
    let low = 500_000 / (workUs + 6);
    // Compiles the code of the server.
    await this.measure(low, connections, 2 * STEP_MS, STEP_MS);
    while (low > 1 && !(await isServed(low))) low /= 1.5;
    let high = low * 1.5;
    while (await isServed(high)) [low, high] = [high, high * 1.5];
    for (let step = 0; step < 4; step++) {
      const middle = (low + high) / 2;
      if (await isServed(middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

let repeats = 0;

/** Repeats a run that other work disturbed. */
async function undisturbed(run: () => Promise<Result>): Promise<Result> {
  let result = await run();
  for (let repeat = 0; repeat < MAX_REPEATS && isDisturbed(result); repeat++) {
    repeats++;
    result = await run();
  }
  return result;
}

function isDisturbed({ lateMax, starved }: Result): boolean {
  return lateMax > MAX_LATE_MS || starved > MAX_STARVED;
}

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

function row(name: string, { rate, answered, rejected, lost, p50, p99, lateP99, lateMax, starved }: Result): string {
  const perSecond = [rate, answered, rejected, Math.max(lost, 0)].map((value) => String(Math.round(value)));
  const times = [p50, p99, lateP99, lateMax, 100 * starved].map((value) => value.toFixed(2));
  return `| ${[name, ...perSecond, ...times].join(' | ')} |`;
}

async function measureCold(workUs: number, rate: number, connections: number): Promise<Result> {
  const cold = await Server.start(workUs);
  const result = await cold.measure(rate, connections);
  await cold.stop();
  return result;
}

/** Measures one combination, and returns its line of the summary. */
async function compare(workUs: number, connections: number): Promise<string> {
  const warm = await Server.start(workUs);
  const capacity = await warm.capacity(connections, workUs);
  const halves: Result[] = [];
  const twices: Result[] = [];
  for (let run = 0; run < RUNS; run++) {
    halves.push(await warm.measureUndisturbed(capacity / 2, connections));
    twices.push(await warm.measureUndisturbed(capacity * 2, connections));
  }
  await warm.stop();
  const colds: Result[] = [];
  for (let run = 0; run < RUNS; run++) {
    colds.push(await undisturbed(() => measureCold(workUs, capacity * 2, connections)));
  }
  for (const half of halves) console.log(row('half', half));
  for (const twice of twices) console.log(row('twice, warm', twice));
  for (const cold of colds) console.log(row('twice, cold', cold));
  const half = median(halves.map(({ p99 }) => p99));
  const ratios = [...twices, ...colds].map(({ p99 }) => p99 / half);
  const shares = [...twices, ...colds].map(({ answered }) => answered / capacity);
  const isReached = Math.max(...ratios) <= MAX_P99_RATIO && Math.min(...shares) >= MIN_THROUGHPUT;
  const cells = [
    `${String(workUs)} µs, ${String(connections)}`,
    String(Math.round(capacity)),
    half.toFixed(2),
    median([...twices, ...colds].map(({ p99 }) => p99)).toFixed(2),
    `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)})`,
    `${median(shares).toFixed(2)} (${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)})`,
    isReached ? 'yes' : 'no',
  ];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<void> {
  if (CAN_PIN) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
  const summary: string[] = [];
  for (const workUs of WORK_US) {
    for (const connections of CONNECTIONS) {
      console.log(`\n${String(workUs)} µs of work, ${String(connections)} connections\n`);
      console.log(
        '| load | calls/s | answered/s | rejected/s | lost/s | p50 ms | p99 ms | late p99 ms | late most ms | starved % |',
      );
      console.log('|---|---|---|---|---|---|---|---|---|---|');
      const line = await compare(workUs, connections);
      summary.push(line);
      console.log(`\n${line}`);
    }
  }
  console.log(
    '\n| work, connections | capacity, calls/s | half: p99 ms | twice: p99 ms | p99 twice / half | answered / capacity | goal |',
  );
  console.log(`|---|---|---|---|---|---|---|\n${summary.join('\n')}`);
  console.log(`\n${String(repeats)} runs were repeated, since other work disturbed them.`);
}

await main();
