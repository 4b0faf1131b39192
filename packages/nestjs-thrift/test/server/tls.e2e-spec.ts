import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ThriftContext } from '../../src/nest/context.js';
import { Certificates } from '@tasks/testing/certificates';
import { Deferred } from '@tasks/testing/deferred';
import { RawPeer } from '@tasks/testing/raw-peer';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer, type TestServer } from '../support/thrift-server.js';

const DAY_MS = 86_400_000;
const certificates = new Certificates();
const { caFile } = certificates;
const ca = readFileSync(caFile);
const server = certificates.issue('server', 'server');
const client = certificates.issue('client 7', 'client');
const [binary] = dialects as [Dialect];
const handlers = {
  ...probeHandlers,
  echo: (_: never, { peer }: ThriftContext) => String(peer.certificate?.subject.CN ?? 'nobody'),
};

afterAll(() => {
  certificates[Symbol.dispose]();
});

async function connectTls({ port }: TestServer, options: ConnectionOptions = {}): Promise<[RawPeer, TLSSocket]> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options });
  await once(socket, 'secureConnect');
  return [new RawPeer(socket), socket];
}

/** The first bytes of a client of TLS. */
async function firstHello(): Promise<Buffer> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const accepted = once(listening, 'connection');
  const hello = connect((listening.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const [socket] = (await accepted) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  for (const open of [socket, hello]) open.destroy();
  listening.close();
  return bytes;
}

async function whoAmI(peer: RawPeer): Promise<unknown> {
  await peer.write(binary.call('echo', { text: 'x' }));
  return (await binary.reply(peer)).result['success'];
}

describe('a server with TLS', () => {
  it('answers calls, without identifying clients', async () => {
    await withThriftServer(handlers, { tls: server }, async (listening) => {
      const [peer] = await connectTls(listening);
      expect(await whoAmI(peer)).toBe('nobody');
      peer.destroy();
    });
  });

  it('rejects plain bytes and incomplete handshakes, logs why, and keeps serving', async () => {
    const limits = { handshakeTimeoutMs: 1_000 };
    await withThriftServer(handlers, { tls: server, limits }, async (listening) => {
      const [plain, silent] = [await listening.connect(), await listening.connect()];
      await plain.write(binary.call('echo', { text: 'x' }));
      await Promise.race([plain.ended, plain.closed]);
      await Promise.race([silent.ended, silent.closed]);
      const messages = listening.rejections.map(({ reason, message }) => `${reason} ${message}`);
      expect(messages).toEqual([
        expect.stringMatching(/^tls-handshake failed .+WRONG_VERSION.+ this port speaks TLS only$/),
        expect.stringMatching(/^tls-handshake failed .+HANDSHAKE_TIMEOUT/),
      ]);
      const [peer] = await connectTls(listening);
      expect(await whoAmI(peer)).toBe('nobody');
      peer.destroy();
    });
  });

  it('lets a new TLS handshake replace the oldest, a quarter of the connection limit at most', async () => {
    await withThriftServer(handlers, { tls: server, limits: { maxConnections: 4 } }, async (listening) => {
      const [open] = await connectTls(listening);
      // The server's end of the handshake comes after the client's.
      expect(await whoAmI(open)).toBe('nobody');
      const silent = await listening.connect();
      const [peer] = await connectTls(listening);
      await Promise.race([silent.ended, silent.closed]);
      expect(listening.rejections.map(({ reason, message }) => `${reason} ${message}`)).toEqual([
        'connection-limit had the oldest TLS handshake at the limit of 1',
      ]);
      // A handshake that has ended takes no slot.
      for (const one of [open, peer]) expect(await whoAmI(one)).toBe('nobody');
      for (const one of [silent, open, peer]) one.destroy();
    });
  });

  it.each([
    ['of another address', '127.0.0.2'],
    ['of its own address', '127.0.0.1'],
  ])('accepts every client during a flood of half hellos %s', async (_, localAddress) => {
    const hello = (await firstHello()).subarray(0, 100);
    await withThriftServer(handlers, { tls: server, limits: { maxConnections: 40 } }, async (listening) => {
      const { port } = listening;
      for (let client = 0; client < 20; client++) {
        // More than the ten handshakes that may be in progress.
        const opening = Array.from({ length: 15 }, () => RawPeer.connect({ port, host: '127.0.0.1', localAddress }));
        const flood = await Promise.all(opening);
        await Promise.all(flood.map((peer) => peer.write(hello)));
        const [peer] = await connectTls(listening);
        expect(await whoAmI(peer)).toBe('nobody');
        for (const one of [peer, ...flood]) one.destroy();
      }
    });
  });

  it('lets a slow handshake end while another address floods the port', async () => {
    await withThriftServer(handlers, { tls: server, limits: { maxConnections: 40 } }, async (listening) => {
      const { port } = listening;
      const slow = await listening.connect();
      const flood = [];
      for (let handshake = 0; handshake < 50; handshake++) {
        flood.push(await RawPeer.connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }));
      }
      const peer = new RawPeer(connect({ socket: slow.socket, servername: 'localhost', ca }));
      expect(await whoAmI(peer)).toBe('nobody');
      for (const one of [peer, ...flood]) one.destroy();
    });
  });

  it('supports nothing older than TLS 1.2', async () => {
    await withThriftServer(handlers, { tls: server }, async (listening) => {
      const old: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
      await expect(connectTls(listening, old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    });
  });

  it('closes during a handshake', async () => {
    await withThriftServer(handlers, { tls: server }, async (listening) => {
      const silent = await listening.connect();
      await listening.server.close();
      await Promise.race([silent.ended, silent.closed]);
    });
  });

  it('rejects the calls of a peer whose handshake ends during the close', async () => {
    const [started, finish] = [new Deferred<undefined>(), new Deferred<string>()];
    const slow = {
      ...probeHandlers,
      echo: ({ text }: { text: string }) => {
        started.resolve(undefined);
        return text === 'running' ? finish.promise : text;
      },
    };
    await withThriftServer(slow, { tls: server }, async (listening) => {
      const [running] = await connectTls(listening);
      await running.write(binary.call('echo', { text: 'running' }));
      await started.promise;
      const accepted = once(listening.server.unwrap(), 'connection');
      const socket = connectTcp(listening.port, '127.0.0.1');
      await accepted;
      const closed = listening.server.close();
      const late = new RawPeer(connect({ socket, servername: 'localhost', ca }));
      // Sent together with the end of the handshake, as early as possible.
      await late.write(binary.call('echo', { text: 'late' }));
      expect((await binary.reply(late)).error?.message).toBe('Shutting down: not run, safe to retry');
      finish.resolve('done');
      expect(await binary.reply(running)).toMatchObject({ result: { success: 'done' } });
      await Promise.all([running.ended, late.ended]);
      await closed;
    });
  });

  it('uses a changed certificate for new connections, unless its key mismatches', async () => {
    const files = certificates.issue('before', 'rotated');
    const tls = { ...files, reloadIntervalMs: 20 };
    await withThriftServer(handlers, { tls }, async (listening) => {
      const commonName = async (): Promise<unknown> => {
        const [peer, socket] = await connectTls(listening);
        const { CN } = socket.getPeerCertificate().subject;
        expect(await whoAmI(peer)).toBe('nobody');
        peer.destroy();
        return CN;
      };
      const [open] = await connectTls(listening);
      const expiry = (): number => Number(listening.server.certificateExpiry);
      expect(await commonName()).toBe('before');
      expect((expiry() - Date.now()) / DAY_MS).toBeCloseTo(2, 1);
      writeFileSync(files.certFile, 'no certificate');
      await listening.logged(/keeping the previous certificate/);
      expect(await commonName()).toBe('before');
      expect((expiry() - Date.now()) / DAY_MS).toBeCloseTo(2, 1);
      certificates.issue('after', 'rotated', { days: 40 });
      await listening.logged(/TLS: reloaded/);
      expect(await commonName()).toBe('after');
      expect((expiry() - Date.now()) / DAY_MS).toBeCloseTo(40, 1);
      expect(await whoAmI(open)).toBe('nobody');
      open.destroy();
    });
  });

  it.each([
    [
      'a file that is not there',
      { ...server, keyFile: join(certificates.folder, 'gone.pem') },
      /can't read .+gone\.pem/,
    ],
    ['a key of another certificate', { ...server, keyFile: client.keyFile }, /key values mismatch/],
  ])('does not start with %s', async (_, tls, message) => {
    await expect(withThriftServer(handlers, { tls }, () => Promise.resolve())).rejects.toThrow(message);
  });
});

describe('a server with TLS that requires client certificates', () => {
  it('identifies its peers by them, and accepts none without', async () => {
    await withThriftServer(handlers, { tls: { ...server, caFile } }, async (listening) => {
      const own = { cert: readFileSync(client.certFile), key: readFileSync(client.keyFile) };
      const [peer] = await connectTls(listening, own);
      expect(await whoAmI(peer)).toBe('client 7');
      peer.destroy();
      // TLS 1.3 reports the rejection to a client only after its own handshake.
      const [stranger] = await connectTls(listening);
      await stranger.closed;
      expect(await listening.rejected('tls-handshake')).toMatchObject({
        message: expect.stringMatching(/PEER_DID_NOT_RETURN_A_CERTIFICATE/),
      });
      expect(stranger.received).toHaveLength(0);
    });
  });

  it('accepts none of another authority', async () => {
    const others = new Certificates();
    const foreign = others.issue('client 7', 'client');
    await withThriftServer(handlers, { tls: { ...server, caFile } }, async (listening) => {
      const own = { cert: readFileSync(foreign.certFile), key: readFileSync(foreign.keyFile) };
      const [stranger, { localPort }] = await connectTls(listening, own);
      await stranger.closed;
      const { message, peer } = await listening.rejected('tls-handshake');
      expect(message).toMatch(/^failed the TLS handshake: its client certificate is not accepted \([A-Z_]+\)$/);
      expect(peer).toMatchObject({ address: '127.0.0.1', port: localPort });
      await listening.logged(/tls-handshake: 127\.0\.0\.1:\d+ failed the TLS handshake: its client certificate/);
    });
    others[Symbol.dispose]();
  });

  it('uses a changed authority: rejects old clients and identifies new ones', async () => {
    using others = new Certificates();
    const successor = others.issue('client 8', 'client');
    const clientCaFile = join(certificates.folder, 'client-ca.pem');
    copyFileSync(caFile, clientCaFile);
    const tls = { ...server, caFile: clientCaFile, reloadIntervalMs: 20 };
    await withThriftServer(handlers, { tls }, async (listening) => {
      const as = async ({ certFile, keyFile }: typeof client): Promise<RawPeer> => {
        const [peer] = await connectTls(listening, { cert: readFileSync(certFile), key: readFileSync(keyFile) });
        return peer;
      };
      const open = await as(client);
      expect(await whoAmI(open)).toBe('client 7');
      await (
        await as(successor)
      ).closed;
      expect(await listening.rejected('tls-handshake')).toBeDefined();
      listening.rejections.length = 0;

      copyFileSync(others.caFile, clientCaFile);
      await listening.logged(/TLS: reloaded/);
      const next = await as(successor);
      expect(await whoAmI(next)).toBe('client 8');
      expect(listening.rejections).toEqual([]);
      const former = await as(client);
      await former.closed;
      expect(await listening.rejected('tls-handshake')).toBeDefined();
      expect(former.received).toHaveLength(0);
      expect(await whoAmI(open)).toBe('client 7');
      for (const peer of [open, next]) peer.destroy();
    });
  });
});
