import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startThriftTestServer, thriftTestSchema } from '../support/thrift-test/start-thrift-test-server.js';
import { casesFor, wrongAnswers } from './cases.js';
import { dialects, nameOf } from './dialects.js';
import { callOwnClient, connectOwnClient } from './own-client.js';
import type { Peer, RunningPeer } from './peer.js';
import { goPeers, npmPeer, pythonPeers } from './peers.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();

describe.each([npmPeer, ...pythonPeers(), ...goPeers()])("This transport's client", (peer: Peer) => {
  const served = dialects.filter((dialect) => peer.serves(dialect, false));
  let running: RunningPeer;
  let calls = 0;
  beforeAll(() => {
    running = peer.start(schema);
  });
  afterAll(async () => {
    await running.stop();
    process.stderr.write(
      `interop: the server of ${peer.name} answered ${String(calls)} calls in ${String(served.length)} dialects\n`,
    );
  });

  describe.each(served.map((dialect) => ({ name: nameOf(dialect), dialect })))(
    `calling the server of ${peer.name} in $name`,
    ({ dialect }) => {
      const ways = [
        { how: 'of the default service', multiplexed: false },
        { how: 'multiplexed, of both services', multiplexed: true },
      ];
      it.each(ways.filter(({ multiplexed }) => peer.serves(dialect, multiplexed)))(
        'gets the right answer from every method $how',
        async ({ multiplexed }) => {
          const cases = casesFor(peer, dialect, multiplexed);
          const port = await running.serve({ dialect, multiplexed });
          const client = connectOwnClient(schema, { port, dialect, multiplexed });
          const wrong = await wrongAnswers(schema, cases, (interopCase) => callOwnClient(client, interopCase));
          await client.close();
          expect(wrong).toEqual({});
          expect(cases.length).toBeGreaterThan(60);
          calls += cases.length;
        },
      );
    },
  );
});

describe("This transport's client and server", () => {
  it.each(dialects.map((dialect) => ({ name: nameOf(dialect), dialect })))(
    'agree on every call in $name',
    async ({ dialect }) => {
      const server = await startThriftTestServer({ port: 0 });
      const client = connectOwnClient(schema, { port: server.port, dialect, multiplexed: true });
      const cases = casesFor({ gaps: [] }, dialect, true);
      const wrong = await wrongAnswers(schema, cases, (interopCase) => callOwnClient(client, interopCase));
      await client.close();
      await server.close();
      expect(wrong).toEqual({});
    },
  );
});
