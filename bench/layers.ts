/** `npm run bench:layers`: the cost of each layer of a call of `add`, by servers with one more layer each. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE } from './pinning.js';
import { existingPeer, type Peer } from './peers.js';
import { figure, measureRounds, row } from './rounds.js';
import { workloadNamed } from './workloads.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const ROUND = { warmUpMs: 2_000, measureMs: 3_000 };

const layer = (name: string): Peer => ({
  name,
  kind: 'bare',
  command: [...NODE, join('bench', 'peers', 'layers.ts')],
  env: { BENCH_LAYER: name },
  dialect: 'binary',
  readyPattern: /^READY (\d+)$/,
});

const withoutHttp = (peer: Peer): Peer => ({ ...peer, env: { ...peer.env, HTTP_PORT: 'off' } });

/** From the bare socket to the whole service. */
const LADDER: readonly { readonly adds: string; readonly peer: Peer }[] = [
  { adds: 'the socket: read and write, as raw echo', peer: existingPeer('raw node echo') },
  { adds: 'the transport, with the handler itself', peer: layer('handler') },
  { adds: "Nest's handler chain", peer: layer('nest') },
  { adds: 'validation and the error filter', peer: layer('validation') },
  { adds: 'the use case and the mapper', peer: layer('use-case') },
  { adds: 'the memory store', peer: withoutHttp(existingPeer('Tasks, memory store')) },
  { adds: 'metrics', peer: existingPeer('Tasks, memory store') },
];

async function main(): Promise<void> {
  for (const name of ['add 32x1', 'add 8x16']) {
    const rows = LADDER.map(({ peer }) => row(peer, workloadNamed(name)));
    await measureRounds(rows, Number(values.rounds), ROUND);
    print(
      name,
      rows.map((measured) => figure(measured, 'cpuUsPerRequest')),
    );
  }
}

function print(name: string, costs: readonly number[]): void {
  console.log(`\n| ${name}: a layer | adds CPU µs | up to here |\n|---|--:|--:|`);
  for (const [i, { adds }] of LADDER.entries()) {
    const cost = costs[i] ?? NaN;
    console.log(`| ${adds} | ${(cost - (costs[i - 1] ?? 0)).toFixed(1)} | ${cost.toFixed(1)} |`);
  }
}

await main();
