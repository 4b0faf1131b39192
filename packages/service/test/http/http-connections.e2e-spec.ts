import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RawPeer } from '@tasks/testing/raw-peer';
import { HttpConnections } from '../../src/http/http-connections.js';
import { networkOf } from '../../src/http/network-of.js';

const MAX = 6;
const [ATTACKER, OTHER, THIRD, PROXY] = ['127.0.0.9', '127.0.0.2', '127.0.0.3', '127.0.0.8'];

const HALF_SENT = 'GET / HTTP/1.1\r\nhost: ';
const WHOLE = 'GET / HTTP/1.1\r\nhost: tasks\r\n\r\n';
/** Is answered by `release` only. */
const RUNNING = 'GET /running HTTP/1.1\r\nhost: tasks\r\n\r\n';

let server: Server;
let running: ServerResponse[];
let peers: RawPeer[];

beforeEach(async () => {
  [running, peers] = [[], []];
  const connections = new HttpConnections({
    maxConnections: MAX,
    halfSentMs: 0,
    networkOf: (address) => (address === PROXY ? undefined : networkOf(address)),
  });
  server = connections.createServer({}, ({ url }, response) => {
    if (url === '/running') running.push(response);
    else response.end('OK');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** Opens a connection from a local address, and sends a text on it. */
async function open(localAddress: string | undefined, text: string): Promise<RawPeer> {
  const { port } = server.address() as AddressInfo;
  const peer = await RawPeer.connect({ port, host: '127.0.0.1', ...(localAddress !== undefined && { localAddress }) });
  peers.push(peer);
  await peer.write(Buffer.from(text));
  return peer;
}

/** Opens a connection whose request is answered or running before the next step. */
async function openServed(localAddress: string | undefined, text: string): Promise<RawPeer> {
  const before = running.length;
  const peer = await open(localAddress, text);
  if (text.includes('/running')) while (running.length === before) await new Promise(setImmediate);
  else await answered(peer);
  return peer;
}

async function answered(peer: RawPeer): Promise<void> {
  await peer.until(() => peer.received.includes('\r\n\r\nOK'), 'an answer');
}

/** Resolves when the server has closed the connection, with FIN or RST. */
async function gone(peer: RawPeer | undefined): Promise<void> {
  await Promise.race([peer?.ended, peer?.closed]);
}

async function times<Value>(count: number, make: () => Promise<Value>): Promise<Value[]> {
  const made: Value[] = [];
  for (let n = 0; n < count; n++) made.push(await make());
  return made;
}

describe('When connections run short', () => {
  it('half-sent requests of one network keep no other network out', async () => {
    const kept = await openServed(THIRD, WHOLE);
    for (let round = 0; round < 10; round++) {
      await times(MAX, () => open(ATTACKER, HALF_SENT));
      await answered(await open(OTHER, WHOLE.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')));
    }
    kept.received = Buffer.alloc(0);
    await kept.write(Buffer.from(WHOLE));
    await answered(kept);
  });

  it('a half-sent request gives way to a client of the same network', async () => {
    const [first] = await times(MAX, () => open(ATTACKER, HALF_SENT));
    await answered(await open(ATTACKER, WHOLE));
    await gone(first);
  });

  it('half-sent ones go before idle ones, idle ones before those in a request', async () => {
    const busy = await openServed(ATTACKER, RUNNING);
    const idle = await openServed(ATTACKER, WHOLE);
    const half = await times(MAX - 2, () => open(ATTACKER, HALF_SENT));
    const others: RawPeer[] = [];
    // Two networks have three connections each.
    for (const oldest of half.slice(0, 3)) {
      others.push(await openServed(OTHER, WHOLE));
      await gone(oldest);
    }
    // Three have two each.
    for (const oldest of [half[3], others[0]]) {
      await openServed(THIRD, WHOLE);
      await gone(oldest);
    }
    expect(idle.socket.readableEnded).toBe(false);
    running[0]?.end('OK');
    await answered(busy);
  });

  it('a request whose body is incomplete gives way to a client of the same network', async () => {
    const [first] = await times(MAX, () =>
      openServed(ATTACKER, `${RUNNING.replace('GET', 'POST').trimEnd()}\r\ncontent-length: 9\r\n\r\n{`),
    );
    await answered(await open(ATTACKER, WHOLE));
    await gone(first);
  });

  it('requests in progress give way to a network within its share, the oldest first', async () => {
    const [oldest, next] = await times(MAX, () => openServed(ATTACKER, RUNNING));
    await gone(await open(ATTACKER, WHOLE));
    await answered(await open(OTHER, WHOLE));
    await gone(oldest);
    running[1]?.end('OK');
    await answered(next as RawPeer);
  });

  it('connections of a proxy that is trusted have no share', async () => {
    const [first] = await times(MAX - 2, () => openServed(PROXY, RUNNING));
    const [slow] = await times(2, () => openServed(ATTACKER, RUNNING));
    await answered(await open(PROXY, WHOLE));
    await gone(slow);
    await times(3, () => open(ATTACKER, HALF_SENT));
    running[0]?.end('OK');
    await answered(first as RawPeer);
  });
});

describe('A server that is closed', () => {
  it('waits for no connection on which nothing has arrived', async () => {
    const spare = await open(OTHER, '');
    await openServed(THIRD, WHOLE);
    const closed = once(server, 'close');
    server.close();
    await Promise.all([closed, gone(spare)]);
  });

  it('waits for a request that is running, and for one that is half-sent', async () => {
    const busy = await openServed(OTHER, RUNNING);
    const late = await open(THIRD, HALF_SENT);
    await open(OTHER, '');
    const closed = once(server, 'close');
    server.close();
    for (const response of running) response.end('OK');
    await answered(busy);
    await late.write(Buffer.from('tasks\r\n\r\n'));
    await answered(late);
    await closed;
  });
});
