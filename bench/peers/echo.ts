/**
 * The lower bound of a call's cost: a TCP server that sends back the bytes it receives. With BENCH_SYNCED it has them on
 * the disk first, as a durable store.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { ready } from './answers.js';

const isSynced = process.env['BENCH_SYNCED'] === '1';
const file = isSynced ? await open(join(process.env['DATA_DIR'] ?? '', 'echo'), 'a') : undefined;

async function echoSynced(socket: Socket, chunk: Buffer, to: FileHandle): Promise<void> {
  await to.appendFile(chunk);
  await to.datasync();
  socket.write(chunk);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => {
    if (file === undefined) socket.write(chunk);
    else void echoSynced(socket, chunk, file);
  });
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', () => {
  ready((server.address() as AddressInfo).port);
});
