/** `npm run bench -- store`: the embedded store beside the memory store, and beside an earlier version of the service. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Measurement } from './measure.js';
import { median } from './median.js';
import { existingPeer, servicePeer, type Peer } from './peers.js';
import { ServerProcess } from './server-process.js';
import { thriftRequest, workloadNamed } from './workloads.js';

const HELP = `npm run bench -- store [--before FOLDER] [--rounds N] [--only TEXTS]

Prints what a call costs on the embedded store, how long the service takes to start, and its
memory with 100,000 tasks; beside the memory store, and an echo that appends and syncs.

--before FOLDER  a built checkout of an earlier version, measured as well
--rounds N       rounds, interleaved; the median counts (default 3)
--only TEXTS     only rows whose name contains one of these texts, separated by commas
`;

/** Pipelined calls that wait for a busy store would be rejected, and rejections measured. */
const LIMITS = { THRIFT_MAX_WAIT_MS: '1000' };
const MEMORY = servicePeer('memory store', { STORE: 'memory', ...LIMITS });
const EMBEDDED = servicePeer('embedded store', { STORE: 'embedded', ...LIMITS });
const ECHO = existingPeer('raw node echo, synced');

const ROUND = { warmUpMs: 1_200, measureMs: 2_000 };
/** Calls that change something take a thread of its own, whose code has to be compiled as well. */
const WARM_UP_ADDS = 8_000;
const STORED_TASKS = 100_000;
const USERS = 100;
const FILL_IN_FLIGHT = 500;

const CALLS = ['add 1x1', 'add 64x1', 'add 32x16', 'all of 100, 8x1', 'all of 10,000, 2x1', 'get 32x1'];

type Column = 'CPU µs' | 'calls/s' | 'p50 ms' | 'p99 ms' | 'ms' | 'MiB';
type Values = Partial<Record<Column, number>>;

/** Figures by name of the row, peer and column: one of each round. */
const figures = new Map<string, Map<string, Values[]>>();

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const peers = [MEMORY, EMBEDDED, ...(values.before === undefined ? [] : [earlier(values.before)])];
  const rows = rowsOf(peers).filter(({ name }) => values.only.split(',').some((text) => name.includes(text)));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, peer, run } of rows) {
      const found = await run();
      process.stderr.write(`${name}: ${peer.name} ${JSON.stringify(found)}\n`);
      const ofRow = figures.get(name) ?? new Map<string, Values[]>();
      figures.set(name, ofRow.set(peer.name, [...(ofRow.get(peer.name) ?? []), found]));
    }
  }
  process.stdout.write(render());
}

function earlier(folder: string): Peer {
  return {
    ...EMBEDDED,
    name: 'embedded store, before',
    command: [process.execPath, join(resolve(folder), 'dist', 'main.js')],
  };
}

interface Row {
  readonly name: string;
  readonly peer: Peer;
  readonly run: () => Promise<Values>;
}

function rowsOf(peers: readonly Peer[]): Row[] {
  const calls = CALLS.map(workloadNamed).flatMap((workload) =>
    [...peers, ...(workload.name === 'add 1x1' ? [ECHO] : [])].map((peer) => ({
      name: workload.name,
      peer,
      run: async () => {
        const warmUpRequests = workload.method === 'add' ? WARM_UP_ADDS : 0;
        return ofCall(await measure(peer, workload, { ...ROUND, warmUpRequests }));
      },
    })),
  );
  const whole = peers.flatMap((peer) => [
    { name: 'start to ready', peer, run: () => timeStart(peer) },
    { name: `resident with ${STORED_TASKS.toLocaleString('en')} tasks`, peer, run: () => measureMemory(peer) },
  ]);
  return [...calls, ...whole];
}

function ofCall({ cpuUsPerRequest, requestsPerSecond, rejectedPerSecond, p50Us, p99Us }: Measurement): Values {
  if (rejectedPerSecond > 0) throw new Error('Calls were rejected');
  return { 'CPU µs': cpuUsPerRequest, 'calls/s': requestsPerSecond, 'p50 ms': p50Us / 1_000, 'p99 ms': p99Us / 1_000 };
}

async function timeStart(peer: Peer): Promise<Values> {
  const startedAtMs = performance.now();
  const server = await ServerProcess.start(peer, 0);
  const ms = performance.now() - startedAtMs;
  await server.stop();
  return { ms };
}

async function measureMemory(peer: Peer): Promise<Values> {
  const server = await ServerProcess.start(peer, 0);
  try {
    for (let user = 0; user < USERS; user++) await fill(server.port, `user ${String(user)}`, STORED_TASKS / USERS);
    return { MiB: server.rssMib() };
  } finally {
    await server.stop();
  }
}

/** Adds tasks of a user, some at a time. */
async function fill(port: number, userId: string, count: number): Promise<void> {
  const request = thriftRequest('add', { userId, name: 'buy milk and bread' });
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(request);
  // All replies are as long as the first one.
  const [{ length }] = (await once(socket, 'data')) as [Buffer];
  for (let added = 1; added < count;) {
    const atOnce = Math.min(FILL_IN_FLIGHT, count - added);
    socket.write(Buffer.concat(new Array<Buffer>(atOnce).fill(request)));
    for (let read = 0; read < length * atOnce;) read += ((await once(socket, 'data')) as [Buffer])[0].length;
    added += atOnce;
  }
  socket.destroy();
}

function render(): string {
  const tables = [...figures].map(([name, byPeer]) => {
    const columns = Object.keys([...byPeer.values()][0]?.[0] ?? {}) as Column[];
    const lines = [...byPeer].map(([peer, rounds]) => {
      const cells = columns.map((column) => median(rounds.map((found) => found[column] ?? NaN)).toPrecision(3));
      return `| ${[peer, ...cells.map((cell) => Number(cell).toLocaleString('en'))].join(' | ')} |`;
    });
    return [`\n| ${[name, ...columns].join(' | ')} |`, `|---|${'--:|'.repeat(columns.length)}`, ...lines].join('\n');
  });
  return `${tables.join('\n')}\n`;
}

await main();
