/** `npm run bench -- run`: this transport and service beside their peers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { selectPeers } from './peers.js';
import { machine, renderResults } from './report.js';
import { measureRounds, row } from './rounds.js';
import { WORKLOADS } from './workloads.js';

const HELP = `npm run bench -- run [--rounds N] [--peer TEXT] [--workload TEXT]

Writes bench/RESULTS.md. A run with --peer or --workload is partial and writes to
.cache/bench/partial instead.

--rounds N       rounds of each peer and workload, interleaved; the median counts (default 3)
--peer TEXT      only peers whose name contains TEXT
--workload TEXT  only workloads whose name contains TEXT
`;
const ROUND = { warmUpMs: 1_200, measureMs: 2_200 };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    peer: { type: 'string', default: '' },
    workload: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const peers = selectPeers().filter(({ name }) => name.includes(values.peer));
  const rows = WORKLOADS.filter(({ name }) => name.includes(values.workload)).flatMap((workload) =>
    peers
      .filter((peer) => (peer.workloads ?? [workload.name]).includes(workload.name))
      .filter((peer) => (workload.peers ?? [peer.name]).includes(peer.name))
      .map((peer) => row(peer, workload)),
  );
  await measureRounds(rows, Number(values.rounds), ROUND);
  const date = new Date().toISOString().slice(0, 10);
  const text = renderResults({ args: process.argv.slice(2).join(' '), date, machine: machine(), rows });
  const isPartial = values.peer !== '' || values.workload !== '';
  const file = join(isPartial ? '.cache/bench/partial' : 'bench', 'RESULTS.md');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(text);
  process.stderr.write(`wrote ${file}\n`);
}

await main();
