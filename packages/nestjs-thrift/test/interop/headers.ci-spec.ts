import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { inflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  startThriftTestServer,
  thriftTestSchema,
  type ThriftTestServer,
} from '../support/thrift-test/start-thrift-test-server.js';
import { dialects, nameOf, type Dialect } from './dialects.js';
import { noTHeader } from './gaps.js';
import { HeaderTap } from './header-tap.js';
import { connectOwnClient } from './own-client.js';
import type { RunningPeer } from './peer.js';
import { allPeers, npmPeer } from './peers.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();
const withHeaders = dialects
  .filter(({ framing }) => framing === 'header' || framing === 'framed-header')
  .map((dialect): [string, Dialect] => [nameOf(dialect), dialect]);
const peers = allPeers().filter(({ gaps }) => !gaps.includes(noTHeader));
const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', Ünïcode: '日本' };
const ZLIB = 1;
const large = Array.from({ length: 20_000 }, (_, i) => i % 7);

let server: ThriftTestServer;
beforeAll(async () => {
  server = await startThriftTestServer({ port: 0 });
  server.strategy.on('callStart', (context) => {
    for (const [name, value] of context.headers) context.setHeader(`echoed-${name}`, value);
  });
});
afterAll(() => server.close());

describe.each(peers)('The THeader of $name', (peer) => {
  let client: RunningPeer;
  beforeAll(() => {
    client = peer.start(schema);
  });
  afterAll(() => client.stop());

  it.each(withHeaders)('transfers headers to the handler and back: %s', async (_name, dialect) => {
    const connection = await client.connect({ port: server.port, dialect, multiplexed: false });
    const reply = await connection.call('ThriftTest', 'testString', { thing: 'x' }, headers);
    expect(reply).toMatchObject({
      result: { success: 'x' },
      headers: { 'echoed-traceparent': headers.traceparent, 'echoed-Ünïcode': '日本' },
    });
    await connection.close();
  });

  it.each(withHeaders)('compresses if supported, and reads compressed messages: %s', async (_name, dialect) => {
    const tap = await HeaderTap.start(server.port, dialect.framing);
    const zlib = peer.compresses;
    const connection = await client.connect({ port: tap.port, dialect, multiplexed: false, zlib });
    const reply = await connection.call('ThriftTest', 'testList', { thing: large });
    expect(reply).toMatchObject({ result: { success: large } });
    for (const { transforms, body } of [...tap.calls, ...tap.replies]) {
      expect(transforms).toEqual(zlib ? [ZLIB] : []);
      const plain = zlib ? inflateSync(body) : body;
      expect(plain.includes('testList')).toBe(true);
      expect(plain.length).toBeGreaterThan(large.length);
    }
    expect([tap.calls.length, tap.replies.length]).toEqual([1, 1]);
    await connection.close();
    await tap.close();
  });

  it.each(withHeaders)("transfers our client's headers to its server, and its own back: %s", async (_name, dialect) => {
    const port = await client.serve({ dialect, multiplexed: false });
    const ours = connectOwnClient(schema, { port, dialect, multiplexed: false });
    const echoes: Record<string, string>[] = [];
    const onReplyHeaders = (replied: ReadonlyMap<string, string>): void => {
      echoes.push(Object.fromEntries(replied));
    };
    const { testString } = ours.getService<{ testString: (args: object, options: object) => Promise<string> }>(
      'ThriftTest',
    );
    for (const sent of [headers, { other: 'one' }]) {
      expect(await testString({ thing: 'x' }, { headers: sent, onReplyHeaders })).toBe('x');
    }
    await ours.close();
    const first = {
      'echoed-client_timeout': expect.stringMatching(/^\d+$/),
      'echoed-traceparent': headers.traceparent,
      'echoed-Ünïcode': '日本',
    };
    const second = { 'echoed-client_timeout': expect.stringMatching(/^\d+$/), 'echoed-other': 'one' };
    // The server of npm thrift mixes up messages when one transport serves the whole connection.
    const keeps = peer === npmPeer && dialect.framing === 'header';
    expect(echoes).toEqual([first, keeps ? { ...first, ...second } : second]);
  });
});

describe('The THeader of npm thrift', () => {
  const dialect: Dialect = { protocol: 'binary', framing: 'header' };
  let client: RunningPeer;
  beforeEach(() => {
    client = npmPeer.start(schema);
  });
  afterEach(() => client.kill());

  it('has no compression', async () => {
    const connecting = client.connect({ port: server.port, dialect, multiplexed: false, zlib: true });
    await expect(connecting).rejects.toThrow('npm thrift has nothing to compress by');
  });

  it('reads no compressed messages', async () => {
    // Length, magic, flags, sequence id, one word of header: binary, one transform, zlib, padding.
    const compressed = Buffer.from('0000000e0fff00000000000100010001010000000000', 'hex');
    const compressing = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(compressed));
    }).listen(0, '127.0.0.1');
    await once(compressing, 'listening');
    const { port } = compressing.address() as AddressInfo;
    const connection = await client.connect({ port, dialect, multiplexed: false });
    const reply = connection.call('ThriftTest', 'testVoid', {});
    await expect(reply).rejects.toThrow('Transforms are not yet supported');
    compressing.close();
  });
});
