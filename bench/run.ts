/** `npm run bench -- run`: this transport and service beside their peers, as tables and charts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMongo, type TestMongo } from '@tasks/testing/mongo';
import { drawCharts } from './charts.js';
import { selectPeers, type Peer } from './peers.js';
import { machine, renderResults, type Results } from './report.js';
import { measureRounds, row, type Figures } from './rounds.js';
import { STEADY_PEERS, measureSteadyLoads, type SteadyLoad } from './steady.js';
import { WORKLOADS } from './workloads.js';

const PARTIAL_FOLDER = join('.cache', 'bench', 'partial');
const LAST_RESULTS = 'results.json';

const HELP = `npm run bench -- run [--quick] [--rounds N] [--part NAME] [--peer TEXT] [--workload TEXT] [--redraw]

Writes bench/RESULTS.md and the charts in docs/images. A run with --quick, --part, --peer or
--workload is partial: it writes to ${PARTIAL_FOLDER} instead.

--quick          three workloads, one short round each, about 4 minutes
--rounds N       rounds of each peer and workload, interleaved; the median counts (default 3)
--part NAME      only "capacity" (as many requests as possible) or "steady" (latency at a steady rate)
--peer TEXT      only peers whose name contains TEXT
--workload TEXT  only workloads whose name contains TEXT
--note TEXT      a line above the tables
--redraw         write the tables and charts of the last whole run again, without measuring

Over MongoDB the service uses that of MONGODB_URI, else that of the tests.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    part: { type: 'string', default: '' },
    peer: { type: 'string', default: '' },
    workload: { type: 'string', default: '' },
    note: { type: 'string', default: '' },
    redraw: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const isPartial = values.quick || values.part !== '' || values.peer !== '' || values.workload !== '';
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.redraw) {
    write(JSON.parse(readFileSync(join('.cache', 'bench', LAST_RESULTS), 'utf8')) as Results);
    return;
  }
  const startedAtMs = performance.now();
  const needsMongo = !values.quick && values.part !== 'steady' && 'Tasks, MongoDB'.includes(values.peer);
  const mongo = needsMongo ? await mongoOfTests() : undefined;
  try {
    const results = await measureAll(mongo?.product);
    const folder = isPartial ? PARTIAL_FOLDER : join('.cache', 'bench');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, LAST_RESULTS), JSON.stringify(results));
    write(results);
  } finally {
    await mongo?.stop();
  }
  process.stderr.write(`took ${((performance.now() - startedAtMs) / 60_000).toFixed(1)} min\n`);
}

function write(results: Results): void {
  const text = renderResults(results);
  process.stdout.write(text);
  const charts = isPartial ? PARTIAL_FOLDER : join('docs', 'images');
  const file = join(isPartial ? PARTIAL_FOLDER : 'bench', 'RESULTS.md');
  writeFileSync(file, text);
  const drawn = drawCharts(results).map(({ name, svg }) => {
    writeFileSync(join(charts, name), svg);
    return name;
  });
  process.stderr.write(`wrote ${file}, and in ${charts}: ${drawn.join(', ')}\n`);
}

/** The MongoDB of the tests, published as MONGODB_URI; undefined where there is none. */
async function mongoOfTests(): Promise<TestMongo | undefined> {
  const mongo = await startMongo().catch((error: unknown) => {
    process.stderr.write(`No MongoDB: ${String(error)}\n`);
    return undefined;
  });
  if (mongo !== undefined) process.env['MONGODB_URI'] = mongo.uri;
  return mongo;
}

async function measureAll(mongoProduct: string | undefined): Promise<Results> {
  const { peers, missing } = selectPeers();
  for (const reason of missing) process.stderr.write(`left out: ${reason}\n`);
  const chosen = peers.filter(({ name, thorough }) => name.includes(values.peer) && !(values.quick && thorough));
  const rows = values.part === 'steady' ? [] : await measureCapacity(chosen);
  const steady = values.part === 'capacity' ? [] : await measureSteady(chosen);
  const notes = [values.note, ...missing.map((reason) => `Left out: ${reason}.`)];
  if (mongoProduct !== undefined) notes.push(`MongoDB is ${mongoProduct}.`);
  return {
    args: process.argv.slice(2).join(' '),
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    notes: notes.filter((note) => note !== ''),
    rows,
    steady,
  };
}

async function measureCapacity(peers: readonly Peer[]): Promise<Figures[]> {
  const workloads = WORKLOADS.filter(
    ({ name, thorough }) => name.includes(values.workload) && !(values.quick && thorough),
  );
  const rows = workloads.flatMap((workload) =>
    peers
      .filter((peer) => (peer.workloads ?? [workload.name]).includes(workload.name))
      .filter((peer) => (workload.peers ?? [peer.name]).includes(peer.name))
      .map((peer) => row(peer, workload)),
  );
  const options = values.quick ? { warmUpMs: 700, measureMs: 1_000 } : { warmUpMs: 1_200, measureMs: 2_200 };
  await measureRounds(rows, rounds, options);
  return rows.map(({ peer, workload, measurements }) => ({
    peer: { name: peer.name, kind: peer.kind },
    workload: { name: workload.name },
    measurements,
  }));
}

function measureSteady(peers: readonly Peer[]): Promise<SteadyLoad[]> {
  const chosen = peers.filter(({ name }) => STEADY_PEERS.includes(name));
  return measureSteadyLoads(chosen, rounds, values.quick ? 2 : 5);
}

await main();
