/**
 * What a second core brings: `npm run bench:workers` writes bench/WORKERS.md. Each server runs with one core and with two.
 * The load generator has the second core in both cases, so with two it shares it with the server.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMongo, type TestMongo } from '@tasks/testing/mongo';
import type { LoadJob } from './load.js';
import { runLoad } from './measure.js';
import { median } from './median.js';
import { existingPeer, findPeer, servicePeer, type Peer } from './peers.js';
import { CAN_PIN } from './pinning.js';
import { cpuUsOf, ServerProcess } from './server-process.js';
import { requestBytes, WORKLOADS, type Workload } from './workloads.js';

const HELP = `usage: npm run bench:workers -- [--rounds 3] [--seconds 3] [--without-mongo]\n`;
const OUTPUT = join('bench', 'WORKERS.md');
const BOTH_CORES = ['taskset', '-c', '0,1'] as const;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    'without-mongo': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** A server with one core and the same with two. */
interface Pair {
  readonly name: string;
  readonly one: Peer;
  readonly two: Peer;
}

/** One round. */
interface Round {
  readonly callsPerSecond: number;
  readonly cpuUsPerCall: number;
  /** CPU of the server's processes, in cores. */
  readonly cores: number;
  /** CPU of the load generator, in cores. */
  readonly generatorCores: number;
}

interface Row {
  readonly pair: Pair;
  readonly workload: Workload;
  readonly one: Round[];
  readonly two: Round[];
}

function onBothCores(peer: Peer, env: Readonly<Record<string, string>>): Peer {
  return { ...peer, command: [...BOTH_CORES, ...peer.command], env: { ...peer.env, ...env } };
}

function pairOf(name: string, peer: Peer, variable: string): Pair {
  const one = { ...peer, env: { ...peer.env, [variable]: '1' } };
  return { name, one, two: onBothCores(peer, { [variable]: '2' }) };
}

function pairs(mongo: TestMongo | undefined): Pair[] {
  const transport = existingPeer('transport + Nest handler');
  const found = [pairOf('transport + Nest handler, by `WORKERS`', transport, 'BENCH_WORKERS')];
  const go = findPeer('Go Apache Thrift');
  if (go) found.push(pairOf('Go Apache Thrift, by `GOMAXPROCS`', go, 'GOMAXPROCS'));
  if (mongo) {
    const env = { STORE: 'mongo', MONGODB_URI: mongo.uri };
    found.push(pairOf(`Tasks, MongoDB (${mongo.product}), by \`WORKERS\``, servicePeer('Tasks', env), 'WORKERS'));
  }
  return found;
}

/** A process and those that it has started, with theirs. */
function withChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(withChildren)];
}

async function measureRound(peer: Peer, workload: Workload): Promise<Round> {
  const server = await ServerProcess.start(peer, workload.listSize);
  const pids = withChildren(server.pid);
  const cpuUs = (): number => pids.reduce((sum, pid) => sum + cpuUsOf(pid), 0);
  try {
    const job: LoadJob = {
      host: '127.0.0.1',
      port: server.port,
      kind: 'binary',
      request: requestBytes('binary', 'add').toString('base64'),
      seedRequest: '',
      seedCount: 0,
      method: 'add',
      connections: workload.connections,
      pipeline: workload.pipeline,
      ratePerSecond: 0,
      warmUpMs: 1_500,
      warmUpRequests: 0,
      measureMs: Number(values.seconds) * 1_000,
    };
    let taken = 0;
    const result = await runLoad(job, ({ event }) => {
      taken = event === 'begin' ? cpuUs() : cpuUs() - taken;
    });
    return {
      callsPerSecond: result.requests / result.seconds,
      cpuUsPerCall: taken / result.requests,
      cores: taken / 1e6 / result.seconds,
      generatorCores: result.generatorCpuShare,
    };
  } finally {
    await server.stop();
  }
}

async function measureAll(all: readonly Pair[]): Promise<Row[]> {
  const workloads = WORKLOADS.filter(({ name }) => name === 'add 32x1' || name === 'add 8x16');
  const rows = workloads.flatMap((workload) => all.map((pair): Row => ({ pair, workload, one: [], two: [] })));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const { pair, workload, one, two } of rows) {
      one.push(await measureRound(pair.one, workload));
      two.push(await measureRound(pair.two, workload));
    }
    process.stderr.write(`round ${String(round)} of ${values.rounds}\n`);
  }
  return rows;
}

function middle(rounds: readonly Round[], of: keyof Round): number {
  return median(rounds.map((round) => round[of]));
}

function renderRow({ pair, one, two }: Row): string {
  const rate = (rounds: readonly Round[]): string => Math.round(middle(rounds, 'callsPerSecond')).toLocaleString('en');
  const cells = [
    pair.name,
    rate(one),
    rate(two),
    (middle(two, 'callsPerSecond') / middle(one, 'callsPerSecond')).toFixed(2),
    middle(one, 'cpuUsPerCall').toFixed(1),
    middle(two, 'cpuUsPerCall').toFixed(1),
    middle(one, 'cores').toFixed(2),
    middle(two, 'cores').toFixed(2),
    `${middle(one, 'generatorCores').toFixed(2)}, ${middle(two, 'generatorCores').toFixed(2)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** How the transport stands against Go with one core each, and with two each. */
function renderRatio(rows: readonly Row[]): string[] {
  const [ours, go] = ['transport', 'Go'].map((start) => rows.find(({ pair }) => pair.name.startsWith(start)));
  if (ours === undefined || go === undefined) return [];
  const ratio = (cores: 'one' | 'two', of: keyof Round): number => middle(ours[cores], of) / middle(go[cores], of);
  const [one, two] = [ratio('one', 'callsPerSecond'), ratio('two', 'callsPerSecond')];
  const verdict =
    two >= one ? 'at least as good as with one: reached' : 'at least as good as with one: **not reached**';
  const cpu = `${ratio('one', 'cpuUsPerCall').toFixed(2)} and ${ratio('two', 'cpuUsPerCall').toFixed(2)}`;
  return [
    '',
    `Transport against Go, calls a second: ${one.toFixed(2)} with one core each, ${two.toFixed(2)} with two (${verdict});`,
    `CPU a call: ${cpu}.`,
  ];
}

function render(rows: readonly Row[], mongo: TestMongo | undefined): string {
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  return [
    '# Workers',
    '',
    `\`npm run bench:workers\`, ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model ?? 'unknown processor'},`,
    `${String(availableParallelism())} cores, ${process.platform}, Node ${process.version}. Median of ${values.rounds} rounds of ${values.seconds} s, servers interleaved.`,
    '',
    '"One core": the server on the first, the load generator on the second. "Two cores": the server on both, so the generator',
    'takes a part of what the server could have: read calls a second together with the cores that either of them got. CPU is',
    'that of all processes of the server, user and system; the MongoDB beside Tasks runs on the same cores and is not in it.',
    ...(mongo ? [] : ['', 'Left out: Tasks on MongoDB.']),
    ...workloads.flatMap((workload) => {
      const own = rows.filter((row) => row.workload === workload);
      return [
        '',
        `## ${workload.name}`,
        '',
        '| server | calls/s, one core | two cores | x | CPU µs a call, one core | two cores | cores taken, of one | of two | generator, cores |',
        '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
        ...own.map(renderRow),
        ...renderRatio(own),
      ];
    }),
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!CAN_PIN) throw new Error('bench:workers needs two cores and taskset');
  const mongo = values['without-mongo'] ? undefined : await startMongo();
  if (mongo) process.env['MONGODB_URI'] = mongo.uri;
  try {
    const text = render(await measureAll(pairs(mongo)), mongo);
    writeFileSync(OUTPUT, text);
    process.stdout.write(text);
  } finally {
    await mongo?.stop();
  }
}

await main();
