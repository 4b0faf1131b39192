import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientThrift } from '../../src/index.js';
import { startThriftTestServer, thriftTestSchema } from '../support/thrift-test/start-thrift-test-server.js';
import { dialectsOf, possible, thriftTestCalls, wrongAnswers } from './cases.js';
import { dialects, nameOf, type Dialect } from './dialects.js';
import { noOnewayToJsonServer, type Part } from './gaps.js';
import { callOwnClient, connectOwnClient } from './own-client.js';
import type { Peer, RunningPeer } from './peer.js';
import { allPeers } from './peers.js';
import type { InteropCase } from './thrift-test-cases.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();

describe.each(allPeers())("This transport's client", (peer: Peer) => {
  const callsOf = (dialect: Dialect, multiplexed: boolean): InteropCase[] => {
    const part: Part = { role: 'server', dialect, multiplexed };
    return possible(thriftTestCalls(part), peer, part);
  };
  const served = dialectsOf(peer, 'server');
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
      it.each(ways.filter(({ multiplexed }) => callsOf(dialect, multiplexed).length > 0))(
        'gets the right answer from every method $how',
        async ({ multiplexed }) => {
          const cases = callsOf(dialect, multiplexed);
          const port = await running.serve({ dialect, multiplexed });
          const connect = (): ClientThrift => connectOwnClient(schema, { port, dialect, multiplexed });
          const shared = connect();
          // A server that answers the first message repeatedly is usable for one call only.
          const once = dialect.protocol === 'json' && peer.gaps.includes(noOnewayToJsonServer);
          const wrong = await wrongAnswers(schema, cases, async (interopCase) => {
            if (!once) return callOwnClient(shared, interopCase);
            const client = connect();
            return callOwnClient(client, interopCase).finally(() => client.close());
          });
          await shared.close();
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
      const cases = thriftTestCalls({ multiplexed: true });
      const wrong = await wrongAnswers(schema, cases, (interopCase) => callOwnClient(client, interopCase));
      await client.close();
      await server.close();
      expect(wrong).toEqual({});
    },
  );
});
