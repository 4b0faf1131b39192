import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { median } from '../median.js';
import { existingPeer } from '../peers.js';
import { ServerProcess } from '../server-process.js';
import { requestBytes } from '../workloads.js';

const TASKS = 10_000;
const LISTS = 20;
const STORES = ['Tasks, memory store', 'Tasks, embedded store'];

/** Latency of `check` while another connection lists 10,000 tasks: how long a list blocks the event loop. */
export async function measureBlocking(): Promise<string[]> {
  const lines = [`| store | all of 10,000: ms, median | check meanwhile: ms, median | longest |\n|---|--:|--:|--:|`];
  for (const name of STORES) {
    const server = await ServerProcess.start(existingPeer(name), TASKS);
    try {
      const lister = await Caller.connect(server.port);
      for (let i = 0; i < TASKS; i++) await lister.call('add');
      const checker = await Caller.connect(server.port);
      const checks: number[] = [];
      const listed = new AbortController();
      const checked = (async () => {
        while (!listed.signal.aborted) checks.push(await checker.call('check'));
      })();
      const lists: number[] = [];
      for (let i = 0; i < LISTS; i++) lists.push(await lister.call('all'));
      listed.abort();
      await checked;
      const cells = [median(lists), median(checks), Math.max(...checks)].map((ms) => ms.toFixed(1));
      lines.push(`| ${name} | ${cells.join(' | ')} |`);
      process.stderr.write(`${lines.at(-1) ?? ''}\n`);
    } finally {
      await server.stop();
    }
  }
  return lines;
}

/** Makes calls one by one on its own connection. They are framed, so that the end of a reply is known. */
class Caller {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async connect(port: number): Promise<Caller> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Caller(socket);
  }

  /** Resolves to the ms until the last byte of the reply. */
  async call(method: 'check' | 'add' | 'all'): Promise<number> {
    const startedAtMs = performance.now();
    this.#socket.write(requestBytes('framed', method));
    let [replyBytes, received] = [Infinity, 0];
    while (received < replyBytes) {
      const [chunk] = (await once(this.#socket, 'data')) as [Buffer];
      if (replyBytes === Infinity) replyBytes = 4 + chunk.readInt32BE(0);
      received += chunk.length;
    }
    return performance.now() - startedAtMs;
  }
}
