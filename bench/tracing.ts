/** `npm run bench -- tracing`: CPU a call of Tasks without traces, with one in a hundred, and with all of them. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { addTask } from './measure.js';
import { median } from './median.js';
import { servicePeer, type Peer } from './peers.js';
import { ServerProcess } from './server-process.js';
import { requestBytes } from './workloads.js';

const HELP = `npm run bench -- tracing [--rounds N] [--node PATH]...

Server CPU a call of Tasks with the memory store, in µs, and what traces add to it. The processes of a round run side
by side and get batches of calls one after the other, so that a machine whose speed drifts treats them alike: a round's
figure is the median of the differences of its batches, and the last one the median of the rounds. Spans go to a
collector in this process.

--rounds N     rounds of new processes (default 5)
--node PATH    a further Node to measure, of another release
`;

/** Sampled shares of the calls; undefined: no traces. */
const SHARES = [undefined, 0.01, 1];
const BATCHES = 40;
const CALLS_A_BATCH = 4_000;
/** Until the code is compiled. */
const WARM_UP_CALLS = 60_000;
const CONNECTIONS = 32;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
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

/** A server with open connections. */
class CalledServer {
  readonly #server: ServerProcess;
  readonly #sockets: readonly Socket[];
  readonly #request: Buffer;
  readonly #replySize: number;

  private constructor(server: ServerProcess, sockets: readonly Socket[], request: Buffer, replySize: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.#request = request;
    this.#replySize = replySize;
  }

  static async start(peer: Peer): Promise<CalledServer> {
    const server = await ServerProcess.start(peer, 0);
    const request = requestBytes('binary', 'get', await addTask(server.port));
    const sockets = Array.from({ length: CONNECTIONS }, () => connect({ host: '127.0.0.1', port: server.port }));
    const [first] = sockets as [Socket];
    first.write(request);
    const [reply] = (await once(first, 'data')) as [Buffer];
    return new CalledServer(server, sockets, request, reply.length);
  }

  /** Calls it, each connection one call at a time. @returns Its CPU a call, in µs. */
  async call(calls: number): Promise<number> {
    const before = this.#server.cpuUs();
    const each = Math.ceil(calls / CONNECTIONS);
    await Promise.all(this.#sockets.map((socket) => this.#callBy(socket, each)));
    return (this.#server.cpuUs() - before) / (each * CONNECTIONS);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#server.stop();
  }

  #callBy(socket: Socket, calls: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const onClose = (): void => {
        reject(new Error('the server closed a connection'));
      };
      let missing = calls * this.#replySize;
      let sent = 1;
      const onData = (chunk: Buffer): void => {
        missing -= chunk.length;
        if (missing <= 0) {
          socket.off('data', onData).off('close', onClose);
          resolve();
        } else if (missing % this.#replySize === 0 && sent < calls) {
          sent++;
          socket.write(this.#request);
        }
      };
      socket.on('data', onData).once('close', onClose).write(this.#request);
    });
  }
}

/** What each peer adds to the first one's CPU a call in one round, in µs, and that one's. */
async function measureRound(peers: readonly Peer[]): Promise<{ baseUs: number; addedUs: readonly number[] }> {
  const servers: CalledServer[] = [];
  try {
    for (const peer of peers) servers.push(await CalledServer.start(peer));
    for (const server of servers) await server.call(WARM_UP_CALLS);
    const batches: number[][] = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      const costsUs: number[] = [];
      for (const server of servers) costsUs.push(await server.call(CALLS_A_BATCH));
      batches.push(costsUs);
    }
    const baseOf = ([base]: readonly number[]): number => base ?? NaN;
    const addedUs = peers.map((_, n) => median(batches.map((costsUs) => (costsUs[n] ?? NaN) - baseOf(costsUs))));
    return { baseUs: median(batches.map(baseOf)), addedUs };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const collector = await startCollector();
  try {
    const { port } = collector.address() as AddressInfo;
    console.log('| Tasks, memory store, get 32x1 | CPU µs a call | added µs | least to most |\n|---|--:|--:|--:|');
    for (const node of [process.execPath, ...values.node]) {
      const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
      const peers = SHARES.map((share) => tracedPeer(node, version, share, port));
      const rounds = [];
      for (let round = 1; round <= Number(values.rounds); round++) {
        rounds.push(await measureRound(peers));
        process.stderr.write(`Node ${version}: round ${String(round)} of ${values.rounds}\n`);
      }
      const baseUs = median(rounds.map((round) => round.baseUs));
      for (const [n, { name }] of peers.entries()) {
        const addedUs = rounds.map((round) => round.addedUs[n] ?? NaN);
        const range = `${Math.min(...addedUs).toFixed(1)} to ${Math.max(...addedUs).toFixed(1)}`;
        const added = median(addedUs);
        console.log(`| ${[name, (baseUs + added).toFixed(1), added.toFixed(1), range].join(' | ')} |`);
      }
    }
  } finally {
    collector.close();
    collector.closeAllConnections();
  }
}

await main();
