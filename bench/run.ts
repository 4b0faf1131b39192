/** `npm run bench`: our servers and their peers side by side, into one table. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startMongo, type TestMongo } from '@tasks/testing/mongo';
import { measure, type Measurement } from './measure.js';
import { selectPeers, type Peer } from './peers.js';
import { renderResults } from './report.js';
import type { Row } from './row.js';
import { WORKLOADS, type Workload } from './workloads.js';

const HELP = `npm run bench [-- --quick] [--rounds N] [--peer TEXT] [--workload TEXT] [--no-write]

--quick          three workloads, short rounds, under 2 minutes; writes nothing
--rounds N       rounds of each peer and workload, interleaved; the median counts (default 3)
--peer TEXT      only peers whose name contains TEXT
--workload TEXT  only workloads whose name contains TEXT
--note TEXT      a line that goes above the tables
--no-write       print the table, but leave bench/RESULTS.md as it is

Over MongoDB the service is measured with the one of MONGODB_URI, else with that of the tests.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    peer: { type: 'string', default: '' },
    workload: { type: 'string', default: '' },
    note: { type: 'string', default: '' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const mongo = values.quick ? undefined : await mongoOfTests();
  try {
    await compare(mongo?.product);
  } finally {
    await mongo?.stop();
  }
}

/** The MongoDB of the tests for `selectPeers`; undefined where there is none to be had. */
async function mongoOfTests(): Promise<TestMongo | undefined> {
  const mongo = await startMongo().catch((error: unknown) => {
    process.stderr.write(`No MongoDB: ${String(error)}\n`);
    return undefined;
  });
  if (mongo !== undefined) process.env['MONGODB_URI'] = mongo.uri;
  return mongo;
}

async function compare(mongoProduct: string | undefined): Promise<void> {
  const { peers, missing } = selectPeers();
  for (const reason of missing) process.stderr.write(`left out: ${reason}\n`);
  const workloads = WORKLOADS.filter(
    ({ name, thorough }) => name.includes(values.workload) && !(values.quick && thorough),
  );
  const chosen = peers.filter(({ name, thorough }) => name.includes(values.peer) && !(values.quick && thorough));
  const rows = await measureAll(chosen, workloads);
  const text = renderResults(
    rows,
    missing,
    values.quick ? '--quick' : '',
    values.note || (mongoProduct ? `MongoDB is ${mongoProduct}.` : ''),
  );
  process.stdout.write(text);
  const partial = values.quick || values['no-write'] || values.peer !== '' || values.workload !== '';
  if (!partial) writeFileSync('bench/RESULTS.md', text);
}

/** Rounds are the outermost loop, so that a machine whose speed drifts treats all peers alike. */
async function measureAll(peers: readonly Peer[], workloads: readonly Workload[]): Promise<Row[]> {
  const rounds = values.quick ? 1 : Number(values.rounds);
  const options = values.quick ? { warmUpMs: 700, measureMs: 1_000 } : { warmUpMs: 1_200, measureMs: 2_200 };
  const rows = workloads.flatMap((workload) =>
    peers
      .filter(({ methods = [workload.method] }) => methods.includes(workload.method))
      .filter(({ variant }) => !(variant && workload.thorough))
      .map((peer): Row & { readonly peer: Peer; readonly workload: Workload } => ({
        peer,
        workload,
        measurements: [],
      })),
  );
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { peer, workload, measurements } of rows) {
      done++;
      const result = await measureOrReport(peer, workload, options);
      if (result !== undefined) measurements.push(result);
      const figure = result === undefined ? 'failed' : `${Math.round(result.requestsPerSecond).toLocaleString('en')}/s`;
      process.stderr.write(
        `[${String(done)}/${String(rows.length * rounds)}] ${workload.name}: ${peer.name} ${figure}\n`,
      );
    }
  }
  return rows;
}

async function measureOrReport(
  peer: Peer,
  workload: Workload,
  options: { warmUpMs: number; measureMs: number },
): Promise<Measurement | undefined> {
  try {
    return await measure(peer, workload, options);
  } catch (error) {
    process.stderr.write(`${peer.name}, ${workload.name}: ${String(error)}\n`);
    return undefined;
  }
}

await main();
