import { once } from 'node:events';
import { connect } from 'node:net';
import { existingPeer } from '../peers.js';
import { ServerProcess } from '../server-process.js';
import { requestBytes } from '../workloads.js';

const CONNECTIONS = 8;
const PIPELINED = 16;
const REPORTS = 20;

/** Memory of the whole service over `totalCalls` calls at full rate: `check`, and `all` of a user without tasks. */
export async function measureCalls(totalCalls: number): Promise<string[]> {
  const server = await ServerProcess.start(existingPeer('Tasks, memory store'), 1);
  const lines = ['| million calls | RSS MiB | calls/s since the last line |\n|--:|--:|--:|'];
  const perReport = totalCalls / REPORTS;
  let [done, nextReport, lastMs] = [0, perReport, performance.now()];
  const answered = (count: number): void => {
    done += count;
    if (done < nextReport) return;
    const rate = Math.round((perReport * 1_000) / (performance.now() - lastMs)).toLocaleString('en');
    lines.push(`| ${(nextReport / 1e6).toFixed(1)} | ${server.rssMib().toFixed(1)} | ${rate} |`);
    process.stderr.write(`${lines.at(-1) ?? ''}\n`);
    nextReport += perReport;
    lastMs = performance.now();
  };
  try {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, i) =>
        drive(server.port, i % 2 === 0 ? 'check' : 'all', answered, () => done >= totalCalls),
      ),
    );
    return lines;
  } finally {
    await server.stop();
  }
}

async function drive(
  port: number,
  method: 'check' | 'all',
  answered: (count: number) => void,
  isDone: () => boolean,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  const request = requestBytes('binary', method);
  await once(socket, 'connect');
  socket.write(request);
  const [first] = (await once(socket, 'data')) as [Buffer];
  const batches = Array.from({ length: PIPELINED + 1 }, (_, n) =>
    Buffer.concat(Array.from({ length: n }, () => request)),
  );
  let unread = 0;
  socket.on('data', (chunk: Buffer) => {
    unread += chunk.length;
    const replies = Math.floor(unread / first.length);
    unread -= replies * first.length;
    answered(replies);
    if (isDone()) socket.destroy();
    else socket.write(batches[replies] as Buffer);
  });
  socket.write(batches[PIPELINED] as Buffer);
  await once(socket, 'close');
  if (!isDone()) throw new Error('the server closed the connection');
}
