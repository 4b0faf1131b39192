import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  startThriftTestServer,
  thriftTestSchema,
  type ThriftTestServer,
} from '../support/thrift-test/start-thrift-test-server.js';
import { dialects, nameOf } from './dialects.js';

import { methodOf, type Peer, type PeerClient, type PeerConnection, type Reply } from './peer.js';
import { goPeers, npmPeer, pythonPeers } from './peers.js';
import { canonicalStruct, structToPortable } from './portable.js';
import { thriftTestCases, type InteropCase } from './thrift-test-cases.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();
const peers: readonly Peer[] = [npmPeer, ...pythonPeers(), ...goPeers()];

let server: ThriftTestServer;
beforeAll(async () => {
  server = await startThriftTestServer({ port: 0 });
});
afterAll(() => server.close());

describe.each(peers)('The client of $name', (peer) => {
  const spoken = dialects.filter((dialect) => peer.speaks(dialect));
  let client: PeerClient;
  let calls = 0;
  beforeAll(() => {
    client = peer.start(schema);
  });
  afterAll(async () => {
    await client.stop();
    process.stderr.write(
      `interop: the client of ${peer.name} made ${String(calls)} calls in ${String(spoken.length)} dialects\n`,
    );
  });

  describe.each(spoken.map((dialect) => ({ name: nameOf(dialect), dialect })))('in $name', ({ dialect }) => {
    it.each([
      { how: 'to the default service', multiplexed: false },
      { how: 'multiplexed, to both services', multiplexed: true },
    ])('gets the right answer to every call $how', async ({ multiplexed }) => {
      const cases = thriftTestCases.filter(
        (interopCase) =>
          (multiplexed || interopCase.service === 'ThriftTest') &&
          !peer.gaps.some((gap) => gap.concerns(interopCase, dialect)),
      );
      const connection = await client.connect({ port: server.port, dialect, multiplexed });
      const wrong: Record<string, unknown> = {};
      for (const interopCase of cases) {
        calls += 1;
        const reply = await answer(connection, interopCase);
        const expected = expectedReply(interopCase);
        if (JSON.stringify(reply) !== JSON.stringify(expected)) wrong[titleOf(interopCase)] = { reply, expected };
      }
      await connection.close();
      expect(wrong).toEqual({});
      expect(cases.length).toBeGreaterThan(60);
    });
  });
});

async function answer(connection: PeerConnection, { service, method, args }: InteropCase): Promise<Reply> {
  const { args: argsStruct, result } = methodOf(schema, service, method);
  const reply = await connection.call(service, method, structToPortable(argsStruct, args));
  return 'result' in reply
    ? { result: canonicalStruct(result, reply.result) }
    : { error: { ...reply.error, message: '' } };
}

function expectedReply({ service, method, answers }: InteropCase): Reply {
  if ('error' in answers) return { error: { type: answers.error, message: '' } };
  const { result } = methodOf(schema, service, method);
  return { result: canonicalStruct(result, structToPortable(result, answers.result)) };
}

function titleOf({ service, method, args }: InteropCase): string {
  const text = JSON.stringify(structToPortable(methodOf(schema, service, method).args, args));
  return `${service}.${method}(${text.length > 80 ? `${text.slice(0, 80)}…` : text})`;
}
