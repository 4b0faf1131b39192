/** `npm run bench:observability`: the cost of metrics and traces, in CPU µs a call. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { servicePeer, type Peer } from './peers.js';
import { figure, measureRounds, row, thousands, type Row } from './rounds.js';
import type { Workload } from './workloads.js';

const HELP = `npm run bench:observability [-- --rounds N] [--seconds N]

--rounds N   rounds of each variant and workload, interleaved; the median counts (default 5)
--seconds N  duration of a round (default 4)

The service on its memory store, with metrics and traces off and on. The metrics are not
scraped meanwhile. "sampled" traces every call, "1 %" one in a hundred.
`;

const add = { method: 'add', connections: 32, pipeline: 1, ratePerSecond: 0, listSize: 0 } as const;
const WORKLOADS: readonly Workload[] = [
  { ...add, name: 'add 32x1' },
  { ...add, name: 'add 8x16', connections: 8, pipeline: 16 },
  // Slow enough to export every span: at full speed most are dropped, which is cheaper.
  { ...add, name: 'add 32x1, 2,000/s', ratePerSecond: 2_000 },
];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
});

/** A trace collector that counts requests and discards them. */
async function startCollector(): Promise<{ readonly server: Server; readonly url: string; requests: number }> {
  const server = createServer((request, response) => {
    collector.requests++;
    request.resume();
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const collector = { server, url, requests: 0 };
  return collector;
}

function variants(url: string): Peer[] {
  const service = (name: string, env: Record<string, string>): Peer =>
    servicePeer(name, { STORE: 'memory', LOG_LEVEL: 'info', ...env });
  const off = { HTTP_PORT: 'off' };
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
  const few = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
  return [
    service('all off', off),
    service('metrics', {}),
    service('traces, 1 %', { ...off, ...traces, ...few }),
    service('traces, sampled', { ...off, ...traces }),
    service('metrics and traces, sampled', traces),
  ];
}

async function measureAll(peers: readonly Peer[]): Promise<Row[]> {
  const rows = WORKLOADS.flatMap((workload) => peers.map((peer) => row(peer, workload)));
  const options = { warmUpMs: 2_000, measureMs: Number(values.seconds) * 1_000 };
  await measureRounds(rows, Number(values.rounds), options);
  return rows;
}

function renderWorkload({ name }: Workload, rows: readonly Row[]): string {
  const base = figure(rows[0], 'cpuUsPerRequest');
  const lines = rows.map((measured) => {
    const cpu = figure(measured, 'cpuUsPerRequest');
    const rate = thousands(figure(measured, 'requestsPerSecond'));
    const p99Ms = (figure(measured, 'p99Us') / 1_000).toFixed(2);
    return `| ${measured.peer.name} | ${rate} | ${p99Ms} | ${cpu.toFixed(2)} | ${(cpu - base).toFixed(2)} |`;
  });
  const head = `\n## ${name}\n\n| | calls/s | p99 ms | CPU µs per call | more than off |\n|---|---|---|---|---|`;
  return [head, ...lines].join('\n');
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const collector = await startCollector();
  const rows = await measureAll(variants(collector.url));
  collector.server.close();
  collector.server.closeAllConnections();
  for (const workload of WORKLOADS) {
    const ofWorkload = rows.filter((measured) => measured.workload === workload);
    process.stdout.write(`${renderWorkload(workload, ofWorkload)}\n`);
  }
  process.stdout.write(`\nThe collector received ${String(collector.requests)} batches.\n`);
}

await main();
