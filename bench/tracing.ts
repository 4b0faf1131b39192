/** `npm run bench -- tracing`: CPU a call of Tasks without traces, with one in a hundred, and with all of them. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { median } from './median.js';
import { servicePeer, type Peer } from './peers.js';
import { measureRounds, row, type Row } from './rounds.js';
import { workloadNamed } from './workloads.js';

const HELP = `npm run bench -- tracing [--rounds N] [--node PATH]...

Server CPU a call of Tasks with the memory store, in µs, and what traces add to it: the median of the differences of
each round. Spans go to a collector in this process.

--rounds N     rounds of each, interleaved (default 7)
--node PATH    a further Node to measure, of another release
`;

/** Sampled shares of the calls; undefined: no traces. */
const SHARES = [undefined, 0.01, 1];
const ROUND = { warmUpMs: 2_000, warmUpRequests: 20_000, measureMs: 3_000 };
const WORKLOAD = workloadNamed('get 32x1');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    node: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

/** Takes spans, and drops them. */
async function startCollector(): Promise<Server> {
  const collector = createServer((request, response) => {
    request.resume().once('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  return collector;
}

function tracedPeer(node: string, version: string, share: number | undefined, collectorPort: number): Peer {
  const name = `Node ${version}, ${share === undefined ? 'no traces' : `${String(100 * share)} % traced`}`;
  const traced = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(collectorPort)}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(share),
  };
  const peer = servicePeer(name, { STORE: 'memory', ...(share !== undefined && traced) });
  const [, ...args] = peer.command;
  return { ...peer, command: [node, ...args] };
}

/** A line of the table: the figures, and how they differ from those of the first row in the same rounds. */
function describe({ peer, measurements }: Row, off: Row): string {
  const costs = measurements.map(({ cpuUsPerRequest }) => cpuUsPerRequest);
  const added = costs.map((cost, round) => cost - (off.measurements[round]?.cpuUsPerRequest ?? NaN));
  const ratios = costs.map((cost, round) => cost / (off.measurements[round]?.cpuUsPerRequest ?? NaN));
  const range = `${Math.min(...added).toFixed(1)} to ${Math.max(...added).toFixed(1)}`;
  const cells = [peer.name, median(costs).toFixed(1), median(added).toFixed(1), range, median(ratios).toFixed(3)];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const collector = await startCollector();
  try {
    const { port } = collector.address() as AddressInfo;
    const groups = [process.execPath, ...values.node].map((node) => {
      const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
      return SHARES.map((share) => row(tracedPeer(node, version, share, port), WORKLOAD));
    });
    const rows = groups.flat();
    await measureRounds(rows, Number(values.rounds), ROUND);
    const isComplete = rows.every(({ measurements }) => measurements.length === Number(values.rounds));
    if (!isComplete) throw new Error('a round failed, so rounds can not be compared');
    console.log(
      '| Tasks, memory store, get 32x1 | CPU µs a call | added µs | least to most | ratio |\n|---|--:|--:|--:|--:|',
    );
    for (const [off, ...traced] of groups) {
      if (off !== undefined) for (const each of [off, ...traced]) console.log(describe(each, off));
    }
  } finally {
    collector.close();
    collector.closeAllConnections();
  }
}

await main();
