/** `npm run bench:check`: whether CPU per call, beside that of a peer, stays within the bounds of bench/bounds.json. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median } from './median.js';
import { measure } from './measure.js';
import { existingPeer } from './peers.js';
import { WORKLOADS, type Workload } from './workloads.js';

const HELP = `npm run bench:check [-- --rounds N]

Compares ratios of server CPU per call, never times, with bench/bounds.json; exit code 1 when one is passed.

--rounds N   rounds of each server, interleaved; the median counts (default 3)
`;

/** CPU per call of `peer` is at most `most` times that of `against`. */
interface Bound {
  readonly workload: string;
  readonly peer: string;
  readonly against: string;
  readonly most: number;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, help: { type: 'boolean', default: false } },
});
const ROUND = { warmUpMs: 2_000, measureMs: 2_000 };

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const bounds = JSON.parse(readFileSync('bench/bounds.json', 'utf8')) as Bound[];
  const costs = await measureAll(bounds);
  const cost = (workload: string, peer: string): number => median(costs.get(key(workload, peer)) ?? []);
  console.log('| workload | server | against | CPU ratio | at most | |\n|---|---|---|--:|--:|---|');
  for (const { workload, peer, against, most } of bounds) {
    const ratio = cost(workload, peer) / cost(workload, against);
    const holds = ratio <= most;
    if (!holds) process.exitCode = 1;
    const cells = [workload, peer, against, ratio.toFixed(2), String(most), holds ? 'holds' : 'PASSED'];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function measureAll(bounds: readonly Bound[]): Promise<Map<string, number[]>> {
  const costs = new Map<string, number[]>();
  for (const { workload, peer, against } of bounds) {
    costs.set(key(workload, peer), []);
    costs.set(key(workload, against), []);
  }
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, measured] of costs) {
      const [workload, peer] = name.split(': ') as [string, string];
      const { cpuUsPerRequest } = await measure(existingPeer(peer), workloadOf(workload), ROUND);
      measured.push(cpuUsPerRequest);
      process.stderr.write(`round ${String(round)}, ${name}: ${cpuUsPerRequest.toFixed(1)} µs\n`);
    }
  }
  return costs;
}

function key(workload: string, peer: string): string {
  return `${workload}: ${peer}`;
}

function workloadOf(name: string): Workload {
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (workload === undefined) throw new Error(`bench/bounds.json: no workload ${name}`);
  return workload;
}

await main();
