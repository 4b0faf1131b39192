import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '../server-process.js';
import { existingPeer } from '../peers.js';
import { requestBytes } from '../workloads.js';

const COUNTS = [1, 10, 100, 1_000, 5_000, 10_000];
const AT_A_TIME = 100;
const SETTLE_MS = 2_000;

/** Memory per idle connection of the whole service; each connection has made one call. */
export async function measureConnections(): Promise<string[]> {
  const server = await ServerProcess.start(existingPeer('Tasks, memory store'), 1);
  const sockets: Socket[] = [];
  try {
    // The first connections allocate what later ones share. They are closed again, since the limit is 10,000.
    await open(server.port, 100, sockets);
    for (const socket of sockets.splice(0)) socket.destroy();
    await delay(SETTLE_MS);
    const emptyMib = server.rssMib();
    const lines = [`| idle connections | RSS MiB | KiB each |\n|--:|--:|--:|\n| 0 | ${emptyMib.toFixed(1)} | - |`];
    for (const count of COUNTS) {
      await open(server.port, count - sockets.length, sockets);
      await delay(SETTLE_MS);
      const rssMib = server.rssMib();
      const each = ((rssMib - emptyMib) * 1_024) / count;
      lines.push(`| ${count.toLocaleString('en')} | ${rssMib.toFixed(1)} | ${count < 1_000 ? '-' : each.toFixed(1)} |`);
      process.stderr.write(`${lines.at(-1) ?? ''}\n`);
    }
    return lines;
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  }
}

async function open(port: number, count: number, sockets: Socket[]): Promise<void> {
  const call = requestBytes('binary', 'check');
  for (let left = count; left > 0; left -= AT_A_TIME) {
    const batch = Array.from({ length: Math.min(left, AT_A_TIME) }, async () => {
      const socket = connect({ port, host: '127.0.0.1' });
      await once(socket, 'connect');
      socket.write(call);
      await once(socket, 'data');
      sockets.push(socket);
    });
    await Promise.all(batch);
  }
}
