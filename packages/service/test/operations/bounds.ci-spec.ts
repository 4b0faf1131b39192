import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HTTP_LIMITS } from '../../src/operations/http-adapter.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { TestOperations } from '../support/test-operations.js';

let app: TestOperations;

beforeAll(async () => {
  app = await TestOperations.start();
});

afterAll(() => app.stop());

function connect(): Promise<RawPeer> {
  return RawPeer.connect({ port: app.port, host: '127.0.0.1' });
}

function requests(path: string, count: number): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: tasks\r\n\r\n`.repeat(count));
}

function answersIn({ received }: RawPeer): number {
  return received.toString('latin1').match(/HTTP\/1\.1 \d+/g)?.length ?? 0;
}

/** Resolves when the service has closed the connection, with FIN or RST. */
async function gone(peer: RawPeer): Promise<void> {
  await Promise.race([peer.ended, peer.closed]);
  peer.destroy();
}

describe('A connection to the HTTP listener', () => {
  it.each(['/metrics', '/health/ready', '/nowhere'])(
    'that sends 2,000 requests for %s at once is closed',
    async (path) => {
      const peer = await connect();
      await peer.write(requests(path, 2_000));
      await gone(peer);
      expect(answersIn(peer)).toBeLessThanOrEqual(HTTP_LIMITS.maxUnanswered);
      expect((await app.get('/health/ready')).status).toBe(200);
    },
  );

  it('may send as many requests at once as may be unanswered', async () => {
    const peer = await connect();
    for (let round = 1; round <= 3; round++) {
      await peer.write(requests('/health/live', HTTP_LIMITS.maxUnanswered));
      await peer.until(() => answersIn(peer) === HTTP_LIMITS.maxUnanswered * round, 'an answer for each');
    }
    peer.destroy();
    await peer.closed;
  });

  it('that stays open is closed after a thousand answers, announced by the last', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let sockets = 0;
    let last: IncomingMessage | undefined;
    for (let n = 0; n < HTTP_LIMITS.maxRequestsPerConnection; n++) {
      const request = get({ agent, port: app.port, host: '127.0.0.1', path: '/health/live' });
      request.on('socket', ({ connecting }) => (sockets += connecting ? 1 : 0));
      [last] = (await once(request, 'response')) as [IncomingMessage];
      last.resume();
      await once(last, 'end');
    }
    agent.destroy();
    expect(sockets).toBe(1);
    expect(last?.headers.connection).toBe('close');
  });

  it('is closed when it sends an incomplete request', async () => {
    const peer = await connect();
    await peer.write(Buffer.from('GET /metrics HTTP/1.1\r\nhost: '));
    const sentMs = performance.now();
    await gone(peer);
    // By itself, Node would wait for a minute.
    expect(performance.now() - sentMs).toBeLessThan(4 * HTTP_LIMITS.headersTimeoutMs);
    expect(peer.received.toString()).toContain('408 Request Timeout');
  });
});

describe('All connections to the HTTP listener', () => {
  /** Opens connections, and sends the same text on each of them. */
  async function open(count: number, bytes: Buffer): Promise<RawPeer[]> {
    const peers: RawPeer[] = [];
    for (let n = 0; n < count; n++) {
      const peer = await connect();
      await peer.write(bytes).catch(() => undefined);
      peers.push(peer);
    }
    return peers;
  }

  it('are limited: a new one replaces the one idle for longest', async () => {
    const first = await connect();
    await first.write(requests('/health/live', 1));
    await first.until(() => answersIn(first) === 1, 'an answer');
    const others = await open(HTTP_LIMITS.maxConnections - 1, requests('/health/live', 1));
    await others.at(-1)?.until(() => answersIn(others.at(-1) as RawPeer) === 1, 'an answer');
    expect(first.socket.readableEnded).toBe(false);
    expect((await app.get('/health/ready')).status).toBe(200);
    await gone(first);
    for (const peer of others) peer.destroy();
  });

  it('are not blocked by 400 slow requests: every probe is answered', async () => {
    const slow = await open(400, Buffer.from('GET /health/live HTTP/1.1\r\nhost: '));
    for (let probe = 0; probe < 20; probe++) {
      expect((await app.get('/health/live')).status).toBe(200);
      slow.push(...(await open(10, Buffer.from('GET /health/live HTTP/1.1\r\nhost: '))));
    }
    for (const peer of slow) peer.destroy();
  });
});
