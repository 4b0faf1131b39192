import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';
import { rejectionOf, withProbe } from './probe-client.js';

// A certificate for localhost, its own authority, valid from 2020 to 2120; its key protects nothing.
const certFile = fileURLToPath(new URL('./tls/localhost-cert.pem', import.meta.url));
const keyFile = fileURLToPath(new URL('./tls/localhost-key.pem', import.meta.url));
const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];

describe('a client connects', () => {
  it('to a Unix domain socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thrift-'));
    const path = join(folder, 'probe.sock');
    try {
      await withThriftServer(probeHandlers, { path }, () =>
        withProbe(9090, { path }, async (probe) => {
          expect(await probe.echo({ text: 'a' })).toBe('a');
        }),
      );
      await withProbe(9090, { path }, async (_, client) => {
        expect(await rejectionOf(client.connect())).toMatchObject({
          message: `Can't connect to ${path}: there is no such socket (ENOENT); no call was sent`,
        });
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('by TLS, with a client certificate if the server requires one', () =>
    withThriftServer(probeHandlers, { tls: { certFile, keyFile, caFile: certFile } }, (server) =>
      withProbe(server.port, { host: 'localhost', tls: { ca: cert, cert, key } }, async (probe) => {
        const texts = Array.from({ length: 50 }, (_, n) => String(n));
        expect(await Promise.all(texts.map((text) => probe.echo({ text })))).toEqual(texts);
      }),
    ));

  it('to no untrusted server', async () => {
    const server = createTlsServer({ cert, key }, (socket) => socket.destroy());
    await withListening(server, (port) =>
      withProbe(port, { tls: {} }, async (probe, client) => {
        const error = await rejectionOf(client.connect());
        expect(error).toMatchObject({ reason: 'connect-failed', executed: 'no' });
        expect((error as Error).message).toMatch(/Can't connect to 127.0.0.1:\d+: .*certificate/);
        const call = rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 50 }));
        expect(await call).toMatchObject({ reason: 'connect-failed', executed: 'no' });
      }),
    );
  });

  it('to no server that requires a client certificate: the call was not run', () =>
    withThriftServer(probeHandlers, { tls: { certFile, keyFile, caFile: certFile } }, (server) =>
      withProbe(server.port, { host: 'localhost', tls: { ca: cert } }, async (probe) => {
        expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({
          reason: 'connect-failed',
          executed: 'no',
          message:
            "Can't connect: the server requires a client certificate: pass tls.cert and tls.key " +
            '(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED); the call was not run',
        });
      }),
    ));

  it('within a time limit: an unanswered TLS handshake is aborted', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).resume();
    });
    await withListening(silent, (port) =>
      withProbe(port, { tls: {}, connectTimeoutMs: 50 }, async (_, client) => {
        expect(await rejectionOf(client.connect())).toMatchObject({
          reason: 'connect-failed',
          message: `Can't connect to 127.0.0.1:${String(port)}: no answer within 50 ms; no call was sent`,
        });
      }),
    );
  });
});

async function withListening(server: Server, test: (port: number) => Promise<void>): Promise<void> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await test((server.address() as AddressInfo).port);
  } finally {
    server.close();
    await once(server, 'close');
  }
}
