import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProtocolName } from '../../src/protocol/protocol.js';
import type { FramingName } from '../../src/framing/framing.js';
import { ThriftServer, type ThriftServerOptions } from '../../src/nest/thrift-server.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers, probeSchema } from '../support/thrift-probe.js';
import { TestServer, withThriftServer } from '../support/thrift-server.js';

describe('a peer that does not speak Thrift', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(probeHandlers, { limits: { partialMessageTimeoutMs: 200 } });
  });
  afterEach(() => {
    server.rejections.length = 0;
  });
  afterAll(() => server.close());

  it('sends an HTTP request: gets a 400 that names Thrift, closed', async () => {
    const peer = await server.connect();
    await peer.write(Buffer.from('GET / HTTP/1.1\r\nHost: tasks\r\n\r\n'));
    await peer.ended;
    expect(peer.received.toString()).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n(.+\r\n)+\r\nThis port speaks Thrift.+\n$/,
    );
    expect(server.rejections).toMatchObject([{ reason: 'foreign-protocol', message: expect.stringMatching(/HTTP/) }]);
  });

  it.each([
    ['a TLS hello', Buffer.from('160301020001', 'hex'), /TLS hello/],
    [
      "thriftpy2's own JSON",
      Buffer.from('\0\0\0\x20{"version": 1, "payload": {}}   '),
      /which is not Apache's: use binary or compact/,
    ],
    ['zlib in a frame', Buffer.concat([Buffer.from([0, 0, 0, 40]), deflateSync('x')]), /TZlibTransport/],
    ['zlib without frames', deflateSync('x'), /TZlibTransport/],
    ['four zero bytes', Buffer.alloc(4), /not a dialect/],
    ['a negative length', Buffer.from('ff000000', 'hex'), /not a dialect/],
    ['another version of binary', Buffer.from('80020001', 'hex'), /not a dialect/],
    ['another version of compact', Buffer.from('8222', 'hex'), /not a dialect/],
    ['a THeader whose lengths do not fit', Buffer.from('00000040000000380fff0000', 'hex'), /not a dialect/],
  ])('sends %s: closed, and the log names the protocol', async (_, bytes, advice) => {
    const peer = await server.connect();
    await peer.write(bytes);
    await peer.ended;
    expect(peer.received).toHaveLength(0);
    expect(server.rejections).toMatchObject([{ reason: 'foreign-protocol', message: expect.stringMatching(advice) }]);
  });

  it('sends 1 MB of random bytes: closed in time, nobody else is affected', async () => {
    const [dialect] = dialects as [Dialect];
    const good = await server.connect();
    for (let round = 0; round < 20; round++) {
      const peer = await server.connect();
      void peer.write(randomBytes(1_000_000));
      await Promise.race([peer.ended, peer.closed]);
      peer.destroy();
      await good.write(dialect.call('echo', { text: 'undisturbed' }));
      expect(await dialect.reply(good)).toMatchObject({ result: { success: 'undisturbed' } });
    }
  });
});

describe('a server that accepts', () => {
  const accepts = (dialect: Dialect, protocols: readonly ProtocolName[], framings: readonly FramingName[]): boolean =>
    protocols.includes(dialect.protocol.name) && framings.includes(dialect.framing);

  it.each([
    ['binary alone', ['binary'], ['unframed', 'framed', 'header', 'framed-header']],
    ['compact alone', ['compact'], ['unframed', 'framed', 'header', 'framed-header']],
    ['frames alone', ['binary', 'compact', 'json'], ['framed']],
    ['THeader alone', ['binary', 'compact', 'json'], ['header', 'framed-header']],
  ] as [string, ProtocolName[], FramingName[]][])(
    '%s serves those, and names them to all others',
    async (_, protocols, framings) => {
      await withThriftServer(probeHandlers, { protocols, framings }, async (server) => {
        for (const dialect of dialects) {
          const peer = await server.connect();
          await peer.write(dialect.call('echo', { text: 'x' }, { seqid: 5 }));
          const { seqid, error } = await dialect.reply(peer);
          const accepted = accepts(dialect, protocols, framings);
          expect([dialect.name, seqid, error?.code]).toEqual([
            dialect.name,
            5,
            accepted ? undefined : 'INVALID_PROTOCOL',
          ]);
          if (!accepted) await peer.ended;
        }
        const reasons = new Set(server.rejections.map(({ reason }) => reason));
        expect([...reasons]).toEqual(['protocol-not-accepted']);
      });
    },
  );

  it('only strict messages rejects old-style ones, also after a strict one', async () => {
    await withThriftServer(probeHandlers, { strict: true }, async (server) => {
      const [strict, old] = ['binary framed', 'old-style binary framed'].map(
        (name) => dialects.find((dialect) => dialect.name === name) as Dialect,
      ) as [Dialect, Dialect];
      for (const first of [strict, old]) {
        const peer = await server.connect();
        await peer.write(first.call('echo', { text: 'x' }));
        expect((await first.reply(peer)).error?.code).toBe(first === strict ? undefined : 'INVALID_PROTOCOL');
        if (first === old) continue;
        await peer.write(old.call('echo', { text: 'x' }));
        expect((await strict.reply(peer)).error).toMatchObject({
          code: 'INVALID_PROTOCOL',
          message: expect.stringMatching(/version/),
        });
      }
    });
  });

  it.each([{ protocols: ['binry'] }, { framings: [] }])('%j does not start', (options) => {
    const make = (): ThriftServer =>
      new ThriftServer({ idl: probeSchema, ...(options as Partial<ThriftServerOptions>) });
    expect(make).toThrow(/give one or more of/);
  });
});
