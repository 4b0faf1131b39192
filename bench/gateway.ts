/** `npm run bench -- gateway`: the gateway beside bare Fastify and a gateway by Nest and gRPC, into bench/GATEWAY.md. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { floodLogIns, type FloodAnswers } from './gateway/flood.js';
import { measureStreams, type StreamFigures } from './gateway/streams.js';
import { requestText, seed, signUp, startGateway, startTasks } from './gateway/system.js';
import { startIdleLoops } from './idle-loops.js';
import type { LoadResult } from './load.js';
import { runLoad } from './measure.js';
import { median } from './median.js';
import { existingPeer } from './peers.js';
import { NODE } from './pinning.js';
import { machine } from './report.js';
import { ServerProcess } from './server-process.js';
import { thriftRequest } from './workloads.js';

const HELP = `npm run bench -- gateway [--rounds N] [--seconds N] [--no-write]

--rounds N   rounds of each peer and kind of request, interleaved; the median counts (default 5)
--seconds N  duration of a round (default 3)
--no-write   print the tables without writing bench/GATEWAY.md
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const CONNECTIONS = 8;
const WARM_UP_MS = 1_000;
/** Enough to compile the hot code, also on a busy machine. */
const WARM_UP_REQUESTS = 4_000;
const MAX_WARM_UPS = 12;
const FLOOD_PER_SECOND = 200;

type Work = 'GET /tasks of 100' | 'POST /tasks' | 'GET /tasks/{id}';

/** A server with the servers behind it, and the requests it answers. */
interface Subject {
  readonly name: string;
  readonly processes: readonly [ServerProcess, ...ServerProcess[]];
  readonly requests: Partial<Record<Work, string | Buffer>>;
}

interface Round extends LoadResult {
  readonly cpuUs: number;
  /** CPU of the server and of those behind it. */
  readonly allCpuUs: number;
}

interface Cell {
  readonly subject: Subject;
  readonly work: Work;
  readonly rounds: Round[];
}

interface Result {
  readonly work: string;
  readonly figure: string;
  readonly goal: { readonly text: string; readonly isReached: boolean };
}

const started: ServerProcess[] = [];

async function kept(starting: Promise<ServerProcess>): Promise<ServerProcess> {
  const server = await starting;
  started.push(server);
  return server;
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  try {
    const text = await measureAll();
    process.stdout.write(text);
    if (!values['no-write']) writeFileSync('bench/GATEWAY.md', text);
  } finally {
    for (const server of started) await server.stop();
  }
}

async function measureAll(): Promise<string> {
  const tasks = await kept(startTasks());
  const gateway = await kept(startGateway(tasks));
  const idleMib = gateway.rssMib();
  const { port } = gateway;
  const reader = await signUp(port, 'reader');
  const writer = await signUp(port, 'writer');
  const taskId = await seed(port, reader);
  const bare = await kept(startPeer('bare Fastify', 'fastify.ts'));
  const grpcTasks = await kept(ServerProcess.start(existingPeer('Nest gRPC'), 100, 1));
  const grpc = await kept(
    startPeer('Nest + gRPC gateway', 'nest-grpc.ts', { BENCH_TASKS: `127.0.0.1:${String(grpcTasks.port)}` }),
  );
  const unchecked = await kept(
    startPeer('without its protection', 'unchecked.ts', {
      BENCH_TASKS: `127.0.0.1:${String(tasks.port)}`,
      BENCH_ACCOUNT: reader.accountId,
    }),
  );
  const list = '/tasks?limit=100';
  const newTask = { name: 'buy milk and bread' };
  const one = `/tasks/${taskId}`;
  const subjects: Subject[] = [
    {
      name: 'the gateway',
      processes: [gateway, tasks],
      requests: {
        'GET /tasks of 100': requestText(port, 'GET', list, reader.cookie),
        'POST /tasks': requestText(port, 'POST', '/tasks', writer.cookie, newTask),
        'GET /tasks/{id}': requestText(port, 'GET', one, reader.cookie),
      },
    },
    {
      name: 'bare Fastify',
      processes: [bare],
      requests: {
        'GET /tasks of 100': requestText(bare.port, 'GET', list),
        'POST /tasks': requestText(bare.port, 'POST', '/tasks', undefined, newTask),
      },
    },
    {
      name: 'Nest + gRPC gateway',
      processes: [grpc, grpcTasks],
      requests: {
        'GET /tasks of 100': requestText(grpc.port, 'GET', list),
        'POST /tasks': requestText(grpc.port, 'POST', '/tasks', undefined, newTask),
      },
    },
    {
      name: 'the gateway without its protection',
      processes: [unchecked, tasks],
      requests: { 'GET /tasks/{id}': requestText(unchecked.port, 'GET', one) },
    },
  ];
  const cells = await measureSpeed(subjects);
  const latencies = await measureLatency(subjects[0] as Subject, cells, {
    name: 'a Thrift call',
    processes: [tasks],
    requests: { 'GET /tasks/{id}': thriftRequest('get', { taskId, userId: reader.accountId }) },
  });
  const loadedMib = gateway.rssMib();
  const exposed = await kept(startGateway(tasks, { TRUSTED_PROXIES: '127.0.0.1' }));
  const streams = await measureStreams(exposed);
  const flood = await measureFlood(exposed);
  return [
    '# The gateway measured\n',
    `\`npm run bench -- gateway\`, ${new Date().toISOString().slice(0, 10)}, ${values.rounds} rounds of ${values.seconds} s\n`,
    machine(['fastify']),
    'The task service has its memory store and runs beside the load generator; accounts are in the embedded store, the default.',
    'The loops of idle priority run with any number of connections here: the slower server leaves the second core more to wake up from.',
    `All limits are on, none is reached. Load average of the machine when this ended: ${loadavg()[0]?.toFixed(1) ?? '?'};`,
    'above 3 others used it, and the figures say little: run it again on a machine that is idle.\n',
    renderGoals([...compare(cells), ...latencyResults(latencies), floodResult(flood), streamResult(streams)]),
    renderCells(cells),
    renderLatencies(latencies),
    `\n## Log-in flood\n\n${describeFlood(flood)}`,
    `\n## Event streams\n\n${describeStreams(streams)}`,
    `\n## Memory\n\nResident: ${idleMib.toFixed(0)} MiB after the start, ${loadedMib.toFixed(0)} MiB after the load above.\n`,
  ].join('\n');
}

function startPeer(name: string, file: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const command = [...NODE, join('bench', 'gateway', file)] as const;
  return ServerProcess.start({ name, command: [...command], env, readyPattern: /^READY (\d+)$/ }, 100);
}

/** Rounds are the outermost loop, so that a machine whose speed drifts treats all peers alike. */
async function measureSpeed(subjects: readonly Subject[]): Promise<Cell[]> {
  const cells = subjects.flatMap((subject) =>
    (Object.keys(subject.requests) as Work[]).map((work): Cell => ({ subject, work, rounds: [] })),
  );
  for (const { subject, work } of cells) await warmUp(subject, work);
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const { subject, work, rounds } of cells) {
      const result = await load(subject, work);
      rounds.push(result);
      process.stderr.write(
        `round ${String(round)}, ${work}: ${subject.name} ${result.cpuUs.toFixed(0)} µs, ${rate(result).toFixed(0)}/s\n`,
      );
    }
  }
  return cells;
}

async function warmUp(subject: Subject, work: Work): Promise<void> {
  let requests = 0;
  for (let round = 0; round < MAX_WARM_UPS && requests < WARM_UP_REQUESTS; round++) {
    requests += (await load(subject, work)).requests;
  }
}

async function load(
  subject: Subject,
  work: Work,
  { ratePerSecond = 0, measureMs = Number(values.seconds) * 1_000 } = {},
): Promise<Round> {
  const { processes, requests } = subject;
  const cpuUs = (): number[] => processes.map((server) => server.cpuUs());
  let [before, after]: [number[], number[]] = [[], []];
  const stopLoops = startIdleLoops();
  const result = await runLoad(
    {
      host: '127.0.0.1',
      port: processes[0].port,
      kind: 'bytes',
      request: Buffer.from(requests[work] ?? '').toString('base64'),
      seedRequest: '',
      seedCount: 0,
      method: 'all',
      connections: CONNECTIONS,
      pipeline: 1,
      ratePerSecond,
      warmUpMs: WARM_UP_MS,
      warmUpRequests: 0,
      measureMs,
    },
    ({ event }) => {
      if (event === 'begin') before = cpuUs();
      else after = cpuUs();
    },
  ).finally(stopLoops);
  const each = after.map((us, i) => (us - (before[i] ?? 0)) / result.requests);
  return { ...result, cpuUs: each[0] ?? NaN, allCpuUs: each.reduce((sum, us) => sum + us, 0) };
}

function rate({ requests, seconds }: LoadResult): number {
  return requests / seconds;
}

/** Latency of the gateway at half of its capacity, and of the Thrift call it makes. */
async function measureLatency(gateway: Subject, cells: readonly Cell[], direct: Subject): Promise<Cell[]> {
  const work = 'GET /tasks/{id}';
  const full = median((cells.find((cell) => cell.subject === gateway && cell.work === work)?.rounds ?? []).map(rate));
  const latencies = [gateway, direct].map((subject): Cell => ({ subject, work, rounds: [] }));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { subject, rounds } of latencies) rounds.push(await load(subject, work, { ratePerSecond: full / 2 }));
  }
  return latencies;
}

interface FloodFigures {
  readonly without: number;
  readonly during: number;
  readonly answers: FloodAnswers;
}

/** Requests a second of a user with and without a flood of log-ins. */
async function measureFlood(gateway: ServerProcess): Promise<FloodFigures> {
  const { port } = gateway;
  const user = await signUp(port, 'other');
  await seed(port, user);
  const work = 'GET /tasks of 100';
  const subject: Subject = {
    name: 'the gateway',
    processes: [gateway],
    requests: { [work]: requestText(port, 'GET', '/tasks?limit=100', user.cookie) },
  };
  const [without, during]: [number[], number[]] = [[], []];
  const answers: Record<number, number> = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    without.push(rate(await load(subject, work)));
    const end = floodLogIns(port, FLOOD_PER_SECOND);
    during.push(rate(await load(subject, work)));
    for (const [status, count] of Object.entries(end()))
      answers[Number(status)] = (answers[Number(status)] ?? 0) + count;
  }
  return { without: median(without), during: median(during), answers };
}

function compare(cells: readonly Cell[]): Result[] {
  const cpu = (name: string, work: Work, all = false): number => {
    const cell = cells.find(({ subject, work: own }) => subject.name === name && own === work);
    return median((cell?.rounds ?? []).map((round) => (all ? round.allCpuUs : round.cpuUs)));
  };
  const own = 'the gateway';
  const [list, add, one] = ['GET /tasks of 100', 'POST /tasks', 'GET /tasks/{id}'] as const;
  const ratio = (of: Work): number => cpu('bare Fastify', of) / cpu(own, of);
  const grpc = (of: Work): number => cpu('Nest + gRPC gateway', of, true) / cpu(own, of, true);
  const protection = 1 - cpu('the gateway without its protection', one) / cpu(own, one);
  return [
    atLeast(`${list} against bare Fastify`, ratio(list), 0.45),
    atLeast(`${list} against the Nest + gRPC gateway, both processes`, grpc(list), 2, ' x'),
    atLeast(`${add} against a bare Fastify echo`, ratio(add), 0.4),
    atMost(`authentication, headers, limiter, gate: share of ${one}`, protection * 100, 20, ' %'),
  ];
}

function atLeast(work: string, value: number, least: number, unit = ''): Result {
  const goal = { text: `${String(least)}${unit}`, isReached: value >= least };
  return { work, figure: `${value.toFixed(2)}${unit}`, goal };
}

function atMost(work: string, value: number, most: number, unit: string): Result {
  const goal = { text: `<= ${String(most)}${unit}`, isReached: value <= most };
  return { work, figure: `${value.toFixed(value < 10 ? 2 : 0)}${unit}`, goal };
}

function latencyResults([gateway, direct]: readonly Cell[]): Result[] {
  const added = (percentile: 'p50Us' | 'p99Us'): number => {
    const [whole, call] = [gateway, direct].map((cell) =>
      median((cell?.rounds ?? []).map((round) => round[percentile])),
    );
    return ((whole ?? NaN) - (call ?? NaN)) / 1_000;
  };
  return [
    atMost('latency added to a Thrift call at half load, p50', added('p50Us'), 0.5, ' ms'),
    atMost('the same, p99', added('p99Us'), 3, ' ms'),
  ];
}

function floodResult({ without, during }: FloodFigures): Result {
  return atLeast('log-in flood of 200/s: share of its requests/s that GET /tasks keeps', during / without, 0.6);
}

function streamResult({ kibPerStream, worstMs }: StreamFigures): Result {
  const size = atMost('2,000 event streams over 100 accounts: memory of each', kibPerStream, 25, ' KiB');
  const isInTime = worstMs <= 1_000;
  const goal = { text: `${size.goal.text}, change within 1 s`, isReached: size.goal.isReached && isInTime };
  return { ...size, figure: `${size.figure}, ${worstMs.toFixed(0)} ms`, goal };
}

function renderGoals(results: readonly Result[]): string {
  const aim = ({ text, isReached }: Result['goal']): string => `${text}: ${isReached ? 'reached' : '**not reached**'}`;
  return [
    '## Goals\n',
    '| work | figure | goal |\n|---|--:|---|',
    ...results.map(({ work, figure, goal }) => `| ${work} | ${figure} | ${aim(goal)} |`),
  ].join('\n');
}

function renderCells(cells: readonly Cell[]): string {
  const figure = (cell: Cell, of: (round: Round) => number): string => median(cell.rounds.map(of)).toFixed(0);
  return [
    `\n## CPU, ${String(CONNECTIONS)} connections\n`,
    '| work | server | CPU µs a request | with the server behind it | requests/s | CPU of the load |\n|---|---|--:|--:|--:|--:|',
    ...cells
      .toSorted((one, other) => one.work.localeCompare(other.work))
      .map((cell) => {
        const all = cell.subject.processes.length > 1 ? figure(cell, ({ allCpuUs }) => allCpuUs) : '-';
        const share = median(cell.rounds.map(({ generatorCpuShare }) => generatorCpuShare)).toFixed(2);
        const own = figure(cell, ({ cpuUs }) => cpuUs);
        return `| ${cell.work} | ${cell.subject.name} | ${own} | ${all} | ${figure(cell, rate)} | ${share} |`;
      }),
  ].join('\n');
}

function renderLatencies(cells: readonly Cell[]): string {
  return [
    '\n## Latency at half load\n',
    '| server | requests/s | p50 µs | p99 µs |\n|---|--:|--:|--:|',
    ...cells.map(({ subject, rounds }) => {
      const figures = [rate, ({ p50Us }: Round) => p50Us, ({ p99Us }: Round) => p99Us];
      return `| ${subject.name} | ${figures.map((of) => median(rounds.map(of)).toFixed(0)).join(' | ')} |`;
    }),
  ].join('\n');
}

function describeFlood({ without, during, answers }: FloodFigures): string {
  const statuses = Object.entries(answers).map(([status, count]) => `${status}: ${String(count)}`);
  return (
    `GET /tasks of 100: ${without.toFixed(0)} requests/s, and ${during.toFixed(0)} while 200 log-ins a second come from ` +
    `as many addresses, on one processor for requests and hashes together. Their answers: ${statuses.join(', ')}.`
  );
}

function describeStreams({ streams, kibPerStream, medianMs, worstMs }: StreamFigures): string {
  return (
    `${String(streams)} streams, ${kibPerStream.toFixed(1)} KiB each. A change in each of 100 accounts at once reached the ` +
    `20 streams of its account after ${medianMs.toFixed(0)} ms (median), ${worstMs.toFixed(0)} ms (the last).`
  );
}

await main();
