import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { RawPeer } from '@tasks/testing/raw-peer';
import { dialects, type Dialect } from '../../support/thrift-dialects.js';
import { ServerProcess } from './server-process.js';

jest.setTimeout(120_000);

const KIB = 1_024;
const MIB = 1_048_576;
const [binary] = dialects as [Dialect];
const nonsense: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  Buffer.from('80010001000000046563686f000000010b00017fffffff', 'hex'),
  binary.call('echo', { text: 'half' }).subarray(0, -2),
  binary.call('echo', { text: 'whole' }),
  randomBytes(512),
];

let server: ServerProcess;
afterEach(() => server.stop());

/** Opens `count` connections, a hundred at a time, from addresses that leave ports for the others. */
async function open(count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const localAddress = `127.0.1.${String(1 + (Math.floor(sockets.length / 1_000) % 200))}`;
    const batch = Array.from({ length: 100 }, () => connect({ port: server.port, host: '127.0.0.1', localAddress }));
    await Promise.all(batch.map((socket) => once(socket, 'connect')));
    for (const socket of batch) socket.on('error', () => undefined);
    sockets.push(...batch);
  }
  return sockets;
}

async function expectGoodCall(): Promise<void> {
  const peer = await RawPeer.connect({ port: server.port, host: '127.0.0.1' });
  await peer.write(binary.call('echo', { text: 'alive' }));
  expect(await binary.reply(peer)).toMatchObject({ result: { success: 'alive' } });
  peer.destroy();
  await peer.closed;
}

describe('10,000 connections', () => {
  it('opened, sent garbage and closed or reset: a second round leaves no more memory', async () => {
    // By default V8 lets the young generation grow over several rounds of load, with nothing alive in it.
    server = await ServerProcess.start('--max-semi-space-size=2');
    const rounds: number[] = [];
    for (let round = 0; round < 2; round++) {
      for (let wave = 0; wave < 10; wave++) {
        const sockets = await open(1_000);
        for (const [n, socket] of sockets.entries()) {
          socket.write(nonsense[n % nonsense.length] as Buffer);
          if (n % 2 === 0) socket.resetAndDestroy();
          else socket.destroy();
        }
        await server.untilConnections(0);
      }
      await expectGoodCall();
      rounds.push((await server.untilConnections(0)).rssBytes);
    }
    const [first, second] = rounds as [number, number];
    console.info(`RSS after a round ${String(first / MIB)} MiB, after the second ${String(second / MIB)} MiB`);
    expect(second - first).toBeLessThanOrEqual(10_000_000);
  });

  it('idle: each costs at most 10 KiB, and calls are answered', async () => {
    server = await ServerProcess.start();
    await expectGoodCall();
    const before = (await server.untilConnections(0)).rssBytes;
    const sockets = await open(10_000);
    const { rssBytes } = await server.untilConnections(10_000);
    await expectGoodCall();
    const each = (rssBytes - before) / 10_000;
    console.info(`${String(each / KIB)} KiB for each idle connection`);
    expect(each).toBeLessThanOrEqual(10 * KIB);
    for (const socket of sockets) socket.resetAndDestroy();
    await server.untilConnections(0);
  });
});

describe('300 replies of 1 MiB', () => {
  it('that are never read take at most 80 MiB', async () => {
    server = await ServerProcess.start();
    await expectGoodCall();
    const before = (await server.untilConnections(0)).rssBytes;
    const peer = await RawPeer.connect({ port: server.port, host: '127.0.0.1' });
    peer.stopReading();
    const call = binary.call('large', { bytes: MIB });
    await peer.write(Buffer.concat(Array.from({ length: 300 }, () => call)));
    let peak = 0;
    for (let look = 0; look < 50; look++) peak = Math.max(peak, (await server.state()).rssBytes);
    console.info(`unread replies took ${String((peak - before) / MIB)} MiB`);
    expect(peak - before).toBeLessThanOrEqual(80 * MIB);
    peer.reset();
    await server.untilConnections(0);
    await expectGoodCall();
  });
});
