/** `npm run bench -- check`: whether the CPU of a call, against that of another server, keeps the bounds of bench/bounds.json. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPeer } from './peers.js';
import { figure, findFigures, measureRounds, row, type Row } from './rounds.js';
import { workloadNamed } from './workloads.js';

const HELP = `npm run bench -- check [--rounds N]

Compares ratios of server CPU a call, never times, with bench/bounds.json. Exit code 1 when a
ratio is over its bound. A ratio whose server can't run here is reported as missing.

--rounds N   rounds of each server, interleaved; the median counts (default 3)
`;

/** CPU a call of `peer` is at most `most` times that of `against`. */
interface Bound {
  readonly workload: string;
  readonly peer: string;
  readonly against: string;
  readonly most: number;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, help: { type: 'boolean', default: false } },
});
const ROUND = { warmUpMs: 2_000, warmUpRequests: 20_000, measureMs: 3_000 };

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const bounds = JSON.parse(readFileSync('bench/bounds.json', 'utf8')) as Bound[];
  const rows = rowsOf(bounds);
  await measureRounds(rows, Number(values.rounds), ROUND);
  console.log('| workload | server | against | CPU ratio | at most | |\n|---|---|---|--:|--:|---|');
  for (const bound of bounds) console.log(judge(bound, rows));
}

/** A row for each server and workload of the bounds, once. */
function rowsOf(bounds: readonly Bound[]): Row[] {
  const pairs = bounds.flatMap(({ workload, peer, against }) => [peer, against].map((name) => ({ workload, name })));
  const peers = new Map([...new Set(pairs.map(({ name }) => name))].map((name) => [name, findPeer(name)]));
  const rows = new Map<string, Row>();
  for (const { workload, name } of pairs) {
    const peer = peers.get(name);
    if (peer !== undefined) rows.set(`${workload}: ${name}`, row(peer, workloadNamed(workload)));
  }
  return [...rows.values()];
}

/** A line of the table. Sets the exit code when the bound is exceeded. */
function judge({ workload, peer, against, most }: Bound, rows: readonly Row[]): string {
  const cost = (name: string): number => figure(findFigures(rows, workload, name), 'cpuUsPerRequest');
  const ratio = cost(peer) / cost(against);
  const canRun = [peer, against].every((name) => rows.some((measured) => measured.peer.name === name));
  const verdict = !canRun ? 'MISSING' : Number.isNaN(ratio) ? 'FAILED' : ratio <= most ? 'holds' : 'EXCEEDED';
  if (verdict === 'FAILED' || verdict === 'EXCEEDED') process.exitCode = 1;
  return `| ${[workload, peer, against, ratio.toFixed(2), String(most), verdict].join(' | ')} |`;
}

await main();
