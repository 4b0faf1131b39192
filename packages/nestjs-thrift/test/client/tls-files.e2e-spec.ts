import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import type { ThriftContext } from '../../src/nest/context.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { probeHandlers, probeSchema } from '../support/thrift-probe.js';
import { withThriftServer, type TestServer } from '../support/thrift-server.js';
import type { Probe } from './probe-client.js';

const DAY_MS = 86_400_000;

let certificates: Certificates;

beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => {
  certificates[Symbol.dispose]();
});

/** Answers with the name in the client's certificate. */
const handlers = {
  ...probeHandlers,
  echo: (_: never, { peer }: ThriftContext) => String(peer.certificate?.subject.CN),
};

/** Cuts the connections; resolves when the client knows. */
async function reconnect(server: TestServer, client: ClientThrift): Promise<void> {
  const disconnected = new Promise((resolve) => {
    client.on('disconnect', resolve);
  });
  await server.cut();
  await disconnected;
}

describe('the TLS files of a client', () => {
  it('are read for each connection, unless the key mismatches', async () => {
    const { caFile } = certificates;
    const server = certificates.issue('server', 'server');
    const files = certificates.issue('before', 'client');
    await withThriftServer(handlers, { tls: { ...server, caFile } }, async (listening) => {
      const servers = `localhost:${String(listening.port)}`;
      const client = new ClientThrift({
        idl: probeSchema,
        servers,
        lookup: () => Promise.resolve(['127.0.0.1']),
        tls: { ...files, caFile },
      });
      const probe = client.getService<Probe>('Probe');
      const daysLeft = (): number => (Number(client.certificateExpiry) - Date.now()) / DAY_MS;
      try {
        expect(await probe.echo({})).toBe('before');
        expect(daysLeft()).toBeCloseTo(2, 1);

        writeFileSync(files.certFile, readFileSync(server.certFile));
        await reconnect(listening, client);
        expect(await probe.echo({})).toBe('before');
        expect(daysLeft()).toBeCloseTo(2, 1);

        certificates.issue('after', 'client', { days: 40 });
        await reconnect(listening, client);
        expect(await probe.echo({})).toBe('after');
        expect(daysLeft()).toBeCloseTo(40, 1);
        expect(listening.logLines.filter((line) => line.startsWith('TLS: '))).toEqual([
          expect.stringMatching(/^TLS: keeping the previous certificate: .*key values mismatch/),
          'TLS: reloaded the changed files',
        ]);
      } finally {
        await client.close();
      }
    });
  });

  it('must be there at the start', () => {
    const certFile = join(certificates.folder, 'gone.pem');
    const { keyFile } = certificates.issue('client', 'client');
    expect(() => new ClientThrift({ idl: probeSchema, tls: { certFile, keyFile } })).toThrow(/^TLS: ENOENT.*gone\.pem/);
  });
});

describe('the name of several servers', () => {
  it('must be in the certificate of each: an address of it is not enough', async () => {
    const { caFile } = certificates;
    await withThriftServer(handlers, { tls: certificates.issue('server', 'server') }, async (listening) => {
      const options = { idl: probeSchema, lookup: () => Promise.resolve(['127.0.0.1']), tls: { caFile } };
      const port = String(listening.port);
      for (const [name, isRight] of [
        ['localhost', true],
        ['elsewhere.test', false],
      ] as const) {
        const client = new ClientThrift({ ...options, servers: `${name}:${port}` });
        const connecting = client.connect();
        if (isRight) await connecting;
        else await expect(connecting).rejects.toThrow(/certificate is for another name.*ERR_TLS_CERT_ALTNAME_INVALID/);
        await client.close();
      }
    });
  });
});
