import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  startThriftTestServer,
  thriftTestSchema,
  type ThriftTestServer,
} from '../support/thrift-test/start-thrift-test-server.js';
import { dialects, nameOf, type Dialect } from './dialects.js';
import type { RunningPeer } from './peer.js';
import { goPeers, npmPeer, pythonPeers } from './peers.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();
const withHeaders = dialects
  .filter(({ framing }) => framing === 'header' || framing === 'framed-header')
  .map((dialect): [string, Dialect] => [nameOf(dialect), dialect]);
const peers = [npmPeer, ...pythonPeers(), ...goPeers()].filter((peer) =>
  withHeaders.every(([, dialect]) => peer.speaks(dialect)),
);
const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', Ünïcode: '日本' };
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

  it.each(withHeaders)('brings headers to the handler and back: %s', async (_name, dialect) => {
    const connection = await client.connect({ port: server.port, dialect, multiplexed: false });
    const reply = await connection.call('ThriftTest', 'testString', { thing: 'x' }, headers);
    expect(reply).toMatchObject({
      result: { success: 'x' },
      headers: { 'echoed-traceparent': headers.traceparent, 'echoed-Ünïcode': '日本' },
    });
    await connection.close();
  });

  it.each(withHeaders)('compresses where it can, and is answered: %s', async (_name, dialect) => {
    const zlib = peer.compresses;
    const connection = await client.connect({ port: server.port, dialect, multiplexed: false, zlib });
    const reply = await connection.call('ThriftTest', 'testList', { thing: large });
    expect(reply).toMatchObject({ result: { success: large } });
    await connection.close();
  });
});
